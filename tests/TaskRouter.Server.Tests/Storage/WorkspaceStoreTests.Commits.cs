using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;
using Xunit;
using static TaskRouter.Server.Tests.Storage.StoredWorkspace;

namespace TaskRouter.Server.Tests.Storage;

public abstract partial class WorkspaceStoreTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_committed_comes_back_though_it_never_reached_its_tables(bool withNulls)
    {
        var stored = await CreateAsync(_database);
        var written = new EveryRecord(stored, withNulls);
        await stored.SaveAsync(written.AddConfigurationTo);

        await AppendAsync(stored, position: 1, written.AddWorkTo);

        (await stored.CountRowsAsync())["tasks"].ShouldBe(0);
        written.ShouldBeWhatIs(await stored.LoadAsync());
        (await stored.CountRowsAsync())["commits"].ShouldBe(0);
    }

    [Fact]
    public async Task Of_many_commits_the_last_state_counts_and_every_event()
    {
        var stored = await CreateAsync(_database);
        var task = stored.OpenTask();
        const int Count = 1_500;
        for (var position = 1; position <= Count; position++)
        {
            var version = position;
            await AppendAsync(stored, position, changes =>
            {
                Add(changes.Tasks, task with { Version = version }, row => row.Sid);
                changes.Events.Add(stored.Event(EventTypes.TaskUpdated) with { Task = task });
            });
        }

        var records = await stored.LoadAsync();

        records.Tasks.ShouldHaveSingleItem().Version.ShouldBe(Count);
        records.LastEventSequence.ShouldBe(Count + 1);
        (await stored.ReadEventsAsync()).Select(row => row.Sequence)
            .ShouldBe(Enumerable.Range(1, Count + 1).Select(sequence => (long)sequence));
        var read = await new EventLog(_database, stored.Commits).ReadAsync(stored.Sid, 0, Count + 1, null, Count, Stop);
        read.ShouldAllBe(row => row.EventData.Contains(row.Sid.ToString()));
        (await stored.CountRowsAsync())["commits"].ShouldBe(0);
    }

    [Fact]
    public async Task Who_reads_sees_what_was_committed_before()
    {
        var stored = await CreateAsync(_database);
        var log = new EventLog(_database, stored.Commits);
        var statistics = new StatisticsLog(_database, stored.Commits);
        for (var sequence = 2; sequence < 12; sequence++)
        {
            await stored.CommitAsync(changes => changes.Events.Add(
                stored.Event(EventTypes.TaskCanceled) with { Task = stored.OpenTask() }));

            (await log.ReadAsync(stored.Sid, 0, 100, null, 100, Stop)).Count.ShouldBe(sequence);
            var window = new TimeWindow(Now.AddDays(-1), Now.AddDays(1));
            (await statistics.ReadAsync(new FigureQuery(stored.Sid, window), Stop))[FactKind.TaskCanceled].Count
                .ShouldBe(sequence - 1);
        }
    }

    [Fact]
    public async Task What_was_put_into_its_tables_unheard_is_not_put_there_twice()
    {
        var stored = await CreateAsync(_database);
        var task = stored.OpenTask();
        var (changes, history) = await AppendAsync(stored, position: 1, changes =>
        {
            Add(changes.Tasks, task, row => row.Sid);
            changes.Events.Add(stored.Event(EventTypes.TaskCanceled) with { Task = task });
        });

        // As an attempt whose answer was lost: the rows are in their tables, and who projects does not know.
        var rows = new ProjectedRows();
        rows.Add(1, changes, history);
        await _database.WriteAsync(
            stored.Sid,
            batch => BatchScript.Project(batch, stored.Sid, stored.Epoch, rows),
            deletesWorkspace: false,
            Stop);
        var projection = new Projection(_database, stored.Sid, stored.Epoch, NullLogger<Projection>.Instance);
        projection.Add(1, changes, history);
        await Should.ThrowAsync<NotCaughtUpException>(projection.CatchUpAsync);
        await projection.CatchUpAsync();

        projection.ExpectAccepted();
        projection.RowsWaiting.ShouldBe(0);
        (await stored.CountRowsAsync())["facts"].ShouldBe(1);
        (await stored.LoadAsync()).Tasks.ShouldBe([task]);
    }

    [Fact]
    public async Task Who_has_lost_a_workspace_puts_nothing_into_its_tables()
    {
        var stored = await CreateAsync(_database);
        var task = stored.OpenTask();
        await stored.CommitAsync(changes => Add(changes.Tasks, task, row => row.Sid));
        await using var elsewhere = Open();
        var taker = StoreOf(elsewhere);
        var taken = (await taker.TakeAsync(stored.Sid, Now, Stop))!;
        taken.Records.Tasks.ShouldBe([task]);
        await SaveAsync(task with { Version = 5_000 });

        // On a slow machine its rows were in their tables before the workspace was taken.
        var refusal = await Record.ExceptionAsync(() => stored.Store.SettleAsync(stored.Sid, Stop));
        (refusal is null or NotCaughtUpException).ShouldBeTrue();

        var changed = task with { Version = 5_001 };
        await SaveAsync(changed);
        (await taker.TakeAsync(stored.Sid, Now, Stop))!.Records.Tasks.ShouldBe([changed]);

        async Task SaveAsync(RoutingTask row)
        {
            var changes = new Changes();
            Add(changes.Tasks, row, one => one.Sid);
            await taker.SaveAsync(stored.Sid, taken.Epoch, changes, new HistoryRows(), Stop);
            await taker.SettleAsync(stored.Sid, Stop);
        }
    }

    [Fact]
    public async Task A_workspace_is_deleted_with_what_waits_for_its_tables()
    {
        var stored = await CreateAsync(_database);
        await stored.CommitAsync(changes => Add(changes.Tasks, stored.OpenTask(), row => row.Sid));

        await stored.CommitAsync(changes => changes.WorkspaceDeleted = true);

        (await stored.CountRowsAsync()).Values.ShouldAllBe(count => count == 0);
        await Should.ThrowAsync<OwnershipLostException>(
            () => stored.CommitAsync(changes => Add(changes.Tasks, stored.OpenTask(), row => row.Sid)));
    }

    [Fact]
    public async Task Nothing_is_committed_that_its_table_would_refuse()
    {
        var stored = await CreateAsync(_database);
        var impossible = stored.OpenTask() with { Priority = -1 };

        var refusal = await Should.ThrowAsync<BrokenRuleException>(
            () => stored.CommitAsync(changes => Add(changes.Tasks, impossible, row => row.Sid)));

        refusal.Message.ShouldStartWith("ck_tasks_priority does not hold of RoutingTask");
        (await stored.LoadAsync()).Tasks.ShouldBeEmpty();
    }

    [Fact]
    public async Task When_a_table_refuses_what_was_committed_nothing_more_is_and_nothing_is_lost()
    {
        var stored = await CreateAsync(_database);
        var task = stored.OpenTask();
        var first = stored.OfferOf(task);
        await stored.CommitAsync(changes =>
        {
            Add(changes.Reservations, first, row => row.Sid);
            Add(changes.Reservations, stored.OfferOf(task) with { WorkerSid = first.WorkerSid }, row => row.Sid);
        });
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await Should.ThrowAsync<NotCaughtUpException>(() => stored.Store.SettleAsync(stored.Sid, Stop));
        }

        await Should.ThrowAsync<NotCaughtUpException>(
            () => stored.CommitAsync(changes => Add(changes.Tasks, task, row => row.Sid)));

        await Should.ThrowAsync<DbException>(stored.LoadAsync);
        (await OnlyCommitAsync(stored)).Position.ShouldBe(1);
    }

    [Fact]
    public void Rules_of_rows_are_the_constraints_of_their_tables()
    {
        using var db = _database.CreateDbContext();
        Compare(typeof(RoutingTask), RowRules.Tasks);
        Compare(typeof(Reservation), RowRules.Reservations);
        Compare(typeof(TaskTransfer), RowRules.Transfers);
        Compare(typeof(Worker), RowRules.Workers);
        Compare(typeof(WorkerChannel), RowRules.WorkerChannels);

        void Compare<TRow>(Type row, RowRules.Rule<TRow>[] rules) => rules.Select(rule => rule.Name).ShouldBe(
            db.GetService<IDesignTimeModel>().Model.FindEntityType(row)!.GetCheckConstraints()
                .Select(constraint => constraint.Name!),
            ignoreOrder: true);
    }

    /// <summary>What a process that is killed right after leaves behind.</summary>
    private async Task<(Changes Changes, HistoryRows History)> AppendAsync(
        StoredWorkspace stored, long position, Action<Changes> change)
    {
        var changes = new Changes();
        change(changes);
        CommitLog.Takes(changes).ShouldBeTrue();
        var history = new HistoryRows();
        history.AddMissing(changes.Events);
        var commit = new Commit
        {
            WorkspaceSid = stored.Sid,
            Position = position,
            Data = _database.Commits.Write(stored.Sid, changes, history),
        };
        await _database.WriteAsync(
            stored.Sid,
            batch => BatchScript.Append(batch, stored.Epoch, history, commit),
            deletesWorkspace: false,
            Stop);
        return (changes, history);
    }

    private async Task<Commit> OnlyCommitAsync(StoredWorkspace stored)
    {
        await using var db = _database.CreateDbContext();
        return (await db.Commits.Where(row => row.WorkspaceSid == stored.Sid).ToListAsync(Stop))
            .ShouldHaveSingleItem();
    }
}
