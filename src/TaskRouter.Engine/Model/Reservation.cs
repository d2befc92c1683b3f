namespace TaskRouter.Engine.Model;

/// <summary>https://www.twilio.com/docs/taskrouter/api/reservations</summary>
public enum ReservationStatus
{
    Pending,
    Accepted,
    Rejected,
    Timeout,
    Canceled,
    Rescinded,
    Wrapping,
    Completed,
}

/// <summary>The offer of one task to one worker. https://www.twilio.com/docs/taskrouter/api/reservations</summary>
public sealed record Reservation
{
    private readonly Instant _expiresAt;
    private readonly Instant _acceptedAt;
    private readonly Instant _createdAt;
    private readonly Instant _updatedAt;

    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    public required Sid TaskSid { get; init; }

    public required Sid WorkerSid { get; init; }

    public required Sid TaskChannelSid { get; init; }

    /// <summary>The queue the offer was made from; null when the task names its worker.</summary>
    public Sid? TaskQueueSid { get; init; }

    public Sid? WorkflowSid { get; init; }

    /// <summary>The transfer that made the offer; null for ordinary routing.</summary>
    public Sid? TaskTransferSid { get; init; }

    public ReservationStatus Status { get; init; }

    /// <summary>The worker's activity when the offer was made.</summary>
    public required Sid WorkerPreviousActivitySid { get; init; }

    /// <summary>Seconds from the offer to its timeout, as the workflow had it then.</summary>
    public int TimeoutSeconds { get; init; }

    /// <summary>When the offer lapses; null once it is answered.</summary>
    public DateTimeOffset? ExpiresAt { get => _expiresAt; init => _expiresAt = value; }

    /// <summary>When the worker took it; null for what never was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get => _acceptedAt; init => _acceptedAt = value; }

    /// <summary>
    /// The outbox of the assignment callback: true from the offer until the callback has been answered or given up.
    /// Written with the reservation itself, so a restart knows which callbacks are still owed.
    /// </summary>
    public bool CallbackDue { get; init; }

    public int Version { get; init; }

    public required DateTimeOffset CreatedAt { get => _createdAt; init => _createdAt = value; }

    public required DateTimeOffset UpdatedAt { get => _updatedAt; init => _updatedAt = value; }

    /// <summary>Whether it fills capacity.</summary>
    public bool IsActive => Status
        is ReservationStatus.Pending or ReservationStatus.Accepted or ReservationStatus.Wrapping;
}
