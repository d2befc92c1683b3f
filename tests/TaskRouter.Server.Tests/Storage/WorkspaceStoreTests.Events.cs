using Microsoft.EntityFrameworkCore;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Storage;
using Xunit;
using static TaskRouter.Server.Tests.Storage.StoredWorkspace;

namespace TaskRouter.Server.Tests.Storage;

public abstract partial class WorkspaceStoreTests
{
    [Fact]
    public async Task Every_event_is_found_by_its_sid_whatever_the_clock_did()
    {
        var stored = await NewerThanCreateAsync();
        var written = await LogOfThreeClocksAsync(stored);
        var log = new EventLog(_database, new CommitLog(_database));

        foreach (var happened in written.Events)
        {
            (await log.FindAsync(stored.Sid, happened.Sid, Stop)).ShouldNotBeNull().Sequence
                .ShouldBe(happened.Sequence);
            (await ReadAllAsync(log, new EventQuery(stored.Sid) { Sid = happened.Sid }))
                .ShouldBe([happened.Sequence]);
        }
    }

    [Fact]
    public async Task Every_event_is_found_by_its_sid_where_retention_has_left_holes()
    {
        var stored = await NewerThanCreateAsync();
        var written = await LogOfThreeClocksAsync(stored);
        var before = written.Events.Min(happened => happened.At) + TimeSpan.FromMinutes(90);
        (await new History(_database).DeleteEventsAsync(stored.Sid, before, Stop)).ShouldBeFalse();
        var log = new EventLog(_database, new CommitLog(_database));

        var gone = written.Events.Where(row => row.At < before).ToList();
        var kept = written.Events.Except(gone).ToList();

        gone.ShouldNotBeEmpty();
        foreach (var happened in gone)
        {
            (await log.FindAsync(stored.Sid, happened.Sid, Stop)).ShouldBeNull();
        }

        kept.ShouldNotBeEmpty();
        foreach (var happened in kept)
        {
            (await log.FindAsync(stored.Sid, happened.Sid, Stop)).ShouldNotBeNull().Sequence
                .ShouldBe(happened.Sequence);
        }
    }

