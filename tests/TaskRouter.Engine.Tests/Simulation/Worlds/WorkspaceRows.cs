using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>
/// A workspace's rows as changes leave them: for a disk, which keeps what was written until it is deleted, or for a
/// reader, who also sees what is only shown and not what is forgotten.
/// </summary>
internal sealed class WorkspaceRows
{
    public Workspace? Workspace { get; private set; }

    public Dictionary<Sid, Activity> Activities { get; } = [];

    public Dictionary<Sid, TaskChannel> TaskChannels { get; } = [];

    public Dictionary<Sid, TaskQueue> TaskQueues { get; } = [];

    public Dictionary<Sid, Workflow> Workflows { get; } = [];

    public Dictionary<(Sid WorkflowSid, int Version), WorkflowVersion> WorkflowVersions { get; } = [];

    public Dictionary<Sid, Worker> Workers { get; } = [];

    public Dictionary<Sid, WorkerChannel> WorkerChannels { get; } = [];

    public Dictionary<Sid, RoutingTask> Tasks { get; } = [];

    public Dictionary<Sid, Reservation> Reservations { get; } = [];

    public Dictionary<Sid, TaskTransfer> Transfers { get; } = [];

    /// <summary>What the disk has afterwards: neither what is only shown nor what is counted.</summary>
    public void Save(Changes changes)
    {
        Take(changes, isReader: false);
        foreach (var sid in changes.WorkerChannels.Written.Keys.Where(WorkerChannels.ContainsKey))
        {
            WorkerChannels[sid] = WorkerChannels[sid] with { ActiveTasks = 0, AssignedTasks = 0 };
        }
    }

    /// <summary>What readers see afterwards.</summary>
    public void Publish(Changes changes) => Take(changes, isReader: true);

    /// <summary>What a router is rebuilt from at this time; null when the workspace is gone.</summary>
    public WorkspaceRecords? RecordsAt(DateTimeOffset now, long lastEventSequence, Sid lastEventSid)
    {
        if (Workspace is null)
        {
            return null;
        }

        var tasks = Tasks.Values.Where(task => task.RemoveAt is null || task.RemoveAt > now)
            .ToDictionary(task => task.Sid);

        // A database promises no order: the newest come first here, which a router must not mind.
        return new WorkspaceRecords
        {
            Workspace = Workspace,
            Activities = [.. Activities.Values.Reverse()],
            TaskChannels = [.. TaskChannels.Values.Reverse()],
            TaskQueues = [.. TaskQueues.Values.Reverse()],
            Workflows = [.. Workflows.Values.Reverse()],
            WorkflowVersions = [.. WorkflowVersions.Values.Reverse()],
            Workers = [.. Workers.Values.Reverse()],
            WorkerChannels = [.. WorkerChannels.Values.Reverse()],
            Tasks = [.. tasks.Values.Reverse()],
            Reservations = [.. Reservations.Values.Where(row => tasks.ContainsKey(row.TaskSid)).Reverse()],
            Transfers = [.. Transfers.Values.Where(row => tasks.ContainsKey(row.TaskSid)).Reverse()],
            LastEventSequence = lastEventSequence,
            LastEventSid = lastEventSid,
        };
    }

    /// <summary>The first row that is not the same in both, or null.</summary>
    public string? DifferenceFrom(WorkspaceRows other) =>
        Difference("Workspace", Workspace, other.Workspace)
        ?? Difference(Activities, other.Activities)
        ?? Difference(TaskChannels, other.TaskChannels)
        ?? Difference(TaskQueues, other.TaskQueues)
        ?? Difference(Workflows, other.Workflows)
        ?? Difference(Workers, other.Workers)
        ?? Difference(WorkerChannels, other.WorkerChannels)
        ?? Difference(Tasks, other.Tasks)
        ?? Difference(Reservations, other.Reservations)
        ?? Difference(Transfers, other.Transfers);

    private static string? Difference<TRow>(Dictionary<Sid, TRow> rows, Dictionary<Sid, TRow> others)
        where TRow : class
    {
        foreach (var (sid, row) in rows)
        {
            if (Difference($"{typeof(TRow).Name} {sid}", row, others.GetValueOrDefault(sid)) is { } difference)
            {
                return difference;
            }
        }

        return rows.Count == others.Count
            ? null
            : $"{typeof(TRow).Name} {others.Keys.First(sid => !rows.ContainsKey(sid))} is on one side only";
    }

    private static string? Difference<T>(string what, T? row, T? other)
        where T : class => Equals(row, other) ? null : $"{what}:\n    {row}\n    {other?.ToString() ?? "(none)"}";

    private void Take(Changes changes, bool isReader)
    {
        Workspace = changes.Workspace ?? Workspace;
        Take(Activities, changes.Activities, isReader);
        Take(TaskChannels, changes.TaskChannels, isReader);
        Take(TaskQueues, changes.TaskQueues, isReader);
        Take(Workflows, changes.Workflows, isReader);
        Take(Workers, changes.Workers, isReader);
        Take(WorkerChannels, changes.WorkerChannels, isReader);
        Take(Tasks, changes.Tasks, isReader);
        Take(Reservations, changes.Reservations, isReader);
        Take(Transfers, changes.Transfers, isReader);
        foreach (var (key, version) in changes.WrittenVersions)
        {
            WorkflowVersions[key] = version;
        }

        foreach (var key in changes.DeletedVersions)
        {
            WorkflowVersions.Remove(key);
        }

        if (changes.WorkspaceDeleted)
        {
            Clear();
        }
    }

    private static void Take<TRow>(Dictionary<Sid, TRow> rows, RowChanges<TRow> changes, bool isReader)
        where TRow : class
    {
        foreach (var (sid, row) in changes.Written)
        {
            rows[sid] = row;
        }

        if (isReader)
        {
            foreach (var (sid, row) in changes.Shown)
            {
                rows[sid] = row;
            }
        }

        foreach (var sid in isReader ? changes.Deleted.Concat(changes.Forgotten) : changes.Deleted)
        {
            rows.Remove(sid);
        }
    }

    private void Clear()
    {
        Workspace = null;
        Activities.Clear();
        TaskChannels.Clear();
        TaskQueues.Clear();
        Workflows.Clear();
        WorkflowVersions.Clear();
        Workers.Clear();
        WorkerChannels.Clear();
        Tasks.Clear();
        Reservations.Clear();
        Transfers.Clear();
    }
}
