using System.Threading.Channels;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// One follower's place in a workspace's events: what has happened and is not yet sent, up to a bound. Whoever falls
/// behind it is dropped, and can take up again where it was, from the event log.
/// </summary>
/// <param name="credentialSid">The account, or the key that signed in or signed the follower's token.</param>
internal sealed class Feed(FeedFilter filter, Sid credentialSid)
{
    public const int EventsMax = 1_000;

    private readonly Channel<RoutingEvent> _waiting = Channel.CreateBounded<RoutingEvent>(
        new BoundedChannelOptions(EventsMax) { SingleReader = true });

    private volatile string? _dropReason;

    public FeedFilter Filter { get; } = filter;

    public Sid CredentialSid { get; } = credentialSid;

    public ChannelReader<RoutingEvent> Waiting => _waiting.Reader;

    /// <summary>Why nothing more comes; null while something may.</summary>
    public string? DropReason => _dropReason;

    /// <summary>Called on the workspace's loop: does not wait.</summary>
    public void Tell(RoutingEvent happened)
    {
        if (Filter.Takes(happened.ResourceType, happened.Queue?.Sid) && !_waiting.Writer.TryWrite(happened))
        {
            Drop($"More than {EventsMax} events are waiting");
        }
    }

    public void Drop(string reason)
    {
        _dropReason ??= reason;
        _waiting.Writer.TryComplete();
    }
}

/// <summary>What a follower wants to hear of; null for everything.</summary>
internal sealed record FeedFilter(IReadOnlySet<string>? ResourceTypes, Sid? TaskQueueSid)
{
    /// <summary>With a queue, only what has one: its tasks, their reservations and itself.</summary>
    public bool Takes(string resourceType, Sid? queueSid) =>
        TakesType(resourceType) && (TaskQueueSid is null || TaskQueueSid == queueSid);

    public bool TakesType(string resourceType) => ResourceTypes?.Contains(resourceType) ?? true;

    public bool Takes(EventRecord happened) => Takes(happened.ResourceType, happened.TaskQueueSid);
}
