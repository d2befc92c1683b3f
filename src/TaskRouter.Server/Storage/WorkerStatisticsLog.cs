using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>Cumulative figures of workers: their reservations, and how long they were in which activity.</summary>
internal sealed class WorkerStatisticsLog(Database database, CommitLog commits, StatisticsLog statistics)
{
    // Stints read on for each worker: of those who change about equally often, six in seven are found by then.
    private const int ReadOnFactor = 2;

    /// <summary>
    /// So many are looked up one by one; of more of them, what happened to everybody in the window is read.
    /// </summary>
    public int FewWorkers { get; init; } = 200;

    /// <param name="query">Names no queue and no workflow.</param>
    /// <param name="workers">Null for everybody, also those who were deleted since.</param>
    public async Task<(Figures Figures, ActivityTimes Times)> ReadAsync(
        FigureQuery query, IReadOnlySet<Sid>? workers, CancellationToken stop)
    {
        // What happened to all workers is what happened to the workspace.
        var figures = workers is null ? await statistics.ReadAsync(query, stop) : new Figures();
        await commits.CatchUpAsync(query.WorkspaceSid, stop);
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

    private async Task CountAsync(
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
    private List<Sid>? FewOf(IReadOnlySet<Sid>? workers) =>
        workers?.Count <= FewWorkers ? [.. workers] : null;

    private IQueryable<Fact> FactsIn(RouterDb db, FigureQuery query, IReadOnlySet<Sid> workers)
    {
        var (window, kinds) = (query.Window, FactKinds.StoredAs(FactKinds.OfReservations));
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
    /// window ended.
    /// </summary>
    private async Task AddStintsAsync(
        RouterDb db, FigureQuery query, IReadOnlySet<Sid>? workers, ActivityTimes times, CancellationToken stop)
    {
        var window = query.Window;
        var few = FewOf(workers);
        bool IsWanted(Sid worker) => workers?.Contains(worker) ?? true;

        var closed = StintsOf(db, query, few)
            .Where(stint => stint.EndedAt > window.Start && stint.EndedAt < window.End);
        await foreach (var span in Spans(closed).AsAsyncEnumerable().WithCancellation(stop))
        {
            if (IsWanted(span.WorkerSid))
            {
                times.Add(span.WorkerSid, span.ActivitySid, span.StartedAt, span.EndedAt);
            }
        }

        var changedSince = new HashSet<Sid>();
        var current = PresentOf(db, query, few)
            .Select(worker => new { worker.Sid, worker.ActivitySid, worker.StatusChangedAt });
        await foreach (var worker in current.AsAsyncEnumerable().WithCancellation(stop))
        {
            if (worker.StatusChangedAt >= window.End)
            {
                changedSince.Add(worker.Sid);
            }
            else if (IsWanted(worker.Sid))
            {
                times.Add(worker.Sid, worker.ActivitySid, worker.StatusChangedAt, window.End);
            }
        }

        var gone = await GoneSince(db, query).ToHashSetAsync(stop);
        gone.RemoveWhere(worker => !IsWanted(worker));
        changedSince.RemoveWhere(worker => !IsWanted(worker));
        await AddSpanningAsync(db, query, changedSince, gone, times, stop);
    }

    /// <summary>
    /// For each of them the first stint that has ended since: most are found by reading on from the window's end, where
    /// stints lie side by side. The rest is looked up one by one, each in a place of its own.
    /// </summary>
    /// <param name="changed">Workers who have changed since and are still there.</param>
    /// <param name="gone">Workers who were deleted since.</param>
    private async Task AddSpanningAsync(
        RouterDb db, FigureQuery query, HashSet<Sid> changed, HashSet<Sid> gone, ActivityTimes times,
        CancellationToken stop)
    {
        var end = query.Window.End;
        var count = changed.Count + gone.Count;
        if (count > FewWorkers)
        {
            var next = StintsOf(db, query, few: null).Where(stint => stint.EndedAt >= end)
                .OrderBy(stint => stint.EndedAt).ThenBy(stint => stint.Sequence)
                .Take(count * ReadOnFactor);
            await foreach (var span in Spans(next).AsAsyncEnumerable().WithCancellation(stop))
            {
                if (changed.Remove(span.WorkerSid) || gone.Remove(span.WorkerSid))
                {
                    times.Add(span.WorkerSid, span.ActivitySid, span.StartedAt, end);
                }
            }
        }

        var present = PresentOf(db, query, FewOf(changed)).Where(worker => worker.StatusChangedAt >= end);
        await LookUpAsync(db, query, present.Select(worker => worker.Sid), changed, times, stop);
        await LookUpAsync(db, query, GoneSince(db, query, FewOf(gone)), gone, times, stop);
    }

    /// <param name="candidates">At least those who are missing.</param>
    private static async Task LookUpAsync(
        RouterDb db, FigureQuery query, IQueryable<Sid> candidates, HashSet<Sid> missing, ActivityTimes times,
        CancellationToken stop)
    {
        if (missing.Count == 0)
        {
            return;
        }

        await foreach (var span in Spanning(db, query, candidates).AsAsyncEnumerable().WithCancellation(stop))
        {
            if (span is { ActivitySid: { } activity, StartedAt: { } since } && missing.Contains(span.WorkerSid))
            {
                times.Add(span.WorkerSid, activity, since, query.Window.End);
            }
        }
    }

    private static IQueryable<ActivityStint> StintsOf(RouterDb db, FigureQuery query, List<Sid>? few)
    {
        var stints = db.ActivityStints.Where(stint => stint.WorkspaceSid == query.WorkspaceSid);
        return few is null ? stints : stints.Where(stint => few.Contains(stint.WorkerSid));
    }

    private static IQueryable<Span> Spans(IQueryable<ActivityStint> stints) => stints.Select(stint =>
        new Span(stint.WorkerSid, stint.ActivitySid, stint.StartedAt, stint.EndedAt));

    private static IQueryable<Worker> PresentOf(RouterDb db, FigureQuery query, List<Sid>? few)
    {
        var present = db.Workers.Where(worker => worker.WorkspaceSid == query.WorkspaceSid);
        return few is null ? present : present.Where(worker => few.Contains(worker.Sid));
    }

    // Everybody's, unless few are known to be gone: all are a short index of their own, while SQLite looks for given
    // workers among all that they have done since.
    private static IQueryable<Sid> GoneSince(RouterDb db, FigureQuery query, List<Sid>? few = null) =>
        StintsOf(db, query, few).Where(stint => stint.IsLast && stint.EndedAt >= query.Window.End)
            .Select(stint => stint.WorkerSid);

    private static IQueryable<SpanningStint> Spanning(RouterDb db, FigureQuery query, IQueryable<Sid> candidates)
    {
        var (workspaceSid, end) = (query.WorkspaceSid, query.Window.End);
        return candidates
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

    private sealed record Span(Sid WorkerSid, Sid ActivitySid, DateTimeOffset StartedAt, DateTimeOffset EndedAt);

    private sealed record SpanningStint(Sid WorkerSid, Sid? ActivitySid, DateTimeOffset? StartedAt);
}
