using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Storage;

/// <summary>
/// How batches get to disk. What a batch's answers wait for is one row with all of it, and its events' data: a commit.
/// Its rows go into their tables soon after, with those of the batches that have come meanwhile, of each record the
/// last one alone. Who reads the tables catches up first (<see cref="CatchUpAsync"/>), so nobody sees the difference.
/// After a crash the workspace's next owner does what is left (<see cref="RecoverAsync"/>) before reading anything.
/// </summary>
internal sealed class CommitLog(Database database, ILoggerFactory? logs = null)
{
    /// <summary>
    /// Rows on their way into their tables, from which on commits wait for them: memory is bounded, and so is what a
    /// start after a crash has to do.
    /// </summary>
    private const int RowsMax = 100_000;

    private readonly ConcurrentDictionary<Sid, Projection> _projections = new();
    private readonly ILogger<Projection> _log =
        (logs ?? NullLoggerFactory.Instance).CreateLogger<Projection>();

    /// <summary>Rows of all workspaces that are not in their tables yet.</summary>
    public long RowsWaiting => _projections.Values.Sum(projection => (long)projection.RowsWaiting);

    /// <summary>
    /// Whether the batch can be in its tables later: it changes nothing but what workers do with tasks. Configuration
    /// is rare and may move names from row to row, deletions take away what waits; both are written at once.
    /// </summary>
    public static bool Takes(Changes changes) =>
        changes is { Workspace: null, WorkspaceDeleted: false, RenamedWorkers.Count: 0 }
        && changes.Activities.IsEmpty && changes.TaskChannels.IsEmpty && changes.TaskQueues.IsEmpty
        && changes.Workflows.IsEmpty && changes.WrittenVersions.Count == 0 && changes.DeletedVersions.Count == 0
        && changes.Workers.Deleted.Count == 0 && changes.WorkerChannels.Deleted.Count == 0
        && changes.Tasks.Deleted.Count == 0 && changes.Reservations.Deleted.Count == 0
        && changes.Transfers.Deleted.Count == 0;

    /// <inheritdoc cref="IWorkspaceStore.SaveAsync"/>
    public async Task AppendAsync(
        Sid workspaceSid, long epoch, Changes changes, HistoryRows history, CancellationToken stop)
    {
        var projection = Of(workspaceSid, epoch);
        projection.ExpectAccepted();
        if (projection.RowsWaiting > RowsMax)
        {
            await projection.CatchUpAsync();
        }

        history.AddMissing(changes.Events);
        RowRules.Check(changes);
        var commit = !LeavesRows(changes, history) ? null : new Commit
        {
            WorkspaceSid = workspaceSid,
            Position = projection.NextPosition(),
            Data = database.Commits.Write(workspaceSid, changes, history),
        };
        await database.WriteAsync(
            workspaceSid,
            batch => BatchScript.Append(batch, epoch, history, commit),
            deletesWorkspace: false,
            stop);
        if (commit is not null)
        {
            projection.Add(commit.Position, changes, history);
        }
    }

    /// <summary>Completes when all that was committed before the call is in its tables.</summary>
    /// <exception cref="NotCaughtUpException">The database does not take it now; it is tried again.</exception>
    public Task CatchUpAsync(Sid workspaceSid, CancellationToken stop) =>
        _projections.TryGetValue(workspaceSid, out var projection)
            ? projection.CatchUpAsync().WaitAsync(stop)
            : Task.CompletedTask;

    /// <summary>
    /// Puts into its tables what earlier owners have committed. For who has just raised the epoch: nobody can commit
    /// under an earlier one any more.
    /// </summary>
    public async Task RecoverAsync(Sid workspaceSid, long epoch, CancellationToken stop)
    {
        // Stopped and still there: until all is in the tables, who reads them is told that it is not.
        if (_projections.TryGetValue(workspaceSid, out var earlier))
        {
            earlier.Stop();
        }

        while (await ReadNextAsync(workspaceSid, stop) is { } left)
        {
            await database.WriteAsync(
                workspaceSid,
                batch => BatchScript.Project(batch, workspaceSid, epoch, left),
                deletesWorkspace: false,
                stop);
        }

        Forget(workspaceSid);
    }

    /// <summary>The workspace is gone, or all that it had waiting is in its tables.</summary>
    public void Forget(Sid workspaceSid)
    {
        if (_projections.TryRemove(workspaceSid, out var projection))
        {
            projection.Stop();
        }
    }

    private Projection Of(Sid workspaceSid, long epoch)
    {
        if (_projections.TryGetValue(workspaceSid, out var projection) && projection.Epoch == epoch)
        {
            return projection;
        }

        Forget(workspaceSid);
        return _projections[workspaceSid] = new Projection(database, workspaceSid, epoch, _log);
    }

    private static bool LeavesRows(Changes changes, HistoryRows history) =>
        changes.Tasks.Written.Count + changes.Reservations.Written.Count + changes.Transfers.Written.Count
        + changes.Workers.Written.Count + changes.WorkerChannels.Written.Count + history.EventCount > 0;

    /// <summary>What one transaction can take of the oldest commits; null when there are none.</summary>
    private async Task<ProjectedRows?> ReadNextAsync(Sid workspaceSid, CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        var rows = new ProjectedRows();
        var commits = db.Commits.Where(row => row.WorkspaceSid == workspaceSid).OrderBy(row => row.Position);
        await foreach (var commit in commits.AsAsyncEnumerable().WithCancellation(stop))
        {
            database.Commits.Read(commit, rows);
            if (rows.Count >= database.RowsAtOnce)
            {
                break;
            }
        }

        return rows.LastPosition == 0 ? null : rows;
    }
}
