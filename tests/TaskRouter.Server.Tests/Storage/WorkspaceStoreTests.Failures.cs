using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;
using Xunit;
using static TaskRouter.Server.Tests.Storage.StoredWorkspace;

namespace TaskRouter.Server.Tests.Storage;

public abstract partial class WorkspaceStoreTests
{
    [Fact]
    public async Task Who_has_lost_a_workspace_writes_nothing_and_its_taker_goes_on()
    {
        var stored = await CreateAsync(_database);
        await using var elsewhere = Open();
        var taken = await StoreOf(elsewhere).TakeAsync(stored.Sid, Now, Stop);
        var (mine, theirs) = (stored.OpenTask(), stored.OpenTask());

        await Should.ThrowAsync<OwnershipLostException>(() => stored.SaveAsync(changes =>
        {
            Add(changes.Tasks, mine, row => row.Sid);
            changes.Events.Add(stored.Event(EventTypes.TaskCreated) with { Task = mine });
        }));
        stored.Epoch = taken!.Epoch;
        await stored.SaveAsync(changes => Add(changes.Tasks, theirs, row => row.Sid));

        (await stored.LoadAsync()).Tasks.ShouldBe([theirs]);
        (await stored.ReadEventsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_has_lost_a_workspace_cannot_delete_it()
    {
        var stored = await CreateAsync(_database);
        await stored.LoadAsync();
        stored.Epoch--;

        await Should.ThrowAsync<OwnershipLostException>(
            () => stored.SaveAsync(changes => changes.WorkspaceDeleted = true));

        (await stored.CountRowsAsync())["workspaces"].ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_workspace_is_not_brought_back_by_who_has_lost_it()
    {
        var stored = await CreateAsync(_database);
        await using var elsewhere = Open();
        var taker = StoreOf(elsewhere);
        var taken = await taker.TakeAsync(stored.Sid, Now, Stop);
        var deletion = new Changes { WorkspaceDeleted = true };
        await taker.SaveAsync(stored.Sid, taken!.Epoch, deletion, new HistoryRows(), Stop);

        await Should.ThrowAsync<OwnershipLostException>(() => stored.SaveAsync(changes =>
        {
            changes.Workspace = stored.Workspace;
            changes.Events.Add(stored.Event(EventTypes.WorkspaceUpdated));
        }));

        (await stored.CountRowsAsync()).Values.ShouldAllBe(count => count == 0);
    }

    [Fact]
    public async Task Of_many_who_take_a_workspace_at_once_only_the_last_may_write()
    {
        var stored = await CreateAsync(_database);
        await using var elsewhere = Open();
        Database[] databases = [_database, elsewhere];

        var takes = await Task.WhenAll(Enumerable.Range(0, 16).Select(index => Task.Run(async () =>
        {
            try
            {
                return (await StoreOf(databases[index % 2]).TakeAsync(stored.Sid, Now, Stop))!.Epoch;
            }
            catch (OwnershipLostException)
            {
                return 0;
            }
        })));

        var epochs = takes.Where(epoch => epoch > 0).ToArray();
        epochs.ShouldBeUnique();
        foreach (var epoch in epochs.Where(epoch => epoch < epochs.Max()))
        {
            stored.Epoch = epoch;
            await Should.ThrowAsync<OwnershipLostException>(
                () => stored.SaveAsync(changes => Add(changes.Tasks, stored.OpenTask(), row => row.Sid)));
        }

        stored.Epoch = epochs.Max();
        await stored.SaveAsync(changes => Add(changes.Tasks, stored.OpenTask(), row => row.Sid));
    }

    [Fact]
    public async Task A_failed_save_leaves_nothing_and_the_next_one_works()
    {
        var stored = await CreateAsync(_database);
        await stored.FillAsync();
        var before = await stored.LoadAsync();
        var counts = await stored.CountRowsAsync();
        var impossible = stored.OpenTask() with { Priority = -1 };

        await Should.ThrowAsync<DbException>(() => stored.SaveAsync(changes =>
        {
            new EveryRecord(stored, withNulls: false).AddTo(changes);
            changes.Workers.Deleted.Add(before.Workers[0].Sid);
            Add(changes.Tasks, impossible, row => row.Sid);
            changes.Events.Add(stored.Event(EventTypes.TaskCreated) with { Task = impossible });
        }));

        (await stored.CountRowsAsync()).ShouldBe(counts);
        (await stored.LoadAsync()).LastEventSequence.ShouldBe(1);
        await stored.SaveAsync(changes => Add(changes.Tasks, stored.OpenTask(), row => row.Sid));
        (await stored.LoadAsync()).Tasks.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_event_is_written_once()
    {
        var stored = await CreateAsync(_database);
        var happened = stored.Event(EventTypes.WorkspaceUpdated);
        await stored.SaveAsync(changes => changes.Events.Add(happened));

        await Should.ThrowAsync<DbException>(() => stored.SaveAsync(changes => changes.Events.Add(happened)));

        (await stored.ReadEventsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Names_may_be_swapped_within_a_batch()
    {
        var stored = await CreateAsync(_database);
        var (first, second) = (stored.Filled.Of<Worker>(), stored.Filled.Of<Worker>());
        await stored.SaveAsync(changes =>
        {
            Add(changes.Workers, first, row => row.Sid);
            Add(changes.Workers, second, row => row.Sid);
        });

        Worker[] swapped =
        [
            first with { FriendlyName = second.FriendlyName },
            second with { FriendlyName = first.FriendlyName },
        ];
        await stored.SaveAsync(changes => Array.ForEach(swapped, row =>
        {
            Add(changes.Workers, row, one => one.Sid);
            changes.RenamedWorkers.Add(row.Sid);
        }));

        (await stored.LoadAsync()).Workers.ShouldBe(swapped, ignoreOrder: true);
    }

    [Fact]
    public async Task A_deleted_rows_name_is_free_within_the_batch()
    {
        var stored = await CreateAsync(_database);
        var first = stored.Filled.Of<TaskQueue>();
        var second = stored.Filled.Of<TaskQueue>() with { FriendlyName = first.FriendlyName };
        await stored.SaveAsync(changes => Add(changes.TaskQueues, first, row => row.Sid));

        await stored.SaveAsync(changes =>
        {
            changes.TaskQueues.Deleted.Add(first.Sid);
            Add(changes.TaskQueues, second, row => row.Sid);
        });

        (await stored.LoadAsync()).TaskQueues.ShouldBe([second]);
    }

    [Fact]
    public async Task Two_names_that_differ_in_case_alone_are_refused()
    {
        var stored = await CreateAsync(_database);
        var first = stored.Filled.Of<Activity>() with { FriendlyName = "Idle" };
        var second = stored.Filled.Of<Activity>() with { FriendlyName = "IDLE" };
        await stored.SaveAsync(changes => Add(changes.Activities, first, row => row.Sid));

        await Should.ThrowAsync<DbException>(
            () => stored.SaveAsync(changes => Add(changes.Activities, second, row => row.Sid)));

        (await stored.LoadAsync()).Activities.ShouldBe([first]);
    }

    [Fact]
    public async Task A_worker_is_offered_a_task_again_once_the_first_offer_has_ended()
    {
        var stored = await CreateAsync(_database);
        var task = stored.OpenTask();
        var first = stored.OfferOf(task);
        var again = stored.OfferOf(task) with { WorkerSid = first.WorkerSid };
        await stored.SaveAsync(changes =>
        {
            Add(changes.Tasks, task, row => row.Sid);
            Add(changes.Reservations, first, row => row.Sid);
        });

        var ended = first with { Status = ReservationStatus.Timeout, ExpiresAt = null };
        await stored.SaveAsync(changes =>
        {
            Add(changes.Reservations, again, row => row.Sid);
            Add(changes.Reservations, ended, row => row.Sid);
        });

        (await stored.LoadAsync()).Reservations.ShouldBe([ended, again], ignoreOrder: true);
    }

    [Fact]
    public async Task Workspaces_save_side_by_side()
    {
        var workspaces = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync(_database)));

        await Task.WhenAll(workspaces.Select(stored => Task.Run(async () =>
        {
            for (var round = 0; round < 10; round++)
            {
                var task = stored.OpenTask();
                await stored.SaveAsync(changes =>
                {
                    Add(changes.Tasks, task, row => row.Sid);
                    changes.Events.Add(stored.Event(EventTypes.TaskCreated) with { Task = task });
                });
            }
        })));

        foreach (var stored in workspaces)
        {
            var counts = await stored.CountRowsAsync();
            (counts["tasks"], counts["event_blocks"]).ShouldBe((10, 11));
        }
    }

    [Fact]
    public async Task Migrating_again_and_at_once_changes_nothing()
    {
        await using var elsewhere = Open();
        var stored = await CreateAsync(_database);

        await Task.WhenAll(
            _database.MigrateAsync(Stop), elsewhere.MigrateAsync(Stop), _database.MigrateAsync(Stop));

        (await stored.LoadAsync()).Workspace.ShouldBe(stored.Workspace);
    }

    [Fact]
    public async Task Migrations_and_model_agree()
    {
        await using var db = _database.CreateDbContext();

        db.Database.HasPendingModelChanges().ShouldBeFalse();
        (await db.Database.GetPendingMigrationsAsync(Stop)).ShouldBeEmpty();
    }
}
