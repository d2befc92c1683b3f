using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>What a worker's time counts as. Stored as numbers, so the order is for ever.</summary>
internal enum Occupancy
{
    /// <summary>Neither at work nor available; also before creation and after deletion.</summary>
    Away,

    /// <summary>In an available activity, with nothing accepted.</summary>
    Available,

    /// <summary>With one accepted reservation or several, in whatever activity.</summary>
    Handling,
}

/// <summary>
/// A worker's time begins to count as something else. What several reservations have in common counts once this way,
/// and whoever reads forward in time needs to keep one word for each worker. Written with the event that causes it.
/// </summary>
internal sealed record OccupancyChange
{
    public required Sid WorkspaceSid { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The event's.</summary>
    public required long Sequence { get; init; }

    public required Sid WorkerSid { get; init; }

    /// <summary>Tells what a window began with that this is the first change in or after.</summary>
    public required Occupancy Before { get; init; }

    public required Occupancy After { get; init; }

    /// <summary>Null for an event that changes nothing.</summary>
    public static OccupancyChange? Of(RoutingEvent happened)
    {
        if (happened is not { Worker: { } worker, Activity: { } activity })
        {
            return null;
        }

        var idle = IdleIn(activity);
        var (before, after) = (happened.Type, happened.WorkerHolds) switch
        {
            (EventTypes.ReservationAccepted, 1) => (idle, Occupancy.Handling),
            (EventTypes.ReservationCompleted, 0) => (Occupancy.Handling, idle),
            (EventTypes.WorkerActivityUpdate, 0) => (IdleIn(happened.PreviousActivity!), idle),
            (EventTypes.WorkerCreated, _) => (Occupancy.Away, idle),
            (EventTypes.WorkerDeleted, _) => (idle, Occupancy.Away),
            _ => (idle, idle),
        };
        return before == after ? null : new OccupancyChange
        {
            WorkspaceSid = happened.Workspace.Sid,
            At = happened.At,
            Sequence = happened.Sequence,
            WorkerSid = worker.Sid,
            Before = before,
            After = after,
        };
    }

    private static Occupancy IdleIn(Activity activity) => activity.Available ? Occupancy.Available : Occupancy.Away;
}
