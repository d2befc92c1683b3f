namespace TaskRouter.Server.Tests.Events;

/// <summary>
/// What an event of each type tells, by the names of the webhook.
/// https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
internal static class EventParameters
{
    private const string Common =
        "EventType Sid AccountSid WorkspaceSid WorkspaceName EventDescription ResourceType ResourceSid Timestamp "
        + "TimestampMs ";

    private const string Task =
        "TaskSid TaskAttributes TaskAge TaskPriority TaskAssignmentStatus TaskVersion TaskTimeout TaskChannelSid "
        + "TaskChannelUniqueName TaskDateCreated TaskVirtualStartTime TaskIgnoreCapacity ";

    private const string Queue =
        "TaskQueueSid TaskQueueName TaskQueueTargetExpression TaskQueueEnteredDate TaskAgeInQueue ";

    private const string Workflow = "WorkflowSid WorkflowName ";
    private const string Step = "WorkflowFilterExpression WorkflowFilterTargetName ";
    private const string Move = "PreviousTaskQueueSid PreviousTaskQueueName PreviousTaskPriority TargetChangedReason ";

    private const string Worker =
        "WorkerSid WorkerName WorkerAttributes WorkerActivitySid WorkerActivityName WorkerVersion ";

    private const string Change =
        "WorkerTimeInPreviousActivity WorkerTimeInPreviousActivityMs WorkerPreviousActivitySid "
        + "WorkerPreviousActivityName ";

    private const string Reservation = "ReservationSid ReservationVersion ReservationTimeout ";

    /// <summary>The parameters of an event about a task with a queue and a step, and without a transfer.</summary>
    /// <param name="status">The task's, after it.</param>
    /// <param name="hasMoved">Whether the step before has ended.</param>
    public static IEnumerable<string> Of(string type, string? status, bool hasMoved)
    {
        var names = type switch
        {
            "task.created" or "workflow.entered" => Common + Task + Workflow,
            "task.wrapup" or "task.completed" => Common + Task + Workflow + Queue + Worker,
            "task-queue.entered" or "task-queue.timeout" => Common + Task + Workflow + Queue + Step,
            "workflow.target-matched" or "task-queue.moved" =>
                Common + Task + Workflow + Queue + Step + (hasMoved ? Move : ""),
            "worker.activity.update" => Common + Worker + Change,
            _ when type.StartsWith("reservation.", StringComparison.Ordinal) =>
                Common + Reservation + Task + Workflow + Queue + Step + Worker,
            _ => Common + Task + Workflow + Queue,
        };
        var reason = status switch
        {
            "canceled" => "Reason TaskCanceledReason",
            "completed" => "Reason TaskCompletedReason",
            _ => "",
        };
        return (names + reason).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
