using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Finds events by SIDs that have no index of their own, which every event would pay for. A SID carries its time, and
/// an event's time is normally the same. Where it is not, because the clock was set back between two runs or the count
/// of one millisecond was full, this holds still: a workspace's SIDs, of all kinds together, rise as its events do.
/// </summary>
internal static class EventLookup
{
    private static readonly long MillisecondsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static async Task<EventRecord?> FindAsync(RouterDb db, Sid workspaceSid, Sid sid, CancellationToken stop)
    {
        if (await AtTimeOf(db, workspaceSid, sid).FirstOrDefaultAsync(row => row.Sid == sid, stop) is { } happened)
        {
            return happened;
        }

        return await NotBeforeAsync(db, workspaceSid, sid, stop) is { } found && found.Sid == sid
            ? await db.Events.SingleOrDefaultAsync(
                row => row.WorkspaceSid == workspaceSid && row.Sequence == found.Sequence, stop)
            : null;
    }

    /// <summary>The query with what its index needs; null when no event can be what it asks for.</summary>
    public static async Task<EventQuery?> ResolveAsync(RouterDb db, EventQuery query, CancellationToken stop)
    {
        if (query.Sid is { } sid)
        {
            return await FindAsync(db, query.WorkspaceSid, sid, stop) is { } happened
                ? query with { Sequence = happened.Sequence }
                : null;
        }

        return query is { ReservationSid: { } reservationSid, TaskSid: null }
            ? query with { ReservationTaskSid = await TaskOfAsync(db, query.WorkspaceSid, reservationSid, stop) }
            : query;
    }

    /// <summary>
    /// From the reservation while it is there, then from the event of its creation. Null when both are gone.
    /// </summary>
    private static async Task<Sid?> TaskOfAsync(RouterDb db, Sid workspaceSid, Sid sid, CancellationToken stop)
    {
        var taskSid = await db.Reservations
            .Where(row => row.WorkspaceSid == workspaceSid && row.Sid == sid)
            .Select(row => (Sid?)row.TaskSid)
            .SingleOrDefaultAsync(stop);
        taskSid ??= await AtTimeOf(db, workspaceSid, sid)
            .Where(row => row.ReservationSid == sid)
            .Select(row => row.TaskSid)
            .FirstOrDefaultAsync(stop);

        // No SID is made between a reservation's own and the one of the event that tells of it.
        return taskSid ?? (await NotBeforeAsync(db, workspaceSid, sid, stop) is { } next && next.ReservationSid == sid
            ? next.TaskSid
            : null);
    }

    /// <summary>What one batch has made, at most a few thousand rows: in the index by time.</summary>
    // Without an order: the one by sequence would tempt the database to walk through the primary key instead.
    private static IQueryable<EventRecord> AtTimeOf(RouterDb db, Sid workspaceSid, Sid sid)
    {
        // The digits of a SID can say a year that no event has.
        var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(sid.UnixMilliseconds, MillisecondsMax));
        return db.Events.Where(row => row.WorkspaceSid == workspaceSid && row.At == at);
    }

    /// <summary>The first event whose SID is not lower: a binary search through the primary key, row by row.</summary>
    private static async Task<Probe?> NotBeforeAsync(RouterDb db, Sid workspaceSid, Sid sid, CancellationToken stop)
    {
        var log = db.Events.Where(row => row.WorkspaceSid == workspaceSid);
        var found = await ProbeAsync(log.OrderByDescending(row => row.Sequence), stop);
        if (found is null || found.Sid < sid)
        {
            return null;
        }

        // From `high` on no SID is lower, and `found` is the first row of those.
        for (var (low, high) = (1L, found.Sequence); low < high;)
        {
            // The row may be further on: retention goes by time, so it leaves holes where the clock was set back.
            var middle = low + ((high - low) / 2);
            var probe = await ProbeAsync(
                log.Where(row => row.Sequence >= middle).OrderBy(row => row.Sequence), stop);
            if (probe is null)
            {
                return null;
            }

            if (probe.Sid < sid)
            {
                low = probe.Sequence + 1;
            }
            else
            {
                (found, high) = (probe, middle);
            }
        }

        return found;
    }

    private static Task<Probe?> ProbeAsync(IOrderedQueryable<EventRecord> rows, CancellationToken stop) => rows
        .Select(row => new Probe(row.Sequence, row.Sid, row.ReservationSid, row.TaskSid))
        .FirstOrDefaultAsync(stop);

    private sealed record Probe(long Sequence, Sid Sid, Sid? ReservationSid, Sid? TaskSid);
}
