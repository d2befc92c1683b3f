namespace TaskRouter.Engine.Model;

/// <summary>
/// Something that happened, with the records as they were just after it. The records are immutable, so an event costs
/// references, not copies. https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
public sealed record RoutingEvent
{
    public required Sid Sid { get; init; }

    /// <summary>Counts the workspace's events without a gap, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>One of <see cref="EventTypes"/>.</summary>
    public required string Type { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Description { get; init; }

    public required Workspace Workspace { get; init; }

    /// <summary>Null when the workspace did it by itself: matching, a deadline.</summary>
    public Actor? Actor { get; init; }

    /// <summary>Lower case without separator: <c>task</c>, <c>taskqueue</c>.</summary>
    public required string ResourceType { get; init; }

    public required Sid ResourceSid { get; init; }

    public RoutingTask? Task { get; init; }

    public TaskQueue? Queue { get; init; }

    public Workflow? Workflow { get; init; }

    public Worker? Worker { get; init; }

    /// <summary>
    /// Of an event of a worker or a reservation: how many reservations the worker holds that are accepted or wrapping.
    /// </summary>
    public int WorkerHolds { get; init; }

    public Activity? Activity { get; init; }

    public TaskChannel? Channel { get; init; }

    public WorkerChannel? WorkerChannel { get; init; }

    public Reservation? Reservation { get; init; }

    /// <summary>
    /// For <c>reservation.accepted</c>: somebody had accepted the task before, and a transfer has led it on.
    /// </summary>
    public bool IsAcceptedAgain { get; init; }

    public WorkflowStepNames? Step { get; init; }

    /// <summary>The transfer that the event is about, or that its reservation belongs to.</summary>
    public TaskTransfer? Transfer { get; init; }

    /// <summary>For <c>worker.activity.update</c>: what the worker was doing before, and since when.</summary>
    public Activity? PreviousActivity { get; init; }

    public TimeSpan? TimeInPreviousActivity { get; init; }

    /// <summary>For <c>worker.capacity.update</c>.</summary>
    public int? PreviousCapacity { get; init; }

    /// <summary>For <c>task-queue.moved</c>: where the task came from.</summary>
    public TaskQueue? PreviousQueue { get; init; }

    public int? PreviousPriority { get; init; }

    /// <summary>
    /// Why the workflow moved the task: <c>target_timeout</c>, <c>target_skipped</c>, <c>task_updated</c>, ...
    /// </summary>
    public string? TargetChangedReason { get; init; }
}

/// <summary>Names and expressions of the workflow step a task is in, for events.</summary>
/// <param name="KnownWorkerSid">The one worker that the step may offer the task to, if there is one.</param>
public sealed record WorkflowStepNames(
    string FilterName,
    string FilterExpression,
    string TargetName,
    string TargetExpression,
    Sid? KnownWorkerSid = null);
