using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>How workers' time was divided in the intervals of a report: see docs/statistics.md.</summary>
internal sealed class OccupancyLog(Database database, CommitLog commits)
{
    /// <summary>In order of interval and SID, without those who were neither available nor at work.</summary>
    public async IAsyncEnumerable<OccupancyRow> ReadAsync(
        ReportQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        await commits.CatchUpAsync(query.WorkspaceSid, stop);
        await using var db = database.CreateDbContext();
        await using var snapshot = await database.BeginSnapshotAsync(db, stop);
        var all = db.OccupancyChanges.Where(change => change.WorkspaceSid == query.WorkspaceSid);

        // Nothing is known of the time before the oldest change, because retention has deleted it or nobody counted.
        var oldest = await all.OrderBy(change => change.At).Select(change => (DateTimeOffset?)change.At)
            .FirstOrDefaultAsync(stop);
        if (oldest is not { } known || known >= query.Window.End)
        {
            yield break;
        }

        var start = known > query.Window.Start ? known : query.Window.Start;
        var sweep = new OccupancySweep(query);
        sweep.BeginAt(start);
        await BeginAsync(db, query.WorkspaceSid, sweep, start, stop);
        var changes = all.Where(change => change.At >= start && change.At < query.Window.End)
            .OrderBy(change => change.At).ThenBy(change => change.Sequence);
        await foreach (var change in changes.AsAsyncEnumerable().WithCancellation(stop))
        {
            foreach (var row in sweep.CloseUntil(change.At))
            {
                yield return row;
            }

            sweep.Change(change.WorkerSid, change.Before, change.After, change.At);
        }

        foreach (var row in sweep.CloseUntil(query.Window.End))
        {
            yield return row;
        }
    }

    /// <summary>
    /// What everybody was doing at an instant: what their first change since then has ended, or else what they do now.
    /// </summary>
    private static async Task BeginAsync(
        RouterDb db, Sid workspaceSid, OccupancySweep sweep, DateTimeOffset start, CancellationToken stop)
    {
        var unchanged = await db.Workers.Where(worker => worker.WorkspaceSid == workspaceSid)
            .Select(worker => new { worker.Sid, worker.ActivitySid })
            .ToDictionaryAsync(worker => worker.Sid, worker => worker.ActivitySid, stop);
        await foreach (var first in FirstChanges(db, workspaceSid, start).AsAsyncEnumerable().WithCancellation(stop))
        {
            if (first.Before is { } before)
            {
                sweep.Change(first.WorkerSid, Occupancy.Away, before, start);
                unchanged.Remove(first.WorkerSid);
            }
        }

        if (unchanged.Count == 0)
        {
            return;
        }

        var available = (await db.Activities.Where(row => row.WorkspaceSid == workspaceSid && row.Available)
            .Select(row => row.Sid).ToListAsync(stop)).ToHashSet();
        var handling = (await Held(db, workspaceSid).ToListAsync(stop)).ToHashSet();
        foreach (var (worker, activity) in unchanged)
        {
            var now = handling.Contains(worker) ? Occupancy.Handling
                : available.Contains(activity) ? Occupancy.Available
                : Occupancy.Away;
            sweep.Change(worker, Occupancy.Away, now, start);
        }
    }

    // Of the workers of now and of those who were deleted since.
    private static IQueryable<FirstChange> FirstChanges(RouterDb db, Sid workspaceSid, DateTimeOffset start)
    {
        var gone = db.ActivityStints
            .Where(stint => stint.WorkspaceSid == workspaceSid && stint.IsLast && stint.EndedAt >= start)
            .Select(stint => stint.WorkerSid);
        return db.Workers.Where(worker => worker.WorkspaceSid == workspaceSid).Select(worker => worker.Sid)
            .Concat(gone)
            .Select(sid => new FirstChange(
                sid,
                db.OccupancyChanges
                    .Where(change => change.WorkspaceSid == workspaceSid && change.WorkerSid == sid
                        && change.At >= start)
                    .OrderBy(change => change.At).ThenBy(change => change.Sequence)
                    .Select(change => (Occupancy?)change.Before)
                    .FirstOrDefault()));
    }

    // In the words of the index of open reservations, which is as small as they are few.
    private static IQueryable<Sid> Held(RouterDb db, Sid workspaceSid) => db.Reservations
        .Where(row => row.WorkspaceSid == workspaceSid
            && (row.Status == ReservationStatus.Pending || row.Status == ReservationStatus.Accepted
                || row.Status == ReservationStatus.Wrapping)
            && row.Status != ReservationStatus.Pending)
        .Select(row => row.WorkerSid);

    /// <param name="Before">Null for whoever has not changed since.</param>
    private sealed record FirstChange(Sid WorkerSid, Occupancy? Before);
}
