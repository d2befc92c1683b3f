using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Adds up finished hours of facts. What holds in every committed state: of each hour before a workspace's mark
/// (<c>hours_before</c>) the rows of <c>fact_hours</c> are the sums of its facts. Of later hours they say nothing.
/// </summary>
// Facts that come while an hour is read, or long after, are noticed without a clock. Adding up is announced first, in
// hours_under_way of the workspace's row. Who writes facts takes that row before its commit and holds it until then,
// and when they are of earlier hours puts both columns back (IBatch.Claim). So whatever is read after the announcement
// has the facts that were committed before it, and later ones have put hours_under_way back when the mark would move:
// then it does not. No state of the database has to be held while an hour is read. Epochs, raised by whoever takes the
// workspace, do the same between processes; within one, the caller takes turns.
internal sealed class AddedHours(Database database)
{
    // An hour is read in short stretches. For as long as a statement runs, Postgres keeps every version of every row
    // that has been replaced since it began, and each commit has to pass those of its workspace's row.
    private static readonly TimeSpan FirstStretch = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestStretch = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMilliseconds(100);

    /// <summary>The workspace's mark.</summary>
    public static Task<DateTimeOffset> MarkAsync(RouterDb db, Sid workspaceSid, CancellationToken stop) => db.Workspaces
        .Where(row => row.Sid == workspaceSid)
        .Select(row => EF.Property<DateTimeOffset>(row, RouterDb.HoursBefore))
        .SingleOrDefaultAsync(stop);

    /// <summary>Workspaces with facts between their mark and the instant.</summary>
    public async Task<List<Sid>> FindAsync(DateTimeOffset before, CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        var kinds = FactKinds.All;

        // The first such fact and not Any(), for which Postgres may choose to read all facts there are. All kinds are
        // named, because the key begins with the kind.
        return await db.Workspaces
            .Where(row => EF.Property<DateTimeOffset>(row, RouterDb.HoursBefore) < before
                && db.Facts
                    .Where(fact => fact.WorkspaceSid == row.Sid && kinds.Contains(fact.Kind)
                        && fact.At >= EF.Property<DateTimeOffset>(row, RouterDb.HoursBefore) && fact.At < before)
                    .Select(fact => (long?)fact.Sequence)
                    .FirstOrDefault() != null)
            .OrderBy(row => row.Sid)
            .Select(row => row.Sid)
            .ToListAsync(stop);
    }

    /// <summary>To be done before <see cref="AddNextAsync"/>. False when another process has the workspace.</summary>
    /// <param name="before">The beginning of an hour.</param>
    public async Task<bool> AnnounceAsync(
        Sid workspaceSid, long epoch, DateTimeOffset before, CancellationToken stop) => await database.ExecuteAsync(
        new SqlStatement(
            "UPDATE workspaces SET hours_under_way = $1 WHERE workspace_sid = $2 AND epoch = $3",
            before,
            workspaceSid,
            epoch),
        stop) == 1;

    /// <summary>
    /// Adds up the next hour that has facts and moves the mark behind it. False when there is none before the instant,
    /// or when facts have come meanwhile or somebody has taken the workspace: then nothing has changed.
    /// </summary>
    public async Task<bool> AddNextAsync(
        Sid workspaceSid, long epoch, DateTimeOffset before, CancellationToken stop)
    {
        if (await ReadNextAsync(workspaceSid, before, stop) is not { } next)
        {
            return false;
        }

        try
        {
            await database.WriteAsync(
                workspaceSid,
                batch =>
                {
                    // First, as in every batch: who holds the workspace's row waits for nobody.
                    batch.Expect(MoveMark(workspaceSid, epoch, next.Passed));
                    batch.Execute(new SqlStatement(
                        "DELETE FROM fact_hours WHERE workspace_sid = $1 AND hour >= $2 AND hour < $3",
                        workspaceSid,
                        next.Passed.Start,
                        next.Passed.End));
                    batch.Insert(next.Rows);
                },
                deletesWorkspace: false,
                stop);
            return true;
        }
        catch (OwnershipLostException)
        {
            return false;
        }
    }

    /// <summary>
    /// The sums of the next hour with facts, and what lies from the mark to its end. Only the sums are kept in memory,
    /// and reading holds up nobody, so that the transaction that writes them has little to do.
    /// </summary>
    private async Task<(TimeWindow Passed, IReadOnlyCollection<FactHour> Rows)?> ReadNextAsync(
        Sid workspaceSid, DateTimeOffset before, CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        var mark = await MarkAsync(db, workspaceSid, stop);
        if (await FirstFactAsync(db, workspaceSid, new TimeWindow(mark, before), stop) is not { } first)
        {
            return null;
        }

        var hour = FactHour.HourOf(first);
        var end = hour.AddHours(1);
        var rows = new Dictionary<(Sid, FactKind, Sid), FactHour>();
        var length = FirstStretch;
        for (var start = first; start < end;)
        {
            var stretch = new TimeWindow(start, start + length < end ? start + length : end);
            var began = TimeProvider.System.GetTimestamp();
            await AddAsync(db, workspaceSid, hour, stretch, rows, stop);
            var taken = TimeProvider.System.GetElapsedTime(began);
            start = stretch.End;
            length = taken < ReadingTime / 2 ? length * 2
                : taken > ReadingTime && length > ShortestStretch ? length / 2
                : length;

            // Others come first.
            await Task.Delay(taken, TimeProvider.System, stop);
        }

        return (new TimeWindow(mark, end), rows.Values);
    }

