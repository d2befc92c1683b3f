namespace TaskRouter.Engine.Model;

/// <summary>
/// A kind of work (voice, chat, ...) with a capacity of its own.
/// https://www.twilio.com/docs/taskrouter/api/task-channel
/// </summary>
public sealed record TaskChannel
{
    public const string DefaultUniqueName = "default";

    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    public required string FriendlyName { get; init; }

    public required string UniqueName { get; init; }

    public string NameKey { get => NameKeys.Of(UniqueName); private init => NameKeys.Check(value); }

    /// <summary>True: the worker idle longest on this channel is first; false: idle longest on all channels.</summary>
    public bool ChannelOptimizedRouting { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
