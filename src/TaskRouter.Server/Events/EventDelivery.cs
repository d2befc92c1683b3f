using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Events;

/// <summary>How far a workspace's events have been told to its EventCallbackUrl. The event log is the outbox.</summary>
internal sealed record EventDelivery
{
    public required Sid WorkspaceSid { get; init; }

    /// <summary>Everything up to here is told, filtered out, or given up.</summary>
    public required long DeliveredSequence { get; init; }

    /// <summary>Since when the next event has failed; null when it has not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Nothing is sent any more until somebody asks for it.</summary>
    public bool IsStopped { get; init; }
}
