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
    // Two steps. Once the epoch is raised, whoever had the workspace cannot write to it any more, so a snapshot taken
    // afterwards is the last word, and reading it holds up nobody. If the epoch in it is another, somebody else has
    // taken the workspace in between.
    public async Task<OwnedWorkspace?> TakeAsync(Sid workspaceSid, DateTimeOffset now, CancellationToken stop)
    {
        await ExpectLockAsync(stop);
        if (await database.RaiseEpochAsync(workspaceSid, stop) is not { } epoch)
        {
            return null;
        }

        await commits.RecoverAsync(workspaceSid, epoch, stop);
        await using var db = database.CreateDbContext();
        await using var snapshot = await database.BeginSnapshotAsync(db, stop);
        var onDisk = await db.Workspaces
            .Where(row => row.Sid == workspaceSid)
            .Select(row => new
            {
                Workspace = row,
                Epoch = EF.Property<long>(row, RouterDb.Epoch),
                LastEventSequence = EF.Property<long>(row, RouterDb.LastEventSequence),
                LastEventSid = EF.Property<Sid?>(row, RouterDb.LastEventSid),
            })
            .SingleOrDefaultAsync(stop);
        if (onDisk?.Epoch != epoch)
        {
            throw new OwnershipLostException(workspaceSid);
        }

        var records = await ReadAsync(db, onDisk.Workspace, now, stop) with
        {
            LastEventSequence = onDisk.LastEventSequence,
            LastEventSid = onDisk.LastEventSid ?? default,
        };
        return new OwnedWorkspace(records, epoch);
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

    private static async Task<WorkspaceRecords> ReadAsync(
        RouterDb db, Workspace workspace, DateTimeOffset now, CancellationToken stop)
    {
        var sid = workspace.Sid;

        // Two queries put together, because OR would make SQLite walk through every task that ever was.
        var tasks = db.Tasks.Where(row => row.WorkspaceSid == sid && row.RemoveAt == null)
            .Concat(db.Tasks.Where(row => row.WorkspaceSid == sid && row.RemoveAt > now));
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

        return new WorkspaceRecords
        {
            Workspace = workspace,
            Activities = await ReadAsync(db.Activities.Where(row => row.WorkspaceSid == sid), row => row.Sid, stop),
            TaskChannels = await ReadAsync(db.TaskChannels.Where(row => row.WorkspaceSid == sid), row => row.Sid, stop),
            TaskQueues = await ReadAsync(db.TaskQueues.Where(row => row.WorkspaceSid == sid), row => row.Sid, stop),
            Workflows = await ReadAsync(db.Workflows.Where(row => row.WorkspaceSid == sid), row => row.Sid, stop),
            WorkflowVersions = await db.WorkflowVersions.Where(row => row.WorkspaceSid == sid).ToListAsync(stop),
            Workers = await ReadAsync(db.Workers.Where(row => row.WorkspaceSid == sid), row => row.Sid, stop),
            WorkerChannels = await ReadAsync(
                db.WorkerChannels.Where(row => row.WorkspaceSid == sid), row => row.Sid, stop),
            Tasks = await ReadAsync(tasks, row => row.Sid, stop),
            Reservations = await ReadAsync(reservations, row => row.Sid, stop),
            Transfers = await ReadAsync(transfers, row => row.Sid, stop),
        };
    }

    // In order of creation: a router is the same whatever order the database found the rows in.
    private static async Task<List<TRow>> ReadAsync<TRow>(
        IQueryable<TRow> query, Func<TRow, Sid> sid, CancellationToken stop)
    {
        var rows = await query.ToListAsync(stop);
        rows.Sort((left, right) => sid(left).CompareTo(sid(right)));
        return rows;
    }
}
