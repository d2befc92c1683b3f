using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Events of one millisecond that follow one another, packed together: they repeat each other so much that this takes
/// a tenth of what they take one by one, and no index has to know each of them. Written with the commit that they tell
/// of, and never changed. https://www.twilio.com/docs/taskrouter/api/event
/// </summary>
internal sealed class EventBlock
{
    /// <summary>
    /// Events in one block at most: reading one event unpacks all of its block, and more of them do not pack better.
    /// </summary>
    public const int EventsMax = 64;

    /// <summary>One that has so many bytes before it is packed takes no more events.</summary>
    public const int BytesMax = 48 * 1024;

    public required Sid WorkspaceSid { get; init; }

    public required long FirstSequence { get; init; }

    public required long LastSequence { get; init; }

    /// <summary>The time of all of them.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Of the first event. SIDs of a workspace, of all kinds together, rise as its events do.</summary>
    public required Sid FirstEventSid { get; init; }

    /// <summary>See <see cref="EventBlockFormat"/>.</summary>
    public required byte[] Data { get; init; }
}
