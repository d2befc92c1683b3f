using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Tests.Statistics;
using Xunit;
using static TaskRouter.Server.Tests.Storage.StoredWorkspace;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>Facts added up by the hour: what windows read is the same before, between and after.</summary>
public abstract partial class WorkspaceStoreTests
{
    private const int HoursOfTraffic = 6;
    private const int BatchesOfTraffic = 150;

    private static readonly int[] Waited = [7, 3, 5];

    [Fact]
    public async Task Hours_add_up_whatever_batches_they_were_written_in()
    {
        var stored = await CreateAsync(_database);
        var (task, queue) = (stored.OpenTask(), stored.Filled.Of<TaskQueue>());
        foreach (var wait in Waited)
        {
            await CancelAsync(stored, Now, wait, task, queue);
        }

        (await AddUpAsync(stored, Now.AddHours(1))).ShouldBe(1);

        var hours = await HoursOfAsync(stored);
        hours.Select(hour => hour.OfSid).ShouldBe([stored.Sid, queue.Sid], ignoreOrder: true);
        hours.ShouldAllBe(hour => hour.Kind == FactKind.TaskCanceled && hour.Hour == Now && hour.FactCount == 3
            && hour.WaitTotal == 15 && hour.WaitMin == 3 && hour.WaitMax == 7);
    }

    [Fact]
    public async Task Hours_without_facts_are_passed_over_and_the_running_one_is_left()
    {
        var stored = await CreateAsync(_database);
        foreach (var hour in new[] { 0, 1_000, 1_001 })
        {
            await CancelAsync(stored, Now.AddHours(hour), 1);
        }

        (await AddUpAsync(stored, Now.AddHours(1_001))).ShouldBe(2);

        (await MarkOfAsync(stored)).ShouldBe(Now.AddHours(1_001));
        (await HoursOfAsync(stored)).Select(row => row.Hour).Distinct()
            .ShouldBe([Now, Now.AddHours(1_000)], ignoreOrder: true);
        (await CountAsync(stored)).ShouldBe(3);
        (await AddUpAsync(stored, Now.AddHours(1_001))).ShouldBe(0);
    }

    [Fact]
    public async Task Facts_that_come_late_count_once_and_their_hour_is_added_up_again()
    {
        var stored = await CreateAsync(_database);
        await CancelAsync(stored, Now, 1);
        await CancelAsync(stored, Now.AddHours(2), 1);
        await AddUpAsync(stored, Now.AddHours(3));

        await CancelAsync(stored, Now.AddMinutes(59), 1);

        (await MarkOfAsync(stored)).ShouldBe(Now);
        (await CountAsync(stored)).ShouldBe(3);
        (await AddUpAsync(stored, Now.AddHours(3))).ShouldBe(2);
        (await MarkOfAsync(stored)).ShouldBe(Now.AddHours(3));
        (await CountAsync(stored)).ShouldBe(3);
    }

    [Fact]
    public async Task Facts_that_come_while_an_hour_is_added_up_keep_the_mark_where_it_is()
    {
        var stored = await CreateAsync(_database);
        await CancelAsync(stored, Now, 1);
        var hours = new AddedHours(_database);
        await hours.AnnounceAsync(stored.Sid, stored.Epoch, Now.AddHours(1), Stop);

        await CancelAsync(stored, Now.AddMinutes(59), 1);

        (await hours.AddNextAsync(stored.Sid, stored.Epoch, Now.AddHours(1), Stop)).ShouldBeFalse();
        (await HoursOfAsync(stored)).ShouldBeEmpty();
        (await CountAsync(stored)).ShouldBe(2);
        (await AddUpAsync(stored, Now.AddHours(1))).ShouldBe(1);
        (await CountAsync(stored)).ShouldBe(2);
    }