    [Fact]
    public async Task No_event_is_found_by_a_sid_that_none_has()
    {
        var stored = await NewerThanCreateAsync();
        var written = await LogOfThreeClocksAsync(stored);
        var other = await CreateAsync(_database);
        var log = new EventLog(_database, new CommitLog(_database));
        Sid[] unknown =
        [
            .. written.Skipped,
            new(SidKind.Event, 0, 0),
            new(SidKind.Event, ulong.MaxValue, ulong.MaxValue),
            written.Events[0].Sid with { Low = 0 },
            written.Events[^1].Sid with { Low = ulong.MaxValue },
            (await other.ReadEventsAsync())[0].Sid,
        ];

        foreach (var sid in unknown)
        {
            (await log.FindAsync(stored.Sid, sid, Stop)).ShouldBeNull();
            (await ReadAllAsync(log, new EventQuery(stored.Sid) { Sid = sid })).ShouldBeEmpty();
        }

        (await log.FindAsync(stored.Filled.Sid(SidKind.Workspace), unknown[0], Stop)).ShouldBeNull();
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, -3_600)]
    [InlineData(false, -3_600)]
    public async Task A_reservations_events_are_read_by_its_task(bool isThere, int secondsOfClock)
    {
        var stored = await NewerThanCreateAsync();
        var written = new GeneratedLog(stored);
        written.Add(10);
        written.Restart(TimeSpan.FromSeconds(secondsOfClock));
        var task = stored.OpenTask();
        var (first, second) = (written.AddReservation(task), written.AddReservation(task));
        written.Now += TimeSpan.FromHours(2);
        written.Add(10);
        await written.SaveAsync();
        if (isThere)
        {
            await stored.SaveAsync(changes => Add(changes.Reservations, second, row => row.Sid));
        }

        // Looks at no more rows than the task has: any other index would end the page before it has them.
        var log = new EventLog(_database, new CommitLog(_database)) { ScanMax = 9 };
        var query = new EventQuery(stored.Sid) { ReservationSid = second.Sid };
        var slice = await log.ReadAsync(query, null, older: true, count: 50, Stop);

        slice.Rows.Select(row => row.Type).ShouldBe([EventTypes.ReservationRejected, EventTypes.ReservationCreated]);
        slice.Rows.ShouldAllBe(row => row.ReservationSid == second.Sid);
        slice.Beyond.ShouldBeNull();
        (await ReadAllAsync(log, query with { TaskSid = task.Sid })).Count.ShouldBe(2);
        (await ReadAllAsync(log, query with { TaskSid = stored.Filled.Sid(SidKind.Task) })).ShouldBeEmpty();
        (await ReadAllAsync(log, query with { ReservationSid = first.Sid })).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_reservation_whose_creation_is_forgotten_is_still_found_in_short_pages()
    {
        var stored = await NewerThanCreateAsync();
        var written = new GeneratedLog(stored);
        var reservation = written.AddReservation(stored.OpenTask());
        written.Add(10);
        await written.SaveAsync();
        var rejected = written.Events.Single(row => row.Type == EventTypes.ReservationRejected);
        await new History(_database).DeleteEventsAsync(stored.Sid, rejected.At, Stop);

        var log = new EventLog(_database, new CommitLog(_database)) { ScanMax = 4 };

        (await ReadAllAsync(log, new EventQuery(stored.Sid) { ReservationSid = reservation.Sid }))
            .ShouldBe([rejected.Sequence]);
    }

    [Fact]
    public async Task A_reservation_of_another_workspace_has_no_events_here()
    {
        var (stored, other) = (await NewerThanCreateAsync(), await NewerThanCreateAsync());
        var (written, theirs) = (new GeneratedLog(stored), new GeneratedLog(other));
        written.AddReservation(stored.OpenTask());
        var reservation = theirs.AddReservation(other.OpenTask());
        await written.SaveAsync();
        await theirs.SaveAsync();
        await other.SaveAsync(changes => Add(changes.Reservations, reservation, row => row.Sid));
        var log = new EventLog(_database, new CommitLog(_database)) { ScanMax = 3 };

        (await ReadAllAsync(log, new EventQuery(stored.Sid) { ReservationSid = reservation.Sid })).ShouldBeEmpty();
        (await ReadAllAsync(log, new EventQuery(other.Sid) { ReservationSid = reservation.Sid })).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_have_what_was_asked_for_in_order(bool older)
    {
        var stored = await NewerThanCreateAsync();
        var random = new Random(older ? 1 : 2);
        Worker[] workers = [stored.Filled.Of<Worker>(), stored.Filled.Of<Worker>(), stored.Filled.Of<Worker>()];
        RoutingTask[] tasks = [stored.OpenTask(), stored.OpenTask(), stored.OpenTask(), stored.OpenTask()];
        var all = new List<RoutingEvent>();
        for (var batch = 0; batch < 30; batch++)
        {
            var written = new GeneratedLog(stored) { Now = GeneratedLog.Start.AddSeconds(batch) };
            for (var count = random.Next(1, 40); count > 0; count--)
            {
                written.Now = written.Now.AddMilliseconds(random.Next(3) == 0 ? 1 : 0);
                written.Add(stored.Event(random.Next(4) == 0 ? EventTypes.TaskCreated : EventTypes.TaskUpdated) with
                {
                    Task = random.Next(3) == 0 ? null : tasks[random.Next(tasks.Length)],
                    Worker = random.Next(3) == 0 ? null : workers[random.Next(workers.Length)],
                });
            }

            await written.SaveAsync();
            all.AddRange(written.Events);
        }

        var rows = await stored.ReadEventsAsync();
        rows.Count.ShouldBe(all.Count);
        var log = new EventLog(_database, stored.Commits);
        for (var round = 0; round < 150; round++)
        {
            var query = new EventQuery(stored.Sid)
            {
                TaskSid = random.Next(3) == 0 ? tasks[random.Next(tasks.Length)].Sid : null,
                WorkerSid = random.Next(3) == 0 ? workers[random.Next(workers.Length)].Sid : null,
                Type = random.Next(3) == 0 ? EventTypes.TaskCreated : null,
                Start = random.Next(3) == 0 ? rows[random.Next(rows.Count)].At : null,
                End = random.Next(3) == 0 ? rows[random.Next(rows.Count)].At : null,
            };
            var expected = rows.Where(query.Finds).Select(row => row.Sequence).ToList();
            if (older)
            {
                expected.Reverse();
            }

            (await ReadAllAsync(log, query, older, count: random.Next(1, 30))).ShouldBe(expected, $"{query}");
        }
    }

    [Fact]
    public async Task A_full_page_looks_no_further_than_it_may_for_a_next_one()
    {
        var stored = await NewerThanCreateAsync();
        var written = new GeneratedLog(stored);
        written.Add(20);
        written.Add(stored.Event(EventTypes.TaskCreated));
        written.Add(3);
        await written.SaveAsync();
        var log = new EventLog(_database, stored.Commits) { ScanMax = 10 };
        var query = new EventQuery(stored.Sid) { Type = EventTypes.TaskCreated };

        var slice = await log.ReadAsync(query, null, older: true, count: 1, Stop);

        slice.Rows.ShouldHaveSingleItem();
        slice.Beyond.ShouldNotBeNull().Sequence.ShouldBe(written.Events[^10].Sequence);
        (await ReadAllAsync(log, query)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Events_of_an_earlier_version_are_packed_once_and_found_as_before()
    {
        var stored = await NewerThanCreateAsync();
        var worker = stored.Filled.Of<Worker>();
        var written = new GeneratedLog(stored);
        for (var count = 0; count < 2_500; count++)
        {
            written.Now = written.Now.AddMilliseconds(count % 100 == 0 ? 1 : 0);
            written.Add(stored.Event(EventTypes.WorkerCreated) with { Worker = count % 10 == 0 ? worker : null });
        }

        using var wire = new EventWire();
        var rows = written.Events.ConvertAll(
            happened => EventRecord.Of(happened) with { EventData = wire.Write(happened) });
        rows.RemoveAll(row => row.Sequence is > 500 and < 520);
        await _database.UpsertAsync(rows, Stop);

        await stored.Store.MigrateAsync(Stop);
        await stored.Store.MigrateAsync(Stop);

        (await stored.ReadEventsAsync()).ShouldBe(rows);
        var log = new EventLog(_database, stored.Commits);
        (await log.FindAsync(stored.Sid, rows[700].Sid, Stop)).ShouldBe(rows[700]);
        (await ReadAllAsync(log, new EventQuery(stored.Sid) { WorkerSid = worker.Sid }))
            .ShouldBe(rows.Where(row => row.WorkerSid == worker.Sid).Select(row => row.Sequence).Reverse());
        await using var db = _database.CreateDbContext();
        (await db.Events.CountAsync(row => row.WorkspaceSid == stored.Sid, Stop)).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_is_read_in_the_order_of_time_whatever_the_clock_did(bool older)
    {
        var stored = await NewerThanCreateAsync();
        var written = await LogOfThreeClocksAsync(stored);
        var log = new EventLog(_database, stored.Commits);

        var expected = written.Events.OrderBy(row => row.At).ThenBy(row => row.Sequence).Select(row => row.Sequence);

        (await ReadAllAsync(log, new EventQuery(stored.Sid), older, count: 7))
            .ShouldBe(older ? expected.Reverse() : expected);
    }

    /// <summary>A workspace whose first event is older than what a test generates, as in any log.</summary>
    private async Task<StoredWorkspace> NewerThanCreateAsync()
    {
        var stored = await CreateAsync(_database);
        await using var db = _database.CreateDbContext();
        await db.EventBlocks.Where(row => row.WorkspaceSid == stored.Sid).ExecuteDeleteAsync(Stop);
        return stored;
    }

    /// <summary>Three runs: one in order with a full millisecond, one an hour back, one well ahead of both.</summary>
    private static async Task<GeneratedLog> LogOfThreeClocksAsync(StoredWorkspace stored)
    {
        var written = new GeneratedLog(stored);
        written.Add(3);
        written.Now += TimeSpan.FromHours(2);
        written.Add(10);
        written.FillMillisecond();
        written.Add(5);
        written.Restart(TimeSpan.FromHours(-1));
        written.Add(10);
        written.Now += TimeSpan.FromMilliseconds(1);
        written.Add(5);
        written.Restart(TimeSpan.FromHours(5));
        written.Add(10);
        await written.SaveAsync();
        return written;
    }

    private static async Task<List<long>> ReadAllAsync(
        EventLog log, EventQuery query, bool older = true, int count = 50)
    {
        var found = new List<long>();
        EventPlace? place = null;
        do
        {
            var slice = await log.ReadAsync(query, place, older, count, Stop);
            found.AddRange(slice.Rows.Select(row => row.Sequence));
            place = slice.Beyond;
        }
        while (place is not null);

        return found;
    }
}
