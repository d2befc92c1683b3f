using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Storage;
using Xunit;
using static TaskRouter.Server.Tests.Storage.StoredWorkspace;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>What the store promises, on either database.</summary>
public abstract partial class WorkspaceStoreTests : IAsyncLifetime
{
    private Database _database = null!;

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = Open();
        await _database.MigrateAsync(Stop);
    }

    private protected static WorkspaceStore StoreOf(Database database) => new(database, new CommitLog(database));

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_record_comes_back_as_it_was_written(bool withNulls)
    {
        var stored = await CreateAsync(_database);
        var written = new EveryRecord(stored, withNulls);

        await stored.SaveAsync(written.AddTo);

        written.ShouldBeWhatIs(await stored.LoadAsync());
    }

    [Fact]
    public async Task A_record_written_again_replaces_the_first()
    {
        var stored = await CreateAsync(_database);
        var first = new EveryRecord(stored, withNulls: false);
        var second = new EveryRecord(stored, withNulls: true).As(first);
        await stored.SaveAsync(first.AddTo);

        await stored.SaveAsync(second.AddTo);

        second.ShouldBeWhatIs(await stored.LoadAsync());
    }

    [Fact]
    public async Task A_workspace_changes_and_keeps_its_epoch()
    {
        var stored = await CreateAsync(_database);
        await stored.LoadAsync();
        var changed = stored.Workspace with { FriendlyName = "Changed", EventsFilter = null };

        await stored.SaveAsync(changes => changes.Workspace = changed);

        stored.Epoch.ShouldBe(OwnedWorkspace.FirstEpoch + 1);
        (await stored.LoadAsync()).Workspace.ShouldBe(changed);
        stored.Epoch.ShouldBe(OwnedWorkspace.FirstEpoch + 2);
    }

    [Fact]
    public async Task Deleted_rows_go_and_forgotten_ones_stay()
    {
        var stored = await CreateAsync(_database);
        await stored.FillAsync();
        var records = await stored.LoadAsync();
        var kept = stored.OpenTask();
        await stored.SaveAsync(changes => Add(changes.Tasks, kept, row => row.Sid));

        await stored.SaveAsync(changes =>
        {
            changes.Activities.Deleted.Add(records.Activities[0].Sid);
            changes.TaskChannels.Deleted.Add(records.TaskChannels[0].Sid);
            changes.TaskQueues.Deleted.Add(records.TaskQueues[0].Sid);
            changes.Workflows.Deleted.Add(records.Workflows[0].Sid);
            changes.Workers.Deleted.Add(records.Workers[0].Sid);
            changes.WorkerChannels.Deleted.Add(records.WorkerChannels[0].Sid);
            changes.Tasks.Deleted.Add(records.Tasks[0].Sid);
            changes.Reservations.Deleted.Add(records.Reservations[0].Sid);
            changes.Transfers.Deleted.Add(records.Transfers[0].Sid);
            changes.DeletedVersions.Add((records.WorkflowVersions[0].WorkflowSid, records.WorkflowVersions[0].Version));
            changes.Tasks.Forgotten.Add(kept.Sid);
        });

        var counts = await stored.CountRowsAsync();
        counts.Where(count => count.Value > 0).Select(count => count.Key)
            .ShouldBe([
                "workspaces", "tasks", "event_blocks", "event_keys", "calls", "facts", "fact_hours", "activity_stints",
                "occupancy_changes", "event_deliveries",
            ]);
        (await stored.LoadAsync()).Tasks.ShouldBe([kept]);
    }

    [Fact]
    public async Task Only_the_named_version_of_a_workflow_goes()
    {
        var stored = await CreateAsync(_database);
        var first = stored.Filled.Of<WorkflowVersion>() with { Version = 1 };
        var second = first with { Version = 2 };
        await stored.SaveAsync(changes =>
        {
            changes.WrittenVersions[(first.WorkflowSid, 1)] = first;
            changes.WrittenVersions[(first.WorkflowSid, 2)] = second;
        });

        await stored.SaveAsync(changes => changes.DeletedVersions.Add((first.WorkflowSid, 1)));

        (await stored.LoadAsync()).WorkflowVersions.ShouldBe([second]);
    }

    [Fact]
    public async Task What_is_only_shown_is_not_written()
    {
        var stored = await CreateAsync(_database);
        var task = stored.OpenTask();

        await stored.SaveAsync(changes => changes.Tasks.Shown[task.Sid] = task);

        (await stored.LoadAsync()).Tasks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Loading_leaves_out_removed_tasks_and_their_reservations()
    {
        var stored = await CreateAsync(_database);
        RoutingTask[] tasks = [stored.OpenTask(), stored.EndedTask(Now.AddMilliseconds(1)), stored.EndedTask(Now)];
        var reservations = tasks.Select(stored.OfferOf).ToArray();
        await stored.SaveAsync(changes =>
        {
            Array.ForEach(tasks, task => Add(changes.Tasks, task, row => row.Sid));
            Array.ForEach(reservations, reservation => Add(changes.Reservations, reservation, row => row.Sid));
        });

        var records = await stored.LoadAsync();

        records.Tasks.ShouldBe(tasks[..2]);
        records.Reservations.ShouldBe(reservations[..2]);
        (await stored.CountRowsAsync())["tasks"].ShouldBe(3);
    }

    [Fact]
    public async Task Events_are_kept_in_order_with_what_they_are_looked_up_by()
    {
        var stored = await CreateAsync(_database);
        var task = stored.OpenTask();
        var offer = stored.Event(EventTypes.ReservationCreated) with
        {
            Actor = new Actor(stored.Filled.Sid(SidKind.Worker), "192.0.2.1"),
            ResourceType = "reservation",
            Task = task,
            Queue = stored.Filled.Of<TaskQueue>(),
            Workflow = stored.Filled.Of<Workflow>(),
            Worker = stored.Filled.Of<Worker>(),
            Channel = stored.Filled.Of<TaskChannel>(),
            Reservation = stored.OfferOf(task),
        };
        offer = offer with { ResourceSid = offer.Reservation!.Sid };

        await stored.SaveAsync(changes => changes.Events.Add(offer));

        var log = await stored.ReadEventsAsync();
        log.Select(row => row.Sequence).ShouldBe([1, 2]);
        log[0].Type.ShouldBe(EventTypes.WorkspaceCreated);
        using var wire = new EventWire();
        log[1].ShouldBe(EventRecord.Of(offer) with { EventData = wire.Write(offer) });
        var records = await stored.LoadAsync();
        records.LastEventSequence.ShouldBe(2);
        records.LastEventSid.ShouldBe(offer.Sid);
    }

    [Fact]
    public async Task A_batch_without_events_leaves_the_last_event_as_it_was()
    {
        var stored = await CreateAsync(_database);

        await stored.SaveAsync(changes => Add(changes.Tasks, stored.OpenTask(), row => row.Sid));

        (await stored.LoadAsync()).LastEventSequence.ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_workspace_takes_everything_with_it_and_nothing_of_another()
    {
        var stored = await CreateAsync(_database);
        var other = await CreateAsync(_database);
        await stored.FillAsync();
        await other.FillAsync();
        await stored.LeaveCommitAsync();
        await other.LeaveCommitAsync();
        (await stored.CountRowsAsync()).Values.ShouldAllBe(count => count == 1);

        await stored.SaveAsync(changes =>
        {
            changes.WorkspaceDeleted = true;
            changes.Events.Add(stored.Event(EventTypes.WorkspaceDeleted));
        });

        (await stored.CountRowsAsync()).Values.ShouldAllBe(count => count == 0);
        (await other.CountRowsAsync()).Values.ShouldAllBe(count => count == 1);
        (await stored.Store.TakeAsync(stored.Sid, Now, Stop)).ShouldBeNull();
        var listed = await stored.Store.ListAsync(Stop);
        listed.ShouldNotContain(stored.Sid);
        listed.ShouldContain(other.Sid);
    }

    [Fact]
    public async Task A_workspace_that_comes_and_goes_in_one_batch_leaves_nothing()
    {
        var stored = new StoredWorkspace(_database);

        await stored.SaveAsync(changes =>
        {
            changes.Workspace = stored.Filled.Workspace();
            changes.WorkspaceDeleted = true;
            changes.Events.Add(stored.Event(EventTypes.WorkspaceCreated) with { Workspace = changes.Workspace });
        });

        (await stored.CountRowsAsync()).Values.ShouldAllBe(count => count == 0);
    }

    [Fact]
    public async Task A_workspace_that_does_not_exist_cannot_be_taken()
    {
        var stored = new StoredWorkspace(_database);

        (await stored.Store.TakeAsync(stored.Sid, Now, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task The_database_answers() => await StoreOf(_database).CheckAsync(Stop);

    /// <summary>Another view of the same database, as another process has it.</summary>
    private protected abstract Database Open();
}
