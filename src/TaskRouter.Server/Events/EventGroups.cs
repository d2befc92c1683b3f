using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Events;

/// <summary>
/// The groups of parameters that an event tells beside those common to all.
/// https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
[Flags]
internal enum EventGroups
{
    None = 0,
    Task = 1 << 0,
    Queue = 1 << 1,
    Workflow = 1 << 2,
    Step = 1 << 3,
    Move = 1 << 4,
    Worker = 1 << 5,
    WorkerActivityChange = 1 << 6,
    WorkerChannelChange = 1 << 7,
    Reservation = 1 << 8,
    Activity = 1 << 9,
    TaskChannel = 1 << 10,
    Transfer = 1 << 11,

    Placement = Task | Queue | Workflow,
    Offer = Reservation | Placement | Step | Worker | Transfer,
    HandOver = Placement | Worker | Transfer,
}

internal static class EventGroupsOfType
{
    private static readonly Dictionary<string, EventGroups> ByType = new(StringComparer.Ordinal)
    {
        [EventTypes.WorkspaceCreated] = EventGroups.None,
        [EventTypes.WorkspaceUpdated] = EventGroups.None,
        [EventTypes.WorkspaceDeleted] = EventGroups.None,

        [EventTypes.ActivityCreated] = EventGroups.Activity,
        [EventTypes.ActivityUpdated] = EventGroups.Activity,
        [EventTypes.ActivityDeleted] = EventGroups.Activity,

        [EventTypes.TaskChannelCreated] = EventGroups.TaskChannel,
        [EventTypes.TaskChannelUpdated] = EventGroups.TaskChannel,
        [EventTypes.TaskChannelDeleted] = EventGroups.TaskChannel,

        [EventTypes.TaskQueueCreated] = EventGroups.Queue,
        [EventTypes.TaskQueueDeleted] = EventGroups.Queue,
        [EventTypes.TaskQueueExpressionUpdated] = EventGroups.Queue,
        [EventTypes.TaskQueueEntered] = EventGroups.Placement | EventGroups.Step,
        [EventTypes.TaskQueueTimeout] = EventGroups.Placement | EventGroups.Step,
        [EventTypes.TaskQueueMoved] = EventGroups.Placement | EventGroups.Step | EventGroups.Move,

        [EventTypes.WorkflowCreated] = EventGroups.Workflow,
        [EventTypes.WorkflowUpdated] = EventGroups.Workflow,
        [EventTypes.WorkflowDeleted] = EventGroups.Workflow,
        [EventTypes.WorkflowEntered] = EventGroups.Placement,
        [EventTypes.WorkflowTimeout] = EventGroups.Placement,
        [EventTypes.WorkflowSkipped] = EventGroups.Placement,
        [EventTypes.WorkflowTargetMatched] = EventGroups.Placement | EventGroups.Step | EventGroups.Move,

        [EventTypes.WorkerCreated] = EventGroups.Worker,
        [EventTypes.WorkerDeleted] = EventGroups.Worker,
        [EventTypes.WorkerAttributesUpdate] = EventGroups.Worker,
        [EventTypes.WorkerActivityUpdate] = EventGroups.Worker | EventGroups.WorkerActivityChange,
        [EventTypes.WorkerCapacityUpdate] = EventGroups.Worker | EventGroups.WorkerChannelChange,
        [EventTypes.WorkerChannelAvailabilityUpdate] = EventGroups.Worker | EventGroups.WorkerChannelChange,

        [EventTypes.TaskCreated] = EventGroups.Placement,
        [EventTypes.TaskUpdated] = EventGroups.Placement,
        [EventTypes.TaskCanceled] = EventGroups.Placement,
        [EventTypes.TaskDeleted] = EventGroups.Placement,
        [EventTypes.TaskSystemDeleted] = EventGroups.Placement,
        [EventTypes.TaskWrapup] = EventGroups.Placement | EventGroups.Worker,
        [EventTypes.TaskCompleted] = EventGroups.Placement | EventGroups.Worker,

        [EventTypes.TaskTransferInitiated] = EventGroups.HandOver,
        [EventTypes.TaskTransferAttemptFailed] = EventGroups.HandOver,
        [EventTypes.TaskTransferFailed] = EventGroups.HandOver,
        [EventTypes.TaskTransferCanceled] = EventGroups.HandOver,
        [EventTypes.TaskTransferCompleted] = EventGroups.HandOver,

        [EventTypes.ReservationCreated] = EventGroups.Offer,
        [EventTypes.ReservationAccepted] = EventGroups.Offer,
        [EventTypes.ReservationRejected] = EventGroups.Offer,
        [EventTypes.ReservationTimeout] = EventGroups.Offer,
        [EventTypes.ReservationCanceled] = EventGroups.Offer,
        [EventTypes.ReservationRescinded] = EventGroups.Offer,
        [EventTypes.ReservationWrapup] = EventGroups.Offer,
        [EventTypes.ReservationCompleted] = EventGroups.Offer,

        // The reservation never came to be: the event tells of the task.
        [EventTypes.ReservationFailed] = EventGroups.Placement,
    };

    /// <summary>Every type that there is.</summary>
    public static IReadOnlyCollection<string> Types => ByType.Keys;

    public static EventGroups Of(string type) => ByType[type];
}
