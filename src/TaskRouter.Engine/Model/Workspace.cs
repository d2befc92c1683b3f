namespace TaskRouter.Engine.Model;

/// <summary>
/// Which kind of queue a worker who serves both kinds is drained from first; and a queue's own order.
/// </summary>
public enum QueueOrder
{
    Fifo,
    Lifo,
}

/// <summary>
/// The unit of consistency: everything else belongs to one. https://www.twilio.com/docs/taskrouter/api/workspace
/// </summary>
public sealed record Workspace
{
    public required Sid Sid { get; init; }

    public required Sid AccountSid { get; init; }

    public required string FriendlyName { get; init; }

    /// <summary>Lower-cased name, unique in the account.</summary>
    public string NameKey { get => NameKeys.Of(FriendlyName); private init => NameKeys.Check(value); }

    public Sid DefaultActivitySid { get; init; }

    public Sid TimeoutActivitySid { get; init; }

    /// <summary>Empty when not set, as Twilio answers it.</summary>
    public string EventCallbackUrl { get; init; } = "";

    public string? EventsFilter { get; init; }

    /// <summary>
    /// The sequence of the first event that is told to <see cref="EventCallbackUrl"/>: the one that tells of its being
    /// set.
    /// </summary>
    public long EventsSince { get; init; } = 1;

    public bool MultiTaskEnabled { get; init; } = true;

    public QueueOrder PrioritizeQueueOrder { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
