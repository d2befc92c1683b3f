using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Reports from the facts, one row after another as the database makes them: a month by minutes takes no more memory
/// here than a day by hours.
/// </summary>
internal sealed class ReportLog(Database database, CommitLog commits, OccupancyLog occupancy) : IDisposable
{
    // Each holds a connection, and as long as it lasts the database keeps what it has begun to read.
    private const int AtOnceMax = 4;

    private readonly SemaphoreSlim _turns = new(AtOnceMax);

    public void Dispose() => _turns.Dispose();

    /// <summary>
    /// In order of time. Without groups every interval has a row; with them those groups have one to which something
    /// has happened.
    /// </summary>
    public async IAsyncEnumerable<ReportRow> ReadAsync(
        ReportQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        await _turns.WaitAsync(stop);
        try
        {
            await commits.CatchUpAsync(query.WorkspaceSid, stop);
            await using var db = database.CreateDbContext();
            var rows = Rows(db, query).AsAsyncEnumerable();
            rows = query.HasOccupancy ? Merged(rows, occupancy.ReadAsync(query, stop), stop) : rows;
            rows = query.GroupBy == ReportGroup.None ? Filled(rows, query.Intervals, stop) : rows;
            await foreach (var row in rows.WithCancellation(stop))
            {
                yield return row;
            }
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>What happened to a group beside how its time was divided; both come in the same order.</summary>
    private static async IAsyncEnumerable<ReportRow> Merged(
        IAsyncEnumerable<ReportRow> rows,
        IAsyncEnumerable<OccupancyRow> times,
        [EnumeratorCancellation] CancellationToken stop)
    {
        await using var row = rows.GetAsyncEnumerator(stop);
        await using var time = times.GetAsyncEnumerator(stop);
        var (hasRow, hasTime) = (await row.MoveNextAsync(), await time.MoveNextAsync());
        while (hasRow || hasTime)
        {
            var order = !hasRow ? 1 : !hasTime ? -1
                : (row.Current.Interval, row.Current.OfSid!.Value)
                    .CompareTo((time.Current.Interval, time.Current.OfSid));
            yield return order switch
            {
                < 0 => row.Current,
                0 => row.Current with { Times = time.Current.Times },
                _ => new ReportRow
                {
                    Interval = time.Current.Interval,
                    OfSid = time.Current.OfSid,
                    Times = time.Current.Times,
                },
            };
            hasRow = order <= 0 ? await row.MoveNextAsync() : hasRow;
            hasTime = order >= 0 ? await time.MoveNextAsync() : hasTime;
        }
    }

    private static async IAsyncEnumerable<ReportRow> Filled(
        IAsyncEnumerable<ReportRow> rows, long count, [EnumeratorCancellation] CancellationToken stop)
    {
        var next = 0L;
        await foreach (var row in rows.WithCancellation(stop))
        {
            while (next < row.Interval)
            {
                yield return new ReportRow { Interval = next++ };
            }

            yield return row;
            next++;
        }

        while (next < count)
        {
            yield return new ReportRow { Interval = next++ };
        }
    }

    private static IQueryable<ReportRow> Rows(RouterDb db, ReportQuery query)
    {
        var kinds = KindsOf(query.GroupBy);
        var (offered, completed) = (FactKinds.StoredAs([kinds.Offered]), FactKinds.StoredAs([kinds.Completed]));

        // What has waited has a row of its own.
        var (accepted, again, abandoned) = (FactKind.ReservationAccepted, kinds.AcceptedAgain, kinds.Abandoned);
        var threshold = query.ThresholdSeconds;
        return PartsOf(FactsIn(db, query, kinds), query)
            .GroupBy(part => new { part.Interval, part.OfSid })
            .OrderBy(group => group.Key.Interval).ThenBy(group => group.Key.OfSid)
            .Select(group => new ReportRow
            {
                Interval = group.Key.Interval,
                OfSid = group.Key.OfSid,
                Offered = group.Sum(part => offered.Contains(part.Kind) ? 1L : 0L),
                Accepted = group.Sum(part => part.Kind == accepted || part.Kind == again ? 1L : 0L),
                AcceptedInTime = group.Sum(part =>
                    (part.Kind == accepted || part.Kind == again) && part.Wait <= threshold ? 1L : 0L),
                Abandoned = group.Sum(part => part.Kind == abandoned ? 1L : 0L),
                Completed = group.Sum(part => completed.Contains(part.Kind) ? 1L : 0L),
                WaitTotal = group.Sum(part =>
                    part.Kind == accepted || part.Kind == again ? (long)part.Wait : 0L),
                WaitMax = group.Max(part => part.Kind == accepted || part.Kind == again ? part.Wait : 0),
                HandleCount = group.Sum(part => part.Handle != null ? 1L : 0L),
                HandleTotal = group.Sum(part => (long)(part.Handle ?? 0)),
            });
    }

    // In the workspace a task is accepted once, whatever transfers follow; a queue or a worker accepts it anew.
    private static Kinds KindsOf(ReportGroup group) => group switch
    {
        ReportGroup.Queue => new Kinds(
            FactKind.TaskQueueEntered,
            FactKind.ReservationAcceptedAgain,
            FactKind.TaskCanceled,
            FactKind.TaskCompleted),
        ReportGroup.Worker => new Kinds(
            FactKind.ReservationCreated,
            FactKind.ReservationAcceptedAgain,
            Abandoned: null,
            FactKind.ReservationCompleted),
        _ => new Kinds(
            FactKind.TaskCreated, AcceptedAgain: null, FactKind.TaskCanceled, FactKind.TaskCompleted),
    };

    private static IQueryable<Fact> FactsIn(RouterDb db, ReportQuery query, Kinds kinds)
    {
        var (window, all) = (query.Window, kinds.Stored);
        var facts = db.Facts.Where(fact => fact.WorkspaceSid == query.WorkspaceSid
            && all.Contains(fact.Kind) && fact.At >= window.Start && fact.At < window.End);
        return query.TaskChannelSid is { } channel ? facts.Where(fact => fact.TaskChannelSid == channel) : facts;
    }

    private static IQueryable<Part> PartsOf(IQueryable<Fact> facts, ReportQuery query)
    {
        var start = query.Window.Start.ToUnixTimeMilliseconds();
        var length = (long)query.Interval.TotalMilliseconds;
        return query.GroupBy switch
        {
            ReportGroup.Queue => facts.Select(fact => new Part
            {
                Interval = (RouterDb.MillisecondsOf(fact.At) - start) / length,
                OfSid = fact.TaskQueueSid,
                Kind = fact.Kind,
                Wait = fact.QueueWaitSeconds,
                Handle = fact.HandleSeconds,
            }),
            ReportGroup.Worker => facts.Select(fact => new Part
            {
                Interval = (RouterDb.MillisecondsOf(fact.At) - start) / length,
                OfSid = fact.WorkerSid,
                Kind = fact.Kind,
                Wait = fact.QueueWaitSeconds,
                Handle = fact.HandleSeconds,
            }),
            ReportGroup.Channel => facts.Select(fact => new Part
            {
                Interval = (RouterDb.MillisecondsOf(fact.At) - start) / length,
                OfSid = fact.TaskChannelSid,
                Kind = fact.Kind,
                Wait = fact.WaitSeconds,
                Handle = fact.HandleSeconds,
            }),
            _ => facts.Select(fact => new Part
            {
                Interval = (RouterDb.MillisecondsOf(fact.At) - start) / length,
                OfSid = fact.WorkspaceSid,
                Kind = fact.Kind,
                Wait = fact.WaitSeconds,
                Handle = fact.HandleSeconds,
            }),
        };
    }

    /// <summary>What counts as what; null is not counted.</summary>
    private sealed record Kinds(FactKind Offered, FactKind? AcceptedAgain, FactKind? Abandoned, FactKind Completed)
    {
        /// <summary>Of all rows that are read.</summary>
        public IReadOnlyList<FactKind> Stored => FactKinds.StoredAs(
        [
            Offered,
            FactKind.ReservationAccepted,
            Completed,
            .. new[] { AcceptedAgain, Abandoned }.OfType<FactKind>(),

            // Tells how long its task was handled, whatever else is counted.
            FactKind.ReservationCompleted,
        ]);
    }

    private sealed class Part
    {
        public long Interval { get; init; }

        public Sid? OfSid { get; init; }

        public FactKind Kind { get; init; }

        public int Wait { get; init; }

        public int? Handle { get; init; }
    }
}
