using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>Which events of a workspace are looked for; null asks for nothing.</summary>
internal sealed record EventQuery(Sid WorkspaceSid)
{
    /// <summary>Inclusive, as are all windows of events.</summary>
    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? End { get; init; }

    public string? Type { get; init; }

    public Sid? Sid { get; init; }

    public Sid? ReservationSid { get; init; }

    public Sid? TaskSid { get; init; }

    public Sid? WorkerSid { get; init; }

    public Sid? TaskQueueSid { get; init; }

    public Sid? WorkflowSid { get; init; }

    public Sid? TaskChannelSid { get; init; }

    /// <summary>The task that the reservation belongs to, by <see cref="EventLookup"/>.</summary>
    public Sid? ReservationTaskSid { get; init; }

    /// <summary>Whose blocks are read; null for all of the window.</summary>
    public Sid? Key => TaskSid ?? ReservationTaskSid ?? WorkerSid;

    /// <summary>Whether the event is one of those that a page looks at.</summary>
    public bool LooksAt(EventRecord row) =>
        (Start is not { } start || row.At >= start)
        && (End is not { } end || row.At <= end)
        && (Key is not { } key || row.TaskSid == key || row.WorkerSid == key);

    /// <summary>Whether the event is one of those that are asked for.</summary>
    public bool Finds(EventRecord row) =>
        LooksAt(row)
        && (Sid is not { } sid || row.Sid == sid)
        && (ReservationSid is not { } reservation || row.ReservationSid == reservation)
        && (TaskSid is not { } task || row.TaskSid == task)
        && (WorkerSid is not { } worker || row.WorkerSid == worker)
        && (Type is not { } type || row.Type == type)
        && (TaskQueueSid is not { } queue || row.TaskQueueSid == queue)
        && (WorkflowSid is not { } workflow || row.WorkflowSid == workflow)
        && (TaskChannelSid is not { } channel || row.TaskChannelSid == channel);
}
