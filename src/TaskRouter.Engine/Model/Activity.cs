namespace TaskRouter.Engine.Model;

/// <summary>
/// What a worker is doing, and whether that leaves room for work. https://www.twilio.com/docs/taskrouter/api/activity
/// </summary>
public sealed record Activity
{
    /// <summary>What every new multitasking workspace begins with, as the activity of its new workers.</summary>
    public const string Offline = "Offline";

    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    public required string FriendlyName { get; init; }

    public string NameKey { get => NameKeys.Of(FriendlyName); private init => NameKeys.Check(value); }

    /// <summary>Fixed at creation.</summary>
    public required bool Available { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
