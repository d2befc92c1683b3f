using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;
using Xunit;
using static TaskRouter.Server.Tests.Storage.StoredWorkspace;

namespace TaskRouter.Server.Tests.Storage;

public abstract partial class WorkspaceStoreTests
{
    private const int Many = (2 * History.BatchMax) + 1;

    [Fact]
    public async Task History_goes_when_it_is_too_old_and_nothing_else_does()
    {
        var stored = await CreateAsync(_database);
        await stored.FillAsync();
        var (old, recent) = (stored.EndedTask(Ago(days: 40)), stored.EndedTask(Ago(days: 20)));
        await stored.SaveAsync(changes =>
        {
            foreach (var task in new[] { old, recent })
            {
                Add(changes.Tasks, task, row => row.Sid);
                Add(changes.Reservations, stored.OfferOf(task), row => row.Sid);
                Add(
                    changes.Transfers,
                    stored.Filled.Of<TaskTransfer>() with { TaskSid = task.Sid },
                    row => row.Sid);
            }

            changes.Events.AddRange(Enumerable.Range(0, Many).Select(_ => stored.Event("task.created") with
            {
                At = Ago(days: 31),
            }));
            changes.Events.Add(stored.Event("task.created") with { At = Ago(days: 29) });
        });

        await RetentionOf(TimeSpan.FromDays(30)).RunOnceAsync(Stop);

        var counts = await stored.CountRowsAsync();
        counts["tasks"].ShouldBe(2);
        counts["reservations"].ShouldBe(2);
        counts["task_transfers"].ShouldBe(2);
        (await stored.ReadEventsAsync()).Where(row => row.Type == "task.created").ShouldHaveSingleItem()
            .At.ShouldBe(Ago(days: 29));
        counts.Where(count => count.Key is not
                ("tasks" or "reservations" or "task_transfers" or "commits"))
            .ShouldAllBe(count => count.Value == 1);
        (await stored.LoadAsync()).Tasks.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_statistics_count_goes_with_its_events()
    {
        var stored = await CreateAsync(_database);
        var (old, recent) = (Ago(days: 31), Ago(days: 29));
        foreach (var at in new[] { old, recent })
        {
            await _database.UpsertAsync(
                [.. FactKinds.All.SelectMany(kind => Enumerable.Range(0, Many / 10)
                    .Select(_ => stored.Filled.Of<Fact>() with { Kind = kind, At = at }))],
                Stop);
            await _database.UpsertAsync(
                [.. FactKinds.All.Select(kind => stored.Filled.Of<FactHour>() with { Kind = kind, Hour = at })], Stop);
            await _database.UpsertAsync([stored.Filled.Of<ActivityStint>() with { EndedAt = at }], Stop);
            await _database.UpsertAsync([stored.Filled.Of<OccupancyChange>() with { At = at }], Stop);
        }

        await RetentionOf(TimeSpan.FromDays(30)).RunOnceAsync(Stop);

        await using var db = _database.CreateDbContext();
        (await db.Facts.CountAsync(row => row.WorkspaceSid == stored.Sid && row.At == recent, Stop))
            .ShouldBe(FactKinds.All.Count * (Many / 10));
        var counts = await stored.CountRowsAsync();
        counts["facts"].ShouldBe(FactKinds.All.Count * (Many / 10));
        counts["fact_hours"].ShouldBe(FactKinds.All.Count);
        counts["activity_stints"].ShouldBe(1);
        counts["occupancy_changes"].ShouldBe(1);
    }

    [Fact]
    public async Task What_a_deleted_workspace_has_left_goes_too()
    {
        var (gone, other) = (await CreateAsync(_database), await CreateAsync(_database));
        await gone.FillAsync();
        await other.FillAsync();
        await using (var db = _database.CreateDbContext())
        {
            await db.Workspaces.Where(row => row.Sid == gone.Sid).ExecuteDeleteAsync(Stop);
        }

        await RetentionOf(TimeSpan.FromDays(10_000)).RunOnceAsync(Stop);

        string[] logs =
        [
            "event_blocks", "event_keys", "facts", "fact_hours", "activity_stints", "occupancy_changes", "calls",
            "tasks", "reservations", "task_transfers", "event_deliveries",
        ];
        var (left, kept) = (await gone.CountRowsAsync(), await other.CountRowsAsync());
        logs.ShouldAllBe(table => left[table] == 0);
        logs.ShouldAllBe(table => kept[table] == 1);
    }

    [Fact]
    public async Task A_position_of_deliveries_comes_back_as_it_was_written()
    {
        var stored = await CreateAsync(_database);
        var deliveries = new EventDeliveries(_database);
        var first = new EventDelivery { WorkspaceSid = stored.Sid, DeliveredSequence = 7 };
        var second = first with { DeliveredSequence = 8, FailingSince = Now, IsStopped = true };

        (await deliveries.FindAsync(stored.Sid, Stop)).ShouldBeNull();
        await deliveries.SaveAsync([first], Stop);
        (await deliveries.FindAsync(stored.Sid, Stop)).ShouldBe(first);
        await deliveries.SaveAsync([second], Stop);
        (await deliveries.FindAsync(stored.Sid, Stop)).ShouldBe(second);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Alerts_and_calls_come_back_as_they_were_written(bool withNulls)
    {
        var stored = await CreateAsync(_database);
        var alert = stored.Filled.Of<Alert>(withNulls);
        var call = stored.Filled.Of<RecordedCall>(withNulls);
        var tables = new JournalTables(_database);

        await _database.UpsertAsync([alert], Stop);
        await _database.UpsertAsync([call], Stop);

        (await tables.FindAlertAsync(alert.AccountSid, alert.Sid, Stop)).ShouldBe(alert);
        (await tables.FindCallAsync(stored.Sid, call.Sid, Stop)).ShouldBe(call);
        (await tables.FindAlertAsync(stored.Filled.Sid(SidKind.Account), alert.Sid, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Alerts_and_calls_go_when_they_are_too_old()
    {
        var stored = await CreateAsync(_database);
        var sids = new SidSource(Random.Shared.NextBytes);
        Sid At(SidKind kind, int days) => new SidSource(Random.Shared.NextBytes).Next(kind, Ago(days));
        var accountSid = sids.Next(SidKind.Account, Ago(0));
        await _database.UpsertAsync(
            Enumerable.Range(0, Many)
                .Select(index => stored.Filled.Of<Alert>() with
                {
                    AccountSid = accountSid,
                    Sid = At(SidKind.Alert, index == 0 ? 29 : 31),
                })
                .ToList(),
            Stop);
        await _database.UpsertAsync(
            new[] { 29, 31, 32 }
                .Select(days => stored.Filled.Of<RecordedCall>() with { Sid = At(SidKind.Call, days) })
                .ToList(),
            Stop);

        await RetentionOf(TimeSpan.FromDays(30)).RunOnceAsync(Stop);

        var tables = new JournalTables(_database);
        (await tables.ReadAsync(new AlertQuery(accountSid), null, older: true, 100, Stop)).Rows
            .ShouldHaveSingleItem().At.ShouldBe(Ago(days: 29));
        (await tables.ReadAsync(new CallQuery(stored.Sid), null, older: true, 100, Stop)).Rows
            .ShouldHaveSingleItem().At.ShouldBe(Ago(days: 29));
    }

    [Fact]
    public async Task A_filter_that_hardly_anything_passes_makes_short_pages_and_misses_nothing()
    {
        var stored = await CreateAsync(_database);
        var accountSid = stored.Filled.Sid(SidKind.Account);
        var alerts = Enumerable.Range(0, 50).Select(index => stored.Filled.Of<Alert>() with
        {
            AccountSid = accountSid,
            Code = index % 20 == 3 ? 40001 : 11200,
        }).ToList();
        await _database.UpsertAsync(alerts, Stop);
        var tables = new JournalTables(_database) { ScanMax = 10 };
        var found = new List<Sid>();
        var pages = 0;

        for (Sid? from = null; pages == 0 || from is not null; pages++)
        {
            var slice = await tables.ReadAsync(
                new AlertQuery(accountSid) { Code = 40001 }, from, older: true, 5, Stop);
            found.AddRange(slice.Rows.Select(row => row.Sid));
            from = slice.Beyond;
        }

        found.ShouldBe(alerts.Where(alert => alert.Code == 40001).Select(alert => alert.Sid).Reverse());
        pages.ShouldBeGreaterThan(3);
    }

    // Midnights, so that both databases keep them exactly.
    private static DateTimeOffset Ago(int days) =>
        new DateTimeOffset(DateTimeOffset.UtcNow.UtcDateTime.Date, TimeSpan.Zero).AddDays(-days);

    private Retention RetentionOf(TimeSpan age) => new(
        new History(_database),
        StoreOf(_database),
        new RetentionOptions { Age = age, Breath = TimeSpan.FromMilliseconds(1) },
        TimeProvider.System,
        NullLogger<Retention>.Instance);
}
