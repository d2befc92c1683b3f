using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>
/// How far each workspace's events have been told, on disk. Written beside the workspaces' own transactions, so that
/// telling costs routing nothing; a position that is older than the truth only tells some events again.
/// </summary>
internal sealed class EventDeliveries(Database database)
{
    /// <summary>Null for a workspace that nothing was told of yet.</summary>
    public async Task<EventDelivery?> FindAsync(Sid workspaceSid, CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        return await db.EventDeliveries.SingleOrDefaultAsync(row => row.WorkspaceSid == workspaceSid, stop);
    }

    public Task SaveAsync(IReadOnlyCollection<EventDelivery> rows, CancellationToken stop) =>
        database.UpsertAsync(rows, stop);
}
