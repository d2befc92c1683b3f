namespace TaskRouter.Engine.Model;

/// <summary>https://www.twilio.com/docs/taskrouter/lifecycle-task-state</summary>
public enum AssignmentStatus
{
    Pending,
    Reserved,
    Assigned,
    Wrapping,
    Completed,
    Canceled,
}

/// <summary>
/// A piece of work: Twilio's Task, named so that .NET's stays visible. Deadlines are columns of it; null means none.
/// https://www.twilio.com/docs/taskrouter/api/task
/// </summary>
public sealed record RoutingTask
{
    public const int DefaultTimeoutSeconds = 86_400;

    private readonly Instant _filterEnteredAt;
    private readonly Instant _queueEnteredAt;
    private readonly Instant _virtualStartAt;
    private readonly Instant _expiresAt;
    private readonly Instant _stepExpiresAt;
    private readonly Instant _completionDueAt;
    private readonly Instant _targetDueAt;
    private readonly Instant _endedAt;
    private readonly Instant _removeAt;
    private readonly Instant _createdAt;
    private readonly Instant _updatedAt;

    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    /// <summary>The JSON text exactly as it was sent.</summary>
    public string Attributes { get; init; } = "{}";

    public AssignmentStatus AssignmentStatus { get; init; }

    public string? Reason { get; init; }

    public int Priority { get; init; }

    /// <summary>Seconds the task may live before it is assigned.</summary>
    public int TimeoutSeconds { get; init; } = DefaultTimeoutSeconds;

    public required Sid TaskChannelSid { get; init; }

    public Sid? TaskQueueSid { get; init; }

    public Sid? WorkflowSid { get; init; }

    /// <summary>
    /// The configuration the task follows: the one it entered with until the workflow re-evaluates it.
    /// </summary>
    public int WorkflowVersion { get; init; }

    /// <summary>
    /// True when the workflow was re-evaluated while the task was reserved: it moves when it is pending again.
    /// </summary>
    public bool ReEvaluationDue { get; init; }

    /// <summary>
    /// True once a transfer has put it into a queue of its own choice: no filter, step or target has a say.
    /// </summary>
    public bool LeftWorkflow { get; init; }

    /// <summary>
    /// Position of the filter in that configuration; null in the default filter and outside a workflow.
    /// </summary>
    public int? FilterIndex { get; init; }

    /// <summary>Position of the step in the filter.</summary>
    public int? StepIndex { get; init; }

    public DateTimeOffset? FilterEnteredAt { get => _filterEnteredAt; init => _filterEnteredAt = value; }

    /// <summary>
    /// Seconds from entering the filter to the end of this step: the steps that were not skipped, added up.
    /// </summary>
    public int StepSeconds { get; init; }

    /// <summary>A worker, queue or workflow SID for direct routing.</summary>
    public string? RoutingTarget { get; init; }

    public bool IgnoreCapacity { get; init; }

    /// <summary>How often it went from pending to reserved.</summary>
    public int AssignmentCount { get; init; }

    public DateTimeOffset? QueueEnteredAt { get => _queueEnteredAt; init => _queueEnteredAt = value; }

    /// <summary>What orders the task within its priority.</summary>
    public required DateTimeOffset VirtualStartAt { get => _virtualStartAt; init => _virtualStartAt = value; }

    /// <summary>Time-to-live; null once assigned or ended.</summary>
    public DateTimeOffset? ExpiresAt { get => _expiresAt; init => _expiresAt = value; }

    /// <summary>End of the current step; null when it has none.</summary>
    public DateTimeOffset? StepExpiresAt { get => _stepExpiresAt; init => _stepExpiresAt = value; }

    /// <summary>When an assigned task that nobody completed is deleted.</summary>
    public DateTimeOffset? CompletionDueAt { get => _completionDueAt; init => _completionDueAt = value; }

    /// <summary>When a direct task must have found its worker.</summary>
    public DateTimeOffset? TargetDueAt { get => _targetDueAt; init => _targetDueAt = value; }

    public DateTimeOffset? EndedAt { get => _endedAt; init => _endedAt = value; }

    /// <summary>When an ended task disappears from the API.</summary>
    public DateTimeOffset? RemoveAt { get => _removeAt; init => _removeAt = value; }

    public int Version { get; init; }

    public required DateTimeOffset CreatedAt { get => _createdAt; init => _createdAt = value; }

    public required DateTimeOffset UpdatedAt { get => _updatedAt; init => _updatedAt = value; }

    public bool IsEnded => AssignmentStatus is AssignmentStatus.Completed or AssignmentStatus.Canceled;

    /// <summary>Whole seconds since creation, standing still once the task has ended.</summary>
    public int AgeAt(DateTimeOffset now) => (int)Math.Max(0, ((EndedAt ?? now) - CreatedAt).TotalSeconds);
}
