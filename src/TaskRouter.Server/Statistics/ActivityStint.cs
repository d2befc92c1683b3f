using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>
/// One worker in one activity, from when to when. Written when it ends, by a change of activity or by the worker's
/// deletion; the stint that goes on is in the worker's own record.
/// https://www.twilio.com/docs/taskrouter/api/worker/statistics
/// </summary>
internal sealed record ActivityStint
{
    public required Sid WorkspaceSid { get; init; }

    public required Sid WorkerSid { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Of the event that ended it.</summary>
    public required long Sequence { get; init; }

    public required Sid ActivitySid { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The worker was deleted: there is no later one.</summary>
    public bool IsLast { get; init; }

    /// <summary>Null for an event that ends none.</summary>
    public static ActivityStint? Of(RoutingEvent happened) => happened switch
    {
        {
            Type: EventTypes.WorkerActivityUpdate, PreviousActivity: { } previous, TimeInPreviousActivity: { } spent,
        } => Ended(happened, previous.Sid, happened.At - spent),
        { Type: EventTypes.WorkerDeleted, Worker: { } worker } =>
            Ended(happened, worker.ActivitySid, worker.StatusChangedAt) with { IsLast = true },
        _ => null,
    };

    private static ActivityStint Ended(RoutingEvent happened, Sid activitySid, DateTimeOffset since) => new()
    {
        WorkspaceSid = happened.Workspace.Sid,
        WorkerSid = happened.Worker!.Sid,
        EndedAt = happened.At,
        Sequence = happened.Sequence,
        ActivitySid = activitySid,
        StartedAt = since,
    };
}
