namespace TaskRouter.Engine.Model;

/// <summary>Twilio's own event names. https://www.twilio.com/docs/taskrouter/api/event/reference</summary>
public static class EventTypes
{
    public const string ActivityCreated = "activity.created";
    public const string ActivityUpdated = "activity.updated";
    public const string ActivityDeleted = "activity.deleted";

    public const string ReservationCreated = "reservation.created";
    public const string ReservationAccepted = "reservation.accepted";
    public const string ReservationRejected = "reservation.rejected";
    public const string ReservationTimeout = "reservation.timeout";
    public const string ReservationCanceled = "reservation.canceled";
    public const string ReservationRescinded = "reservation.rescinded";
    public const string ReservationWrapup = "reservation.wrapup";
    public const string ReservationCompleted = "reservation.completed";
    public const string ReservationFailed = "reservation.failed";

    public const string TaskCreated = "task.created";
    public const string TaskUpdated = "task.updated";
    public const string TaskCanceled = "task.canceled";
    public const string TaskWrapup = "task.wrapup";
    public const string TaskCompleted = "task.completed";
    public const string TaskDeleted = "task.deleted";
    public const string TaskSystemDeleted = "task.system-deleted";

    public const string TaskTransferInitiated = "task.transfer-initiated";
    public const string TaskTransferAttemptFailed = "task.transfer-attempt-failed";
    public const string TaskTransferFailed = "task.transfer-failed";
    public const string TaskTransferCanceled = "task.transfer-canceled";
    public const string TaskTransferCompleted = "task.transfer-completed";

    public const string TaskChannelCreated = "task-channel.created";
    public const string TaskChannelUpdated = "task-channel.updated";
    public const string TaskChannelDeleted = "task-channel.deleted";

    public const string TaskQueueCreated = "task-queue.created";
    public const string TaskQueueDeleted = "task-queue.deleted";
    public const string TaskQueueExpressionUpdated = "task-queue.expression.updated";
    public const string TaskQueueEntered = "task-queue.entered";
    public const string TaskQueueTimeout = "task-queue.timeout";
    public const string TaskQueueMoved = "task-queue.moved";

    public const string WorkerCreated = "worker.created";
    public const string WorkerDeleted = "worker.deleted";
    public const string WorkerActivityUpdate = "worker.activity.update";
    public const string WorkerAttributesUpdate = "worker.attributes.update";
    public const string WorkerCapacityUpdate = "worker.capacity.update";
    public const string WorkerChannelAvailabilityUpdate = "worker.channel.availability.update";

    public const string WorkflowCreated = "workflow.created";
    public const string WorkflowUpdated = "workflow.updated";
    public const string WorkflowDeleted = "workflow.deleted";
    public const string WorkflowEntered = "workflow.entered";
    public const string WorkflowTargetMatched = "workflow.target-matched";
    public const string WorkflowTimeout = "workflow.timeout";
    public const string WorkflowSkipped = "workflow.skipped";

    public const string WorkspaceCreated = "workspace.created";
    public const string WorkspaceUpdated = "workspace.updated";
    public const string WorkspaceDeleted = "workspace.deleted";

    /// <summary>What tells that a reservation has come into this status.</summary>
    public static string Of(ReservationStatus status) => status switch
    {
        ReservationStatus.Pending => ReservationCreated,
        ReservationStatus.Accepted => ReservationAccepted,
        ReservationStatus.Rejected => ReservationRejected,
        ReservationStatus.Timeout => ReservationTimeout,
        ReservationStatus.Canceled => ReservationCanceled,
        ReservationStatus.Rescinded => ReservationRescinded,
        ReservationStatus.Wrapping => ReservationWrapup,
        ReservationStatus.Completed => ReservationCompleted,
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