    [Fact]
    public async Task Who_has_lost_a_workspace_adds_nothing_up()
    {
        var stored = await CreateAsync(_database);
        await CancelAsync(stored, Now, 1);
        var (hours, before) = (new AddedHours(_database), Now.AddHours(1));
        await hours.AnnounceAsync(stored.Sid, stored.Epoch, before, Stop);
        var lost = stored.Epoch;
        await stored.LoadAsync();

        (await hours.AddNextAsync(stored.Sid, lost, before, Stop)).ShouldBeFalse();
        (await hours.AnnounceAsync(stored.Sid, lost, before, Stop)).ShouldBeFalse();

        (await HoursOfAsync(stored)).ShouldBeEmpty();
        (await AddUpAsync(stored, before)).ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_after_the_mark_has_moved_moves_it_back()
    {
        var stored = await CreateAsync(_database);
        await CancelAsync(stored, Now, 1);
        var mark = await MarkOfAsync(stored);

        // The mark moves in the first statement of the transaction, and the second finds no table.
        await ExecuteAsync("ALTER TABLE fact_hours RENAME TO hours_away");
        try
        {
            await Should.ThrowAsync<DbException>(() => AddUpAsync(stored, Now.AddHours(1)));
        }
        finally
        {
            await ExecuteAsync("ALTER TABLE hours_away RENAME TO fact_hours");
        }

        (await MarkOfAsync(stored)).ShouldBe(mark);
        (await CountAsync(stored)).ShouldBe(1);
        (await AddUpAsync(stored, Now.AddHours(1))).ShouldBe(1);
        (await CountAsync(stored)).ShouldBe(1);
    }

    [Fact]
    public async Task Hours_that_an_older_version_has_written_count_for_nothing()
    {
        var stored = await CreateAsync(_database);
        foreach (var hour in new[] { 0, 1 })
        {
            await CancelAsync(stored, Now.AddHours(hour), 1);

            // It kept the running hour's sums too, and may have been cut off from facts that were written without it.
            await _database.UpsertAsync(
                [
                    stored.Filled.Of<FactHour>() with
                    {
                        OfSid = stored.Sid,
                        Kind = FactKind.TaskCanceled,
                        Hour = Now.AddHours(hour),
                        FactCount = 100,
                    },
                ],
                Stop);
        }

        (await CountAsync(stored)).ShouldBe(2);
        (await AddUpAsync(stored, Now.AddHours(1))).ShouldBe(1);
        (await CountAsync(stored)).ShouldBe(2);
        (await AddUpAsync(stored, Now.AddHours(2))).ShouldBe(1);
        (await CountAsync(stored)).ShouldBe(2);
        (await HoursOfAsync(stored)).Where(row => row.OfSid == stored.Sid).ShouldAllBe(row => row.FactCount == 1);
    }

    [Fact]
    public async Task Rows_of_several_events_add_up_as_rows_of_each_do()
    {
        var stored = await CreateAsync(_database);
        var fact = stored.Filled.Of<Fact>() with { At = Now, WaitSeconds = 0, QueueWaitSeconds = 0 };
        Fact[][] all = [.. FactKinds.All.Except(FactKinds.Singles)
            .Select(kind => EarlierFacts.Of(fact with { Kind = kind }).ToArray())];
        await _database.UpsertAsync([.. all.Select(parts => parts.Aggregate((row, next) => row.With(next)!))], Stop);
        await _database.UpsertAsync(
            [.. all.SelectMany(parts => parts).Select((row, index) => row with { At = Now.AddMinutes(1 + index) })],
            Stop);
        FactKind[] ofAll = [FactKind.ReservationCreated, FactKind.ReservationCompleted, FactKind.TaskCompleted];
        (Sid, FactKind, long)[] expected =
        [
            (fact.WorkspaceSid, FactKind.TaskCreated, 6),
            (fact.WorkflowSid, FactKind.WorkflowEntered, 6),
            (fact.TaskQueueSid, FactKind.TaskQueueEntered, 4),
            .. new[] { fact.WorkspaceSid, fact.WorkflowSid, fact.TaskQueueSid }
                .SelectMany(sid => ofAll.Select(kind => (sid, kind, 2L))),
            (fact.WorkerSid!.Value, FactKind.ReservationCreated, 2),
            (fact.WorkerSid!.Value, FactKind.ReservationCompleted, 2),
        ];

        (await FiguresAsync(stored, fact)).ShouldBe(expected, ignoreOrder: true);
        (await AddUpAsync(stored, Now.AddHours(1))).ShouldBe(1);
        (await FiguresAsync(stored, fact)).ShouldBe(expected, ignoreOrder: true);

        // No worker has hours.
        (await HoursOfAsync(stored)).Select(hour => (hour.OfSid, hour.Kind, hour.FactCount))
            .ShouldBe(expected[..^2], ignoreOrder: true);
    }

    [Fact]
    public async Task Only_workspaces_with_something_to_add_up_are_found()
    {
        var (has, done, empty) = (
            await CreateAsync(_database), await CreateAsync(_database), await CreateAsync(_database));
        await CancelAsync(has, Now, 1);
        await CancelAsync(done, Now, 1);
        await AddUpAsync(done, Now.AddHours(1));
        await CancelAsync(done, Now.AddHours(1), 1);

        var found = await new AddedHours(_database).FindAsync(Now.AddHours(1), Stop);

        found.ShouldContain(has.Sid);
        found.ShouldNotContain(done.Sid);
        found.ShouldNotContain(empty.Sid);
    }

    [Fact]
    public async Task Facts_of_any_hour_written_beside_adding_up_are_counted_once()
    {
        var stored = await CreateAsync(_database);
        var random = new Random(4);
        var writing = Task.Run(
            async () =>
            {
                for (var batch = 0; batch < BatchesOfTraffic; batch++)
                {
                    // Mostly forward in time, and now and then in an hour that has been added up.
                    var hour = random.Next(8) == 0
                        ? random.Next(HoursOfTraffic)
                        : batch * HoursOfTraffic / BatchesOfTraffic;
                    await CancelAsync(stored, Now.AddHours(hour).AddMinutes(random.Next(60)), random.Next(100));
                }
            },
            Stop);
        while (!writing.IsCompleted)
        {
            await AddUpAsync(stored, Now.AddHours(HoursOfTraffic));
            await ExpectRightHoursAsync(stored);
        }

        await writing;
        await AddUpAsync(stored, Now.AddHours(HoursOfTraffic));

        (await MarkOfAsync(stored)).ShouldBe(Now.AddHours(HoursOfTraffic));
        (await ExpectRightHoursAsync(stored)).ShouldBe(BatchesOfTraffic);
        (await CountAsync(stored)).ShouldBe(BatchesOfTraffic);
    }

    private static Task CancelAsync(
        StoredWorkspace stored, DateTimeOffset at, int waited, RoutingTask? task = null, TaskQueue? queue = null)
    {
        var canceled = (task ?? stored.OpenTask()) with
        {
            CreatedAt = at.AddSeconds(-waited),
            EndedAt = at,
            QueueEnteredAt = at,
        };
        return stored.SaveAsync(changes => changes.Events.Add(stored.Event(EventTypes.TaskCanceled) with
        {
            At = at,
            Task = canceled,
            Queue = queue,
        }));
    }

    /// <summary>Hours added up.</summary>
    private async Task<int> AddUpAsync(StoredWorkspace stored, DateTimeOffset before)
    {
        var (hours, count) = (new AddedHours(_database), 0);
        (await hours.AnnounceAsync(stored.Sid, stored.Epoch, before, Stop)).ShouldBeTrue();
        while (await hours.AddNextAsync(stored.Sid, stored.Epoch, before, Stop))
        {
            count++;
        }

        return count;
    }

    /// <summary>In one state of the database, each hour before the mark is the sum of its facts.</summary>
    /// <returns>How many facts those are.</returns>
    private async Task<long> ExpectRightHoursAsync(StoredWorkspace stored)
    {
        await using var db = _database.CreateDbContext();
        await using var snapshot = await _database.BeginSnapshotAsync(db, Stop);
        var mark = await AddedHours.MarkAsync(db, stored.Sid, Stop);
        var facts = await db.Facts.Where(row => row.WorkspaceSid == stored.Sid && row.At < mark).ToListAsync(Stop);
        var hours = await db.FactHours
            .Where(row => row.WorkspaceSid == stored.Sid && row.OfSid == stored.Sid && row.Hour < mark)
            .ToListAsync(Stop);
        hours.ToLookup(row => row.Hour).ToDictionary(
                group => group.Key, group => (group.Sum(row => row.FactCount), group.Sum(row => row.WaitTotal)))
            .ShouldBe(
                facts.ToLookup(fact => FactHour.HourOf(fact.At)).ToDictionary(
                    group => group.Key, group => (group.LongCount(), group.Sum(fact => (long)fact.WaitSeconds))),
                ignoreOrder: true);
        return facts.Count;
    }

    /// <summary>Cancellations as statistics show them.</summary>
    private async Task<long> CountAsync(StoredWorkspace stored)
    {
        var window = new TimeWindow(Now.AddHours(-1), Now.AddHours(2_000));
        var figures = await new StatisticsLog(_database, stored.Commits)
            .ReadAsync(new FigureQuery(stored.Sid, window), Stop);
        return figures[FactKind.TaskCanceled].Count;
    }

    /// <summary>Of this fact's workspace, workflow, queue and worker: what there is of kinds with figures.</summary>
    private async Task<List<(Sid, FactKind, long)>> FiguresAsync(StoredWorkspace stored, Fact fact)
    {
        var log = new StatisticsLog(_database, stored.Commits);
        var query = new FigureQuery(stored.Sid, new TimeWindow(Now, Now.AddHours(1)));
        var byQueue = await log.ReadByQueueAsync(query with { TaskQueueSids = [fact.TaskQueueSid] }, Stop);
        var worker = fact.WorkerSid!.Value;
        var workers = new WorkerStatisticsLog(_database, stored.Commits, log);
        (Sid Of, Figures Figures, IReadOnlyList<FactKind> Kinds)[] read =
        [
            (stored.Sid, await log.ReadAsync(query, Stop), FactKinds.OfWorkspaceHours),
            (
                fact.WorkflowSid,
                await log.ReadAsync(query with { WorkflowSid = fact.WorkflowSid }, Stop),
                FactKinds.OfWorkflowHours),
            (fact.TaskQueueSid, byQueue[fact.TaskQueueSid], FactKinds.OfQueueHours),
            (
                worker,
                (await workers.ReadAsync(query, new HashSet<Sid> { worker }, Stop)).Figures,
                FactKinds.OfReservations),
        ];
        return [.. read.SelectMany(one => one.Kinds.Select(kind => (one.Of, kind, one.Figures[kind].Count)))
            .Where(count => count.Count > 0)];
    }

    private async Task<DateTimeOffset> MarkOfAsync(StoredWorkspace stored)
    {
        await using var db = _database.CreateDbContext();
        return await AddedHours.MarkAsync(db, stored.Sid, Stop);
    }

    private async Task<List<FactHour>> HoursOfAsync(StoredWorkspace stored)
    {
        await using var db = _database.CreateDbContext();
        return await db.FactHours.Where(row => row.WorkspaceSid == stored.Sid).ToListAsync(Stop);
    }

    private Task<int> ExecuteAsync(string sql) => _database.ExecuteAsync(new SqlStatement(sql), Stop);
}
