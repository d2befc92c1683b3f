using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Storage;

/// <summary>The disk under the workspaces: loads one whole, saves one batch of changes in one transaction.</summary>
internal interface IWorkspaceStore
{
    /// <summary>Brings the schema up to date, under a lock. Safe to repeat and to be killed in the middle of.</summary>
    Task MigrateAsync(CancellationToken stop);

    /// <summary>Every workspace on disk, of every account.</summary>
    Task<IReadOnlyList<Sid>> ListAsync(CancellationToken stop);

    /// <summary>
    /// Takes ownership by raising the workspace's epoch, then reads everything of it that is alive at
    /// <paramref name="now"/>. Null when the workspace does not exist.
    /// </summary>
    Task<OwnedWorkspace?> TakeAsync(Sid workspaceSid, DateTimeOffset now, CancellationToken stop);

    /// <summary>
    /// Writes rows and events in one transaction that proves ownership. A workspace that is new starts at
    /// <see cref="OwnedWorkspace.FirstEpoch"/>. After an exception the outcome is unknown: load again.
    /// </summary>
    /// <param name="history">What has been made already of the changes' events; the rest is made now.</param>
    /// <exception cref="OwnershipLostException">Another process has taken it; nothing was written.</exception>
    Task SaveAsync(Sid workspaceSid, long epoch, Changes changes, HistoryRows history, CancellationToken stop);

    /// <summary>Rows that were saved and are not in their tables yet.</summary>
    long RowsWaiting { get; }

    /// <summary>Completes when all that was saved is in its tables, as it must be before a server stops.</summary>
    Task SettleAsync(Sid workspaceSid, CancellationToken stop);

    /// <summary>Throws when the database does not answer.</summary>
    Task CheckAsync(CancellationToken stop);
}

/// <summary>A workspace's records, and the epoch under which they may be changed.</summary>
internal sealed record OwnedWorkspace(WorkspaceRecords Records, long Epoch)
{
    public const long FirstEpoch = 1;
}

/// <summary>Another process has raised the workspace's epoch: this one must never write to it again.</summary>
internal sealed class OwnershipLostException(Sid workspaceSid)
    : Exception($"Another process has taken over workspace {workspaceSid}.");
