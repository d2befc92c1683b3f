using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>Cumulative figures of workers: their reservations, and how long they were in which activity.</summary>
internal sealed class WorkerStatisticsLog(Database database, StatisticsLog statistics)
{
    // Looked up one by one; of more of them, what happened to everybody in the window is read.
    private const int FewWorkers = 200;

    /// <param name="query">Names no queue and no workflow.</param>
    /// <param name="workers">Null for everybody, also those who were deleted since.</param>
    public async Task<(Figures Figures, ActivityTimes Times)> ReadAsync(
        FigureQuery query, IReadOnlySet<Sid>? workers, CancellationToken stop)
    {
        // What happened to all workers is what happened to the workspace.
        var figures = workers is null ? await statistics.ReadAsync(query, stop) : new Figures();
        await using var db = database.CreateDbContext();
        await using var snapshot = await database.BeginSnapshotAsync(db, stop);
        if (workers is { Count: > 0 })
        {
            await CountAsync(db, query, workers, figures, stop);
        }

        var times = new ActivityTimes(query.Window);
        if (workers is not { Count: 0 })
        {
            await AddStintsAsync(db, query, workers, times, stop);
        }

        return (figures, times);
    }

    private static async Task CountAsync(
        RouterDb db, FigureQuery query, IReadOnlySet<Sid> workers, Figures figures, CancellationToken stop)
    {
        var facts = FactsIn(db, query, workers);
        if (workers.Count <= FewWorkers)
        {
            var sums = facts.GroupBy(fact => fact.Kind)
                .Select(group => new { Kind = group.Key, Count = group.LongCount() });
            await foreach (var sum in sums.AsAsyncEnumerable().WithCancellation(stop))
            {
                figures.Add(sum.Kind, new FactSum { Count = sum.Count });
            }
        }
        else
        {
            // Not grouped by worker: the database would walk through every worker's month for the order's sake.
            var each = facts.Select(fact => new { fact.WorkerSid, fact.Kind });
            await foreach (var fact in each.AsAsyncEnumerable().WithCancellation(stop))
            {
                if (workers.Contains(fact.WorkerSid!.Value))
                {
                    figures.Add(fact.Kind, new FactSum { Count = 1 });
                }
            }
        }

        var repeated = new RepeatedAcceptances();
        var again = facts.Where(fact => fact.Kind == FactKind.ReservationAcceptedAgain);
        await foreach (var pair in AcceptancePair.Of(db, again, query.Window.Start, query.TaskChannelSid)
            .AsAsyncEnumerable().WithCancellation(stop))
        {
            if (workers.Contains(pair.WorkerSid!.Value) && pair.EarlierWorkerSid is { } earlier
                && workers.Contains(earlier))
            {
                repeated.Add(pair.Sequence);
            }
        }

        figures.AddRepeated(repeated.Count);
    }

    /// <summary>Null for more than a few: then what happened to everybody is read.</summary>
    private static List<Sid>? FewOf(IReadOnlySet<Sid>? workers) =>
        workers is { Count: <= FewWorkers } ? [.. workers] : null;

    private static IQueryable<Fact> FactsIn(RouterDb db, FigureQuery query, IReadOnlySet<Sid> workers)
    {
        var (window, kinds) = (query.Window, FactKinds.OfReservations);
        var facts = db.Facts.Where(fact => fact.WorkspaceSid == query.WorkspaceSid
            && kinds.Contains(fact.Kind) && fact.At >= window.Start && fact.At < window.End);
        if (FewOf(workers) is { } few)
        {
            facts = facts.Where(fact => few.Contains(fact.WorkerSid!.Value));
        }

        return query.TaskChannelSid is { } channel ? facts.Where(fact => fact.TaskChannelSid == channel) : facts;
    }

    /// <summary>
    /// A stint that touches the window has ended in it, or goes on now, or is the one that was going on when the
    /// window ended. The last kind is looked up worker by worker, and only for those who have changed since.
    /// </summary>
    private static async Task AddStintsAsync(
        RouterDb db, FigureQuery query, IReadOnlySet<Sid>? workers, ActivityTimes times, CancellationToken stop)
    {
        var window = query.Window;
        var few = FewOf(workers);
        bool IsWanted(Sid worker) => workers?.Contains(worker) ?? true;

        var closed = db.ActivityStints.Where(stint => stint.WorkspaceSid == query.WorkspaceSid
            && stint.EndedAt > window.Start && stint.EndedAt < window.End);
        closed = few is null ? closed : closed.Where(stint => few.Contains(stint.WorkerSid));
        var spans = closed.Select(stint => new { stint.WorkerSid, stint.ActivitySid, stint.StartedAt, stint.EndedAt });
        await foreach (var span in spans.AsAsyncEnumerable().WithCancellation(stop))
        {
            if (IsWanted(span.WorkerSid))
            {
                times.Add(span.WorkerSid, span.ActivitySid, span.StartedAt, span.EndedAt);
            }
        }

        var present = db.Workers.Where(worker => worker.WorkspaceSid == query.WorkspaceSid);
        present = few is null ? present : present.Where(worker => few.Contains(worker.Sid));
        var current = present.Where(worker => worker.StatusChangedAt < window.End)
            .Select(worker => new { worker.Sid, worker.ActivitySid, worker.StatusChangedAt });
        await foreach (var worker in current.AsAsyncEnumerable().WithCancellation(stop))
        {
            if (IsWanted(worker.Sid))
            {
                times.Add(worker.Sid, worker.ActivitySid, worker.StatusChangedAt, window.End);
            }
        }

        await foreach (var span in Spanning(db, query, present, few).AsAsyncEnumerable().WithCancellation(stop))
        {
            if (span is { ActivitySid: { } activity, StartedAt: { } since } && IsWanted(span.WorkerSid))
            {
                times.Add(span.WorkerSid, activity, since, window.End);
            }
        }
    }

    private static IQueryable<SpanningStint> Spanning(
        RouterDb db, FigureQuery query, IQueryable<Worker> present, List<Sid>? few)
    {
        var (workspaceSid, end) = (query.WorkspaceSid, query.Window.End);
        var gone = db.ActivityStints.Where(stint => stint.WorkspaceSid == workspaceSid
            && stint.IsLast && stint.EndedAt >= end);
        gone = few is null ? gone : gone.Where(stint => few.Contains(stint.WorkerSid));
        return present.Where(worker => worker.StatusChangedAt >= end).Select(worker => worker.Sid)
            .Concat(gone.Select(stint => stint.WorkerSid))
            .Select(sid => new SpanningStint(
                sid,
                db.ActivityStints
                    .Where(stint => stint.WorkspaceSid == workspaceSid && stint.WorkerSid == sid
                        && stint.EndedAt >= end)
                    .OrderBy(stint => stint.EndedAt).ThenBy(stint => stint.Sequence)
                    .Select(stint => (Sid?)stint.ActivitySid)
                    .FirstOrDefault(),
                db.ActivityStints
                    .Where(stint => stint.WorkspaceSid == workspaceSid && stint.WorkerSid == sid
                        && stint.EndedAt >= end)
                    .OrderBy(stint => stint.EndedAt).ThenBy(stint => stint.Sequence)
                    .Select(stint => (DateTimeOffset?)stint.StartedAt)
                    .FirstOrDefault()));
    }

    private sealed record SpanningStint(Sid WorkerSid, Sid? ActivitySid, DateTimeOffset? StartedAt);
}
