namespace TaskRouter.Engine.Model;

/// <summary>Somebody or something that takes tasks. https://www.twilio.com/docs/taskrouter/api/worker</summary>
public sealed record Worker
{
    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    public required string FriendlyName { get; init; }

    public string NameKey { get => NameKeys.Of(FriendlyName); private init => NameKeys.Check(value); }

    public required Sid ActivitySid { get; init; }

    /// <summary>The JSON text exactly as it was sent.</summary>
    public string Attributes { get; init; } = "{}";

    /// <summary>When the activity last changed; nothing else moves it.</summary>
    public required DateTimeOffset StatusChangedAt { get; init; }

    public int Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>
/// A worker's capacity on one task channel. https://www.twilio.com/docs/taskrouter/api/worker-channel
/// </summary>
public sealed record WorkerChannel
{
    private readonly Instant _lastReservedAt;
    private readonly Instant _createdAt;
    private readonly Instant _updatedAt;

    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    public required Sid WorkerSid { get; init; }

    public required Sid TaskChannelSid { get; init; }

    public int ConfiguredCapacity { get; init; } = 1;

    public bool Available { get; init; } = true;

    /// <summary>When a reservation was last made here; the idle key of matching. Starts at creation.</summary>
    public required DateTimeOffset LastReservedAt { get => _lastReservedAt; init => _lastReservedAt = value; }

    public int Version { get; init; }

    public required DateTimeOffset CreatedAt { get => _createdAt; init => _createdAt = value; }

    public required DateTimeOffset UpdatedAt { get => _updatedAt; init => _updatedAt = value; }

    /// <summary>Accepted and wrapping reservations. Counted from the reservations, not stored.</summary>
    public int AssignedTasks { get; init; }

    /// <summary>Pending, accepted and wrapping reservations: what fills the capacity. Counted, not stored.</summary>
    public int ActiveTasks { get; init; }

    /// <summary>Whole percent of the capacity that is free, rounded down; 0 for a capacity of 0.</summary>
    public int AvailableCapacityPercentage => ConfiguredCapacity == 0
        ? 0
        : Math.Max(0, (ConfiguredCapacity - ActiveTasks) * 100 / ConfiguredCapacity);
}
