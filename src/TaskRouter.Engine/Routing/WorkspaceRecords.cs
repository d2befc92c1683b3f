using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// Everything of one workspace that is alive on disk, in whatever order: what a router is rebuilt from.
/// </summary>
public sealed record WorkspaceRecords
{
    public required Workspace Workspace { get; init; }

    public IReadOnlyList<Activity> Activities { get; init; } = [];

    public IReadOnlyList<TaskChannel> TaskChannels { get; init; } = [];

    public IReadOnlyList<TaskQueue> TaskQueues { get; init; } = [];

    public IReadOnlyList<Workflow> Workflows { get; init; } = [];

    public IReadOnlyList<WorkflowVersion> WorkflowVersions { get; init; } = [];

    public IReadOnlyList<Worker> Workers { get; init; } = [];

    public IReadOnlyList<WorkerChannel> WorkerChannels { get; init; } = [];

    /// <summary>Open tasks, and ended ones that are still visible.</summary>
    public IReadOnlyList<RoutingTask> Tasks { get; init; } = [];

    /// <summary>All reservations of those tasks.</summary>
    public IReadOnlyList<Reservation> Reservations { get; init; } = [];

    /// <summary>All transfers of those tasks.</summary>
    public IReadOnlyList<TaskTransfer> Transfers { get; init; } = [];

    public long LastEventSequence { get; init; }

    /// <summary>The newest event's SID; new SIDs sort after it. None when there is no event.</summary>
    public Sid LastEventSid { get; init; }
}
