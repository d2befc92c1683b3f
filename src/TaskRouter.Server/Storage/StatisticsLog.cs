using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Cumulative figures of tasks: whole hours from what is added up, the rest of the window from the facts themselves.
/// Each answer is read from one state of the database, and so is how far hours are added up.
/// </summary>
internal sealed class StatisticsLog(Database database, CommitLog commits)
{
    private static readonly FactKind[] Waits =
        [FactKind.TaskCanceled, FactKind.ReservationAccepted, FactKind.ReservationAcceptedAgain];

    /// <summary>For a workspace or one of its workflows.</summary>
    public async Task<Figures> ReadAsync(FigureQuery query, CancellationToken stop)
    {
        var figures = new Figures();
        await commits.CatchUpAsync(query.WorkspaceSid, stop);
        await using var db = database.CreateDbContext();
        await using var snapshot = await database.BeginSnapshotAsync(db, stop);
        var mark = await AddedHours.MarkAsync(db, query.WorkspaceSid, stop);
        foreach (var parts in Parts(db, query, mark))
        {
            var sums = parts.GroupBy(part => part.Kind).Select(group => new SummedPart
            {
                Kind = group.Key,
                Count = group.Sum(part => part.Count),
                WaitTotal = group.Sum(part => part.WaitTotal),
                WaitMin = group.Min(part => part.WaitMin),
                WaitMax = group.Max(part => part.WaitMax),
                QueueWaitTotal = group.Sum(part => part.QueueWaitTotal),
                QueueWaitMin = group.Min(part => part.QueueWaitMin),
                QueueWaitMax = group.Max(part => part.QueueWaitMax),
            });
            await foreach (var sum in sums.AsAsyncEnumerable().WithCancellation(stop))
            {
                figures.Add(sum.Kind, sum.Sum);
            }
        }

        if (query.SplitsWaits)
        {
            var waits = FactsIn(db, query, query.Window, Waits)
                .GroupBy(fact => new { fact.Kind, fact.WaitSeconds })
                .Select(group => new { group.Key.Kind, group.Key.WaitSeconds, Count = group.LongCount() });
            await foreach (var wait in waits.AsAsyncEnumerable().WithCancellation(stop))
            {
                figures.AddWait(wait.Kind, wait.WaitSeconds, wait.Count);
            }
        }

        var repeated = new RepeatedAcceptances();
        await foreach (var pair in AcceptedBefore(db, query).AsAsyncEnumerable().WithCancellation(stop))
        {
            repeated.Add(pair.Sequence);
        }

        figures.AddRepeated(repeated.Count);
        return figures;
    }

    /// <summary>For each of the queues that the query names.</summary>
    public async Task<Dictionary<Sid, Figures>> ReadByQueueAsync(FigureQuery query, CancellationToken stop)
    {
        var byQueue = query.TaskQueueSids!.ToDictionary(sid => sid, _ => new Figures());
        if (byQueue.Count == 0)
        {
            return byQueue;
        }

        await commits.CatchUpAsync(query.WorkspaceSid, stop);
        await using var db = database.CreateDbContext();
        await using var snapshot = await database.BeginSnapshotAsync(db, stop);
        var mark = await AddedHours.MarkAsync(db, query.WorkspaceSid, stop);
        foreach (var parts in Parts(db, query, mark))
        {
            var sums = parts.GroupBy(part => new { part.TaskQueueSid, part.Kind }).Select(group => new SummedPart
            {
                TaskQueueSid = group.Key.TaskQueueSid,
                Kind = group.Key.Kind,
                Count = group.Sum(part => part.Count),
                WaitTotal = group.Sum(part => part.WaitTotal),
                WaitMin = group.Min(part => part.WaitMin),
                WaitMax = group.Max(part => part.WaitMax),
                QueueWaitTotal = group.Sum(part => part.QueueWaitTotal),
                QueueWaitMin = group.Min(part => part.QueueWaitMin),
                QueueWaitMax = group.Max(part => part.QueueWaitMax),
            });
            await foreach (var sum in sums.AsAsyncEnumerable().WithCancellation(stop))
            {
                byQueue[sum.TaskQueueSid].Add(sum.Kind, sum.Sum);
            }
        }

        if (query.SplitsWaits)
        {
            var waits = FactsIn(db, query, query.Window, Waits)
                .GroupBy(fact => new { fact.TaskQueueSid, fact.Kind, fact.WaitSeconds })
                .Select(group => new { group.Key, Count = group.LongCount() });
            await foreach (var wait in waits.AsAsyncEnumerable().WithCancellation(stop))
            {
                byQueue[wait.Key.TaskQueueSid].AddWait(wait.Key.Kind, wait.Key.WaitSeconds, wait.Count);
            }
        }

        foreach (var (queue, repeated) in await RepeatedByQueueAsync(db, query, stop))
        {
            byQueue[queue].AddRepeated(repeated.Count);
        }

        return byQueue;
    }

