namespace TaskRouter.Engine.Expressions;

/// <summary>
/// A worker as expressions see it: its attributes and what TaskRouter adds to them. Only the router changes one.
/// https://www.twilio.com/docs/taskrouter/expression-syntax
/// </summary>
public sealed class WorkerDocument
{
    public required string Sid { get; set; }

    public required string FriendlyName { get; set; }

    public required string ActivitySid { get; set; }

    public required string ActivityName { get; set; }

    public AttributeDocument Attributes { get; set; } = AttributeDocument.Empty;

    public ChannelFields[] Channels
    {
        get => field ??= ReadChannels?.Invoke() ?? [];
        set;
    }

    /// <summary>
    /// Where channels come from when an expression asks for them first; few expressions do, and they cost more to
    /// gather than the rest of a document.
    /// </summary>
    public Func<ChannelFields[]>? ReadChannels { get; init; }

    internal ChannelFields? FindChannel(string uniqueName)
    {
        foreach (var channel in Channels)
        {
            if (string.Equals(channel.UniqueName, uniqueName))
            {
                return channel;
            }
        }

        return null;
    }
}

/// <summary>
/// What expressions read as <c>worker.channel.NAME</c>. https://www.twilio.com/docs/taskrouter/multitasking
/// </summary>
public sealed class ChannelFields
{
    public required string UniqueName { get; set; }

    public int ConfiguredCapacity { get; set; }

    /// <summary>Accepted reservations: the field <c>assigned_tasks</c>.</summary>
    public int AcceptedTasks { get; set; }

    /// <summary>Pending, accepted and wrapping reservations: what fills the capacity.</summary>
    public int ActiveTasks { get; set; }

    /// <summary>Whole percent of the capacity that is free, rounded down; 0 for a capacity of 0.</summary>
    public int AvailableCapacityPercentage => ConfiguredCapacity <= 0
        ? 0
        : (int)Math.Max(0, ((long)ConfiguredCapacity - ActiveTasks) * 100 / ConfiguredCapacity);
}