    private static async Task AddAsync(
        RouterDb db,
        Sid workspaceSid,
        DateTimeOffset hour,
        TimeWindow stretch,
        Dictionary<(Sid, FactKind, Sid), FactHour> rows,
        CancellationToken stop)
    {
        foreach (var (kinds, sums) in Sums(db, workspaceSid, hour, stretch))
        {
            await foreach (var sum in sums.AsAsyncEnumerable().WithCancellation(stop))
            {
                if (sum.OfSid.IsNone)
                {
                    continue;
                }

                foreach (var kind in FactKinds.PartsOf(sum.Kind).Where(kinds.Contains))
                {
                    var (key, row) = ((sum.OfSid, kind, sum.TaskChannelSid), sum with { Kind = kind });
                    rows[key] = rows.TryGetValue(key, out var earlier) ? earlier.Plus(row) : row;
                }
            }
        }
    }

    private static SqlStatement MoveMark(Sid workspaceSid, long epoch, TimeWindow passed) => new(
        "UPDATE workspaces SET hours_before = $1 WHERE workspace_sid = $2 AND epoch = $3 "
            + "AND hours_before = $4 AND hours_under_way >= $1",
        passed.End,
        workspaceSid,
        epoch,
        passed.Start);

    // Of each kind the first one: a look at the beginning of a stretch of the key.
    private static Task<DateTimeOffset?> FirstFactAsync(
        RouterDb db, Sid workspaceSid, TimeWindow window, CancellationToken stop) => FactKinds.All
        .Select(kind => db.Facts
            .Where(fact => fact.WorkspaceSid == workspaceSid && fact.Kind == kind
                && fact.At >= window.Start && fact.At < window.End)
            .OrderBy(fact => fact.At)
            .Select(fact => (DateTimeOffset?)fact.At)
            .Take(1))
        .Aggregate(Queryable.Concat)
        .MinAsync(stop);

    /// <summary>Of the workspace, of workflows and of queues, each with the kinds that it has hours of.</summary>
    private static IEnumerable<(IReadOnlyList<FactKind> Kinds, IQueryable<FactHour> Sums)> Sums(
        RouterDb db, Sid workspaceSid, DateTimeOffset hour, TimeWindow stretch)
    {
        (IReadOnlyList<FactKind>, IQueryable<FactHour>) Sum(
            IReadOnlyList<FactKind> singles, Expression<Func<Fact, OfKind>> of)
        {
            var kinds = FactKinds.StoredAs(singles);
            var facts = db.Facts.Where(fact => fact.WorkspaceSid == workspaceSid && kinds.Contains(fact.Kind)
                && fact.At >= stretch.Start && fact.At < stretch.End);
            return (singles, facts.GroupBy(of).Select(group => new FactHour
            {
                WorkspaceSid = workspaceSid,
                OfSid = group.Key.OfSid,
                Kind = group.Key.Kind,
                Hour = hour,
                TaskChannelSid = group.Key.TaskChannelSid,
                FactCount = group.LongCount(),
                WaitTotal = group.Sum(fact => (long)fact.WaitSeconds),
                WaitMin = group.Min(fact => fact.WaitSeconds),
                WaitMax = group.Max(fact => fact.WaitSeconds),
                QueueWaitTotal = group.Sum(fact => (long)fact.QueueWaitSeconds),
                QueueWaitMin = group.Min(fact => fact.QueueWaitSeconds),
                QueueWaitMax = group.Max(fact => fact.QueueWaitSeconds),
            }));
        }

        yield return Sum(FactKinds.OfWorkspaceHours, fact => new OfKind
        {
            OfSid = fact.WorkspaceSid,
            Kind = fact.Kind,
            TaskChannelSid = fact.TaskChannelSid,
        });
        yield return Sum(FactKinds.OfWorkflowHours, fact => new OfKind
        {
            OfSid = fact.WorkflowSid,
            Kind = fact.Kind,
            TaskChannelSid = fact.TaskChannelSid,
        });
        yield return Sum(FactKinds.OfQueueHours, fact => new OfKind
        {
            OfSid = fact.TaskQueueSid,
            Kind = fact.Kind,
            TaskChannelSid = fact.TaskChannelSid,
        });
    }

    /// <summary>What one row adds up.</summary>
    private sealed class OfKind
    {
        public Sid OfSid { get; init; }

        public FactKind Kind { get; init; }

        public Sid TaskChannelSid { get; init; }
    }
}
