using Microsoft.EntityFrameworkCore;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Events;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>A workspace on disk and what a test does with it.</summary>
internal sealed class StoredWorkspace(Database database)
{
    public static readonly DateTimeOffset Now = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private long _sequence;

    public Filled Filled { get; } = new();

    public Sid Sid => Filled.WorkspaceSid;

    public Workspace Workspace { get; private set; } = null!;

    public CommitLog Commits { get; } = new(database);

    public WorkspaceStore Store => field ??= new WorkspaceStore(database, Commits);

    public long Epoch { get; set; } = OwnedWorkspace.FirstEpoch;

    public static async Task<StoredWorkspace> CreateAsync(Database database)
    {
        var stored = new StoredWorkspace(database);
        stored.Workspace = stored.Filled.Workspace();
        await stored.SaveAsync(changes =>
        {
            changes.Workspace = stored.Workspace;
            changes.Events.Add(stored.Event(EventTypes.WorkspaceCreated));
        });
        return stored;
    }

    /// <summary>Saves and waits until all of it is in its tables.</summary>
    public async Task SaveAsync(Action<Changes> change)
    {
        await CommitAsync(change);
        await Store.SettleAsync(Sid, CancellationToken.None);
    }

    /// <summary>Saves, as far as it is acknowledged.</summary>
    public Task CommitAsync(Action<Changes> change)
    {
        var changes = new Changes();
        change(changes);

        // As the loop does, which has made some of the rows before the batch is full.
        var history = new HistoryRows();
        history.AddMissing(changes.Events[..(changes.Events.Count / 2)]);
        return Store.SaveAsync(Sid, Epoch, changes, history, CancellationToken.None);
    }

    public async Task<WorkspaceRecords> LoadAsync()
    {
        var owned = (await Store.TakeAsync(Sid, Now, CancellationToken.None)).ShouldNotBeNull();
        Epoch = owned.Epoch;
        return owned.Records;
    }

    public RoutingEvent Event(string type) => new()
    {
        Sid = Filled.Sid(SidKind.Event),
        Sequence = ++_sequence,
        Type = type,
        At = Now.AddMilliseconds(_sequence),
        Description = $"{type} {Filled.OddText}",
        Workspace = Workspace,
        ResourceType = "workspace",
        ResourceSid = Sid,
    };

    public RoutingTask OpenTask() => Filled.Of<RoutingTask>() with
    {
        AssignmentStatus = AssignmentStatus.Reserved,
        EndedAt = null,
        RemoveAt = null,
    };

    public RoutingTask EndedTask(DateTimeOffset removeAt) => Filled.Of<RoutingTask>() with
    {
        AssignmentStatus = AssignmentStatus.Canceled,
        EndedAt = Now.AddMinutes(-1),
        RemoveAt = removeAt,
    };

    public Reservation OfferOf(RoutingTask task) => Filled.Of<Reservation>() with
    {
        TaskSid = task.Sid,
        Status = ReservationStatus.Pending,
    };

