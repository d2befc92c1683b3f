namespace TaskRouter.Engine.Model;

/// <summary>
/// Tasks waiting for workers that match an expression. https://www.twilio.com/docs/taskrouter/api/task-queue
/// </summary>
public sealed record TaskQueue
{
    public const string EveryWorker = "1==1";

    /// <summary>The queue for everybody of a Flex workspace.</summary>
    public const string Everyone = "Everyone";

    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    public required string FriendlyName { get; init; }

    public string NameKey { get => NameKeys.Of(FriendlyName); private init => NameKeys.Check(value); }

    /// <summary>Worker expression; the empty text matches nobody.</summary>
    public string TargetWorkers { get; init; } = EveryWorker;

    public int MaxReservedWorkers { get; init; } = 1;

    public QueueOrder TaskOrder { get; init; }

    public Sid? ReservationActivitySid { get; init; }

    public Sid? AssignmentActivitySid { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
