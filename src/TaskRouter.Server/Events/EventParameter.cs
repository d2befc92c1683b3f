using System.Text.Json;

namespace TaskRouter.Server.Events;

/// <summary>
/// A parameter of an event's data: its name in the webhook's form, and in JSON the same in snake case. The numbers are
/// on disk, so they are for ever. https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
internal enum EventParameter : byte
{
    None = 0,

    EventType = 1,
    Sid = 2,
    AccountSid = 3,
    WorkspaceSid = 4,
    WorkspaceName = 5,
    EventDescription = 6,
    ResourceType = 7,
    ResourceSid = 8,
    Timestamp = 9,
    TimestampMs = 10,

    ReservationSid = 11,
    ReservationVersion = 12,
    ReservationTimeout = 13,

    TaskSid = 14,
    TaskAttributes = 15,
    TaskAge = 16,
    TaskPriority = 17,
    TaskAssignmentStatus = 18,
    Reason = 19,
    TaskCanceledReason = 20,
    TaskCompletedReason = 21,
    TaskVersion = 22,
    TaskTimeout = 23,
    TaskChannelSid = 24,
    TaskChannelUniqueName = 25,
    TaskDateCreated = 26,
    TaskVirtualStartTime = 27,
    TaskQueueEnteredDate = 28,
    TaskAgeInQueue = 29,
    TaskIgnoreCapacity = 30,
    TaskRoutingTarget = 31,

    TaskQueueSid = 32,
    TaskQueueName = 33,
    TaskQueueTargetExpression = 34,

    WorkflowSid = 35,
    WorkflowName = 36,
    WorkflowFilterName = 37,
    WorkflowFilterExpression = 38,
    WorkflowFilterTargetName = 39,
    WorkflowFilterTargetExpression = 40,

    PreviousTaskQueueSid = 41,
    PreviousTaskQueueName = 42,
    PreviousTaskPriority = 43,
    TargetChangedReason = 44,

    WorkerSid = 45,
    WorkerName = 46,
    WorkerAttributes = 47,
    WorkerActivitySid = 48,
    WorkerActivityName = 49,
    WorkerVersion = 50,
    WorkerTimeInPreviousActivity = 51,
    WorkerTimeInPreviousActivityMs = 52,
    WorkerPreviousActivitySid = 53,
    WorkerPreviousActivityName = 54,

    TaskTransferSid = 55,
    TransferType = 56,
    TransferTo = 57,
    TransferMode = 58,
    TransferStatus = 59,
    TransferStarted = 60,
    TransferFailedReason = 61,
    TransferInitiatingWorkerSid = 62,
    TransferInitiatingReservationSid = 63,

    WorkerChannelAvailable = 64,
    WorkerChannelAvailableCapacity = 65,
    WorkerChannelConsumedCapacity = 66,
    WorkerChannelCapacity = 67,
    WorkerChannelPreviousCapacity = 68,
    WorkerChannelTaskCount = 69,

    ActivitySid = 70,
    ActivityName = 71,
    ActivityAvailable = 72,

    TaskChannelName = 73,
    TaskChannelOptimizedRouting = 74,

    KnownWorkerSid = 75,
}

internal static class EventParameterNames
{
    private static readonly JsonEncodedText[] InJson =
    [
        .. Enum.GetNames<EventParameter>()
            .Select(name => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(name))),
    ];

    /// <exception cref="InvalidDataException">The number is of a later version.</exception>
    public static JsonEncodedText InJsonOf(EventParameter parameter) => (int)parameter < InJson.Length
        ? InJson[(int)parameter]
        : throw new InvalidDataException($"Parameter {(int)parameter} of an event is not known.");
}
