using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Events;

/// <summary>
/// An event as the log keeps it: what it is looked up by, and its data. Written once, with the change it tells of, and
/// never changed. https://www.twilio.com/docs/taskrouter/api/event
/// </summary>
internal sealed record EventRecord
{
    public required Sid WorkspaceSid { get; init; }

    /// <summary>Counts the workspace's events without a gap, from 1.</summary>
    public required long Sequence { get; init; }

    public required Sid Sid { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Description { get; init; }

    /// <summary>Who made it happen; null for the workspace itself.</summary>
    public Sid? ActorSid { get; init; }

    /// <summary>Where the actor's request came from.</summary>
    public string? SourceIpAddress { get; init; }

    public required string ResourceType { get; init; }

    public required Sid ResourceSid { get; init; }

    public Sid? TaskSid { get; init; }

    public Sid? WorkerSid { get; init; }

    public Sid? TaskQueueSid { get; init; }

    public Sid? WorkflowSid { get; init; }

    public Sid? ReservationSid { get; init; }

    public Sid? TaskChannelSid { get; init; }

    /// <summary>The webhook's parameters as one JSON object: see <see cref="EventWire"/>.</summary>
    public string EventData { get; init; } = "";

    /// <summary>Without its data.</summary>
    public static EventRecord Of(RoutingEvent happened) => new()
    {
        WorkspaceSid = happened.Workspace.Sid,
        Sequence = happened.Sequence,
        Sid = happened.Sid,
        Type = happened.Type,
        At = happened.At,
        Description = happened.Description,
        ActorSid = happened.Actor?.Sid,
        SourceIpAddress = happened.Actor?.Address,
        ResourceType = happened.ResourceType,
        ResourceSid = happened.ResourceSid,
        TaskSid = happened.Task?.Sid,
        WorkerSid = happened.Worker?.Sid,
        TaskQueueSid = happened.Queue?.Sid,
        WorkflowSid = happened.Workflow?.Sid,
        ReservationSid = happened.Reservation?.Sid,
        TaskChannelSid = happened.Channel?.Sid,
    };
}