    /// <summary>Rows of this workspace in every table of the schema.</summary>
    public async Task<Dictionary<string, int>> CountRowsAsync()
    {
        await using var db = database.CreateDbContext();
        return new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["workspaces"] = await db.Workspaces.CountAsync(row => row.Sid == Sid),
            ["activities"] = await db.Activities.CountAsync(row => row.WorkspaceSid == Sid),
            ["task_channels"] = await db.TaskChannels.CountAsync(row => row.WorkspaceSid == Sid),
            ["task_queues"] = await db.TaskQueues.CountAsync(row => row.WorkspaceSid == Sid),
            ["workflows"] = await db.Workflows.CountAsync(row => row.WorkspaceSid == Sid),
            ["workflow_versions"] = await db.WorkflowVersions.CountAsync(row => row.WorkspaceSid == Sid),
            ["workers"] = await db.Workers.CountAsync(row => row.WorkspaceSid == Sid),
            ["worker_channels"] = await db.WorkerChannels.CountAsync(row => row.WorkspaceSid == Sid),
            ["tasks"] = await db.Tasks.CountAsync(row => row.WorkspaceSid == Sid),
            ["reservations"] = await db.Reservations.CountAsync(row => row.WorkspaceSid == Sid),
            ["task_transfers"] = await db.TaskTransfers.CountAsync(row => row.WorkspaceSid == Sid),
            ["event_blocks"] = await db.EventBlocks.CountAsync(row => row.WorkspaceSid == Sid),
            ["commits"] = await db.Commits.CountAsync(row => row.WorkspaceSid == Sid),
            ["event_keys"] = await db.EventKeys.CountAsync(row => row.WorkspaceSid == Sid),
            ["calls"] = await db.Calls.CountAsync(row => row.WorkspaceSid == Sid),
            ["facts"] = await db.Facts.CountAsync(row => row.WorkspaceSid == Sid),
            ["fact_hours"] = await db.FactHours.CountAsync(row => row.WorkspaceSid == Sid),
            ["activity_stints"] = await db.ActivityStints.CountAsync(row => row.WorkspaceSid == Sid),
            ["occupancy_changes"] = await db.OccupancyChanges.CountAsync(row => row.WorkspaceSid == Sid),
            ["event_deliveries"] = await db.EventDeliveries.CountAsync(row => row.WorkspaceSid == Sid),
        };
    }

    public async Task<List<EventRecord>> ReadEventsAsync()
    {
        await using var db = database.CreateDbContext();
        var blocks = await db.EventBlocks.Where(row => row.WorkspaceSid == Sid).OrderBy(row => row.FirstSequence)
            .ToListAsync();
        return [.. blocks.SelectMany(block => EventBlockFormat.Read(block))];
    }

    /// <summary>One row in every table.</summary>
    public async Task FillAsync()
    {
        var task = OpenTask();
        await SaveAsync(changes =>
        {
            Add(changes.Activities, Filled.Of<Activity>(), row => row.Sid);
            Add(changes.TaskChannels, Filled.Of<TaskChannel>(), row => row.Sid);
            Add(changes.TaskQueues, Filled.Of<TaskQueue>(), row => row.Sid);
            Add(changes.Workflows, Filled.Of<Workflow>(), row => row.Sid);
            Add(changes.Workers, Filled.Of<Worker>(), row => row.Sid);
            Add(changes.WorkerChannels, Filled.Of<WorkerChannel>(), row => row.Sid);
            Add(changes.Tasks, task, row => row.Sid);
            Add(changes.Reservations, OfferOf(task), row => row.Sid);
            Add(changes.Transfers, Filled.Of<TaskTransfer>() with { TaskSid = task.Sid }, row => row.Sid);
            var version = Filled.Of<WorkflowVersion>();
            changes.WrittenVersions[(version.WorkflowSid, version.Version)] = version;
        });
        await new EventDeliveries(database).SaveAsync(
            [new EventDelivery { WorkspaceSid = Sid, DeliveredSequence = 1 }], CancellationToken.None);
        await database.UpsertAsync([Filled.Of<RecordedCall>()], CancellationToken.None);
        var today = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero);
        await database.UpsertAsync([Filled.Of<Fact>() with { At = today }], CancellationToken.None);
        await database.UpsertAsync([Filled.Of<EventKey>() with { At = today }], CancellationToken.None);
        await database.UpsertAsync([Filled.Of<FactHour>() with { Hour = today }], CancellationToken.None);
        await database.UpsertAsync([Filled.Of<ActivityStint>() with { EndedAt = today }], CancellationToken.None);
        await database.UpsertAsync([Filled.Of<OccupancyChange>() with { At = today }], CancellationToken.None);
    }

    /// <summary>A commit that holds nothing, as if its owner had been killed.</summary>
    public Task LeaveCommitAsync() => database.UpsertAsync(
        [
            new Commit
            {
                WorkspaceSid = Sid,
                Position = 1_000,
                Data = database.Commits.Write(Sid, new Changes(), new HistoryRows()),
            },
        ],
        CancellationToken.None);

    public static void Add<TRow>(RowChanges<TRow> changes, TRow row, Func<TRow, Sid> sid)
        where TRow : class => changes.Written[sid(row)] = row;
}
