using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>What a store would hold: the last record of all that is alive, taken from the changes alone.</summary>
internal sealed class SavedRecords
{
    private readonly Dictionary<(Sid, int), WorkflowVersion> _versions = [];
    private RoutingEvent? _lastEvent;

    public Workspace? Workspace { get; private set; }

    public Dictionary<Sid, Activity> Activities { get; } = [];

    public Dictionary<Sid, TaskChannel> TaskChannels { get; } = [];

    public Dictionary<Sid, TaskQueue> TaskQueues { get; } = [];

    public Dictionary<Sid, Workflow> Workflows { get; } = [];

    public Dictionary<Sid, Worker> Workers { get; } = [];

    public Dictionary<Sid, WorkerChannel> WorkerChannels { get; } = [];

    public Dictionary<Sid, RoutingTask> Tasks { get; } = [];

    public Dictionary<Sid, Reservation> Reservations { get; } = [];

    public Dictionary<Sid, TaskTransfer> Transfers { get; } = [];

    public void Save(Changes changes)
    {
        Workspace = changes.WorkspaceDeleted ? null : changes.Workspace ?? Workspace;
        Save(Activities, changes.Activities);
        Save(TaskChannels, changes.TaskChannels);
        Save(TaskQueues, changes.TaskQueues);
        Save(Workflows, changes.Workflows);
        Save(Workers, changes.Workers);
        Save(WorkerChannels, changes.WorkerChannels);
        Save(Tasks, changes.Tasks);
        Save(Reservations, changes.Reservations);
        Save(Transfers, changes.Transfers);
        foreach (var (key, version) in changes.WrittenVersions)
        {
            _versions[key] = version;
        }

        foreach (var key in changes.DeletedVersions)
        {
            _versions.Remove(key);
        }

        _lastEvent = changes.Events.LastOrDefault(_lastEvent);
    }

    public WorkspaceRecords ToRecords() => new()
    {
        Workspace = Workspace!,
        Activities = [.. Activities.Values],
        TaskChannels = [.. TaskChannels.Values],
        TaskQueues = [.. TaskQueues.Values],
        Workflows = [.. Workflows.Values],
        WorkflowVersions = [.. _versions.Values],
        Workers = [.. Workers.Values],

        // A channel's load is counted from its reservations, not stored.
        WorkerChannels = [.. WorkerChannels.Values.Select(each => each with { AssignedTasks = 0, ActiveTasks = 0 })],
        Tasks = [.. Tasks.Values],
        Reservations = [.. Reservations.Values],
        Transfers = [.. Transfers.Values],
        LastEventSequence = _lastEvent?.Sequence ?? 0,
        LastEventSid = _lastEvent?.Sid ?? default,
    };

    private static void Save<TRow>(Dictionary<Sid, TRow> rows, RowChanges<TRow> changes)
        where TRow : class
    {
        foreach (var (sid, row) in changes.Written)
        {
            rows[sid] = row;
        }

        foreach (var sid in changes.Deleted.Concat(changes.Forgotten))
        {
            rows.Remove(sid);
        }
    }
}
