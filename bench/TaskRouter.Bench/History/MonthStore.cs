using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;

namespace TaskRouter.Bench.History;

/// <summary>A month's batches are there as a whole: no row of them is made before.</summary>
internal static class MonthStore
{
    public static Task SaveAsync(this WorkspaceStore store, Month month, long epoch, Changes changes) =>
        store.SaveAsync(month.WorkspaceSid, epoch, changes, new HistoryRows(), CancellationToken.None);
}
