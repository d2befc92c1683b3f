using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Storage;

/// <inheritdoc cref="IWorkspaceStore"/>
/// <param name="held">What this process must have before it takes a workspace; null where only one can be.</param>
internal sealed class WorkspaceStore(
    Database database, CommitLog commits, DatabaseLock? held = null, ILoggerFactory? logs = null) : IWorkspaceStore
{
    public long RowsWaiting => commits.RowsWaiting;

    public async Task MigrateAsync(CancellationToken stop)
    {
        await database.MigrateAsync(stop);
        var log = (logs ?? NullLoggerFactory.Instance).CreateLogger<EventConversion>();
        await new EventConversion(database, log).RunAsync(stop);
    }

    public async Task<IReadOnlyList<Sid>> ListAsync(CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        return await db.Workspaces.OrderBy(row => row.Sid).Select(row => row.Sid).ToListAsync(stop);
    }

    /// <inheritdoc/>
    // Once the epoch is raised, whoever had the workspace cannot write to it any more: what is read from then on, over
    // however many connections, is the last word. The epoch is read again when all else has been. If it is another,
    // somebody else has taken the workspace in between.
    public async Task<OwnedWorkspace?> TakeAsync(Sid workspaceSid, DateTimeOffset now, CancellationToken stop)
    {
        await ExpectLockAsync(stop);
        if (await database.RaiseEpochAsync(workspaceSid, stop) is not { } epoch)
        {
            return null;
        }

        await commits.RecoverAsync(workspaceSid, epoch, stop);

        // Tasks are the most of it: they come beside the rest, over a connection and with a thread of their own.
        var tasks = Task.Run(() => ReadTasksAsync(workspaceSid, now, stop), stop);
        var others = Task.Run(() => ReadOthersAsync(workspaceSid, now, stop), stop);
        await Task.WhenAll(tasks, others);
        return await others is { } records && await ReadEpochAsync(workspaceSid, stop) == epoch
            ? new OwnedWorkspace(records with { Tasks = await tasks }, epoch)
            : throw new OwnershipLostException(workspaceSid);
    }

    /// <inheritdoc/>
    // Tried again in one case only, whose outcome is known: a unique name stood in the way, so nothing was written.
    // Names may pass from row to row within a batch (a becomes b while b becomes c), and a unique index looks at every
    // row as it comes. The second time all rows of the batch first give up their names.
    public async Task SaveAsync(
        Sid workspaceSid, long epoch, Changes changes, HistoryRows history, CancellationToken stop)
    {
        if (CommitLog.Takes(changes))
        {
            await commits.AppendAsync(workspaceSid, epoch, changes, history, stop);
            return;
        }

        await commits.CatchUpAsync(workspaceSid, stop);
        var script = new BatchScript(workspaceSid, epoch, changes, history);
        if (!script.HasWork)
        {
            return;
        }

        try
        {
            await WriteAsync(vacateNames: false);
        }
        catch (DbException exception) when (database.IsUniqueViolation(exception))
        {
            await WriteAsync(vacateNames: true);
        }

        if (script.DeletesWorkspace)
        {
            commits.Forget(workspaceSid);
        }

        Task WriteAsync(bool vacateNames) => database.WriteAsync(
            workspaceSid, batch => script.WriteTo(batch, vacateNames), script.DeletesWorkspace, stop);
    }

    public Task SettleAsync(Sid workspaceSid, CancellationToken stop) => commits.CatchUpAsync(workspaceSid, stop);

    public async Task CheckAsync(CancellationToken stop)
    {
        await ExpectLockAsync(stop);
        await using var db = database.CreateDbContext();
        await db.Database.ExecuteSqlRawAsync("SELECT 1", stop);
    }

    // Two processes that load after the same outage would go on taking the workspaces from one another.
    private async Task ExpectLockAsync(CancellationToken stop)
    {
        if (held is not null && !await held.TryTakeAsync(stop))
        {
            throw new DatabaseTakenException();
        }
    }

    private async Task<long?> ReadEpochAsync(Sid workspaceSid, CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        return await db.Workspaces
            .Where(row => row.Sid == workspaceSid)
            .Select(row => (long?)EF.Property<long>(row, RouterDb.Epoch))
            .SingleOrDefaultAsync(stop);
    }

    private async Task<List<RoutingTask>> ReadTasksAsync(Sid workspaceSid, DateTimeOffset now, CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        return await AliveTasks(db, workspaceSid, now).ToListAsync(stop);
    }

    /// <summary>Everything but the tasks; null when the workspace is gone.</summary>
    private async Task<WorkspaceRecords?> ReadOthersAsync(Sid sid, DateTimeOffset now, CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        var onDisk = await db.Workspaces
            .Where(row => row.Sid == sid)
            .Select(row => new
            {
                Workspace = row,
                LastEventSequence = EF.Property<long>(row, RouterDb.LastEventSequence),
                LastEventSid = EF.Property<Sid?>(row, RouterDb.LastEventSid),
            })
            .SingleOrDefaultAsync(stop);
        var tasks = AliveTasks(db, sid, now);
        var reservations =
            from task in tasks
            join row in db.Reservations
                on new { task.WorkspaceSid, TaskSid = task.Sid } equals new { row.WorkspaceSid, row.TaskSid }
            select row;
        var transfers =
            from task in tasks
            join row in db.TaskTransfers
                on new { task.WorkspaceSid, TaskSid = task.Sid } equals new { row.WorkspaceSid, row.TaskSid }
            select row;

        return onDisk is null ? null : new WorkspaceRecords
        {
            Workspace = onDisk.Workspace,
            LastEventSequence = onDisk.LastEventSequence,
            LastEventSid = onDisk.LastEventSid ?? default,
            Activities = await db.Activities.Where(row => row.WorkspaceSid == sid).ToListAsync(stop),
            TaskChannels = await db.TaskChannels.Where(row => row.WorkspaceSid == sid).ToListAsync(stop),
            TaskQueues = await db.TaskQueues.Where(row => row.WorkspaceSid == sid).ToListAsync(stop),
            Workflows = await db.Workflows.Where(row => row.WorkspaceSid == sid).ToListAsync(stop),
            WorkflowVersions = await db.WorkflowVersions.Where(row => row.WorkspaceSid == sid).ToListAsync(stop),
            Workers = await db.Workers.Where(row => row.WorkspaceSid == sid).ToListAsync(stop),
            WorkerChannels = await db.WorkerChannels.Where(row => row.WorkspaceSid == sid).ToListAsync(stop),
            Reservations = await reservations.ToListAsync(stop),
            Transfers = await transfers.ToListAsync(stop),
        };
    }

    // Two queries put together, because OR would make SQLite walk through every task that ever was.
    private static IQueryable<RoutingTask> AliveTasks(RouterDb db, Sid workspaceSid, DateTimeOffset now)
    {
        var tasks = db.Tasks.Where(row => row.WorkspaceSid == workspaceSid);
        return tasks.Where(row => row.RemoveAt == null).Concat(tasks.Where(row => row.RemoveAt > now));
    }
}
