namespace TaskRouter.Engine.Model;

/// <summary>Whether the one who hands over stays until somebody has taken the task.</summary>
public enum TransferMode
{
    Warm,
    Cold,
}

public enum TransferStatus
{
    Initiated,
    Complete,
    Failed,
    Canceled,
}

/// <summary>
/// An assigned task on its way to another worker, or to a queue's workers. Twilio knows it only in its agents' SDK.
/// https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
public sealed record TaskTransfer
{
    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    public required Sid TaskSid { get; init; }

    /// <summary>A worker or a queue.</summary>
    public required Sid TransferTo { get; init; }

    public TransferMode Mode { get; init; }

    public TransferStatus Status { get; init; }

    /// <summary>Why it failed, or why its last attempt did; null before that.</summary>
    public string? FailedReason { get; init; }

    public required Sid InitiatingReservationSid { get; init; }

    public required Sid InitiatingWorkerSid { get; init; }

    public Sid? InitiatingTaskQueueSid { get; init; }

    public Sid? InitiatingWorkflowSid { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool IsToWorker => TransferTo.Kind == SidKind.Worker;

    public bool IsUnderWay => Status == TransferStatus.Initiated;
}
