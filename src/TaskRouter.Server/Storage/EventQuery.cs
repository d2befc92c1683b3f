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

    /// <summary>Where the event of the <see cref="Sid"/> lies: what <see cref="EventLookup"/> has found.</summary>
    public long? Sequence { get; init; }

    /// <summary>The task that the reservation belongs to, by <see cref="EventLookup"/>.</summary>
    public Sid? ReservationTaskSid { get; init; }

    /// <summary>
    /// Narrows to what one index finds. The most telling filter that has an index is used, and nothing else.
    /// </summary>
    public IQueryable<EventRecord> Find(IQueryable<EventRecord> log)
    {
        var found = log.Where(row => row.WorkspaceSid == WorkspaceSid);
        found = (Sequence, TaskSid ?? ReservationTaskSid, WorkerSid, Type) switch
        {
            ({ } sequence, _, _, _) => found.Where(row => row.Sequence == sequence),
            (_, { } sid, _, _) => found.Where(row => row.TaskSid == sid),
            (_, _, { } sid, _) => found.Where(row => row.WorkerSid == sid),
            (_, _, _, { } type) => found.Where(row => row.Type == type),
            _ => found,
        };
        found = Start is { } start ? found.Where(row => row.At >= start) : found;
        return End is { } end ? found.Where(row => row.At <= end) : found;
    }

    /// <summary>Applies every filter, to what <see cref="Find"/> has found.</summary>
    public IQueryable<EventRecord> Filter(IQueryable<EventRecord> found)
    {
        found = ReservationSid is { } reservation ? found.Where(row => row.ReservationSid == reservation) : found;
        found = TaskSid is { } task ? found.Where(row => row.TaskSid == task) : found;
        found = WorkerSid is { } worker ? found.Where(row => row.WorkerSid == worker) : found;
        found = Type is { } type ? found.Where(row => row.Type == type) : found;
        found = TaskQueueSid is { } queue ? found.Where(row => row.TaskQueueSid == queue) : found;
        found = WorkflowSid is { } workflow ? found.Where(row => row.WorkflowSid == workflow) : found;
        return TaskChannelSid is { } channel ? found.Where(row => row.TaskChannelSid == channel) : found;
    }
}