    private static async Task<Dictionary<Sid, RepeatedAcceptances>> RepeatedByQueueAsync(
        RouterDb db, FigureQuery query, CancellationToken stop)
    {
        var byQueue = new Dictionary<Sid, RepeatedAcceptances>();
        await foreach (var pair in AcceptedBefore(db, query).AsAsyncEnumerable().WithCancellation(stop))
        {
            if (pair.EarlierQueueSid == pair.TaskQueueSid)
            {
                if (!byQueue.TryGetValue(pair.TaskQueueSid, out var repeated))
                {
                    byQueue[pair.TaskQueueSid] = repeated = new RepeatedAcceptances();
                }

                repeated.Add(pair.Sequence);
            }
        }

        return byQueue;
    }

    /// <summary>The stretches that the window is made of; together they count each fact once.</summary>
    private static IEnumerable<IQueryable<SummedPart>> Parts(RouterDb db, FigureQuery query, DateTimeOffset mark)
    {
        var (window, hours) = (query.Window, query.Window.WholeHoursBefore(mark));
        if (window.Start < hours.Start)
        {
            yield return FactsIn(db, query, window with { End = hours.Start }, FactKinds.All).Select(PartOf.Fact);
        }

        if (hours.Start < hours.End)
        {
            yield return HoursIn(db, query, hours).Select(PartOf.Hour);
        }

        if (hours.End < window.End)
        {
            yield return FactsIn(db, query, window with { Start = hours.End }, FactKinds.All).Select(PartOf.Fact);
        }
    }

    private static IQueryable<Fact> FactsIn(
        RouterDb db, FigureQuery query, TimeWindow window, IReadOnlyCollection<FactKind> kinds)
    {
        // All kinds are named, because the key begins with the kind.
        var facts = db.Facts.Where(fact => fact.WorkspaceSid == query.WorkspaceSid
            && kinds.Contains(fact.Kind) && fact.At >= window.Start && fact.At < window.End);
        facts = query.WorkflowSid is { } workflow ? facts.Where(fact => fact.WorkflowSid == workflow) : facts;
        facts = query.TaskQueueSids is { } queues ? facts.Where(fact => queues.Contains(fact.TaskQueueSid)) : facts;
        return query.TaskChannelSid is { } channel ? facts.Where(fact => fact.TaskChannelSid == channel) : facts;
    }

    private static IQueryable<FactHour> HoursIn(RouterDb db, FigureQuery query, TimeWindow window)
    {
        var kinds = FactKinds.Singles;
        var hours = db.FactHours.Where(hour => hour.WorkspaceSid == query.WorkspaceSid
            && kinds.Contains(hour.Kind) && hour.Hour >= window.Start && hour.Hour < window.End);
        IReadOnlyCollection<Sid> of = query.TaskQueueSids ?? [query.WorkflowSid ?? query.WorkspaceSid];
        hours = hours.Where(hour => of.Contains(hour.OfSid));
        return query.TaskChannelSid is { } channel ? hours.Where(hour => hour.TaskChannelSid == channel) : hours;
    }

    private static IQueryable<AcceptancePair> AcceptedBefore(RouterDb db, FigureQuery query)
    {
        FactKind[] again = [FactKind.ReservationAcceptedAgain];
        return AcceptancePair.Of(db, FactsIn(db, query, query.Window, again), query.Window.Start, query.TaskChannelSid);
    }
}
