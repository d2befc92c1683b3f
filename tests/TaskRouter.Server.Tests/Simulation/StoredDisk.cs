using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Tests.Simulation.Worlds;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Tests.Simulation;

/// <summary>The real store of one workspace in place of the simulated disk.</summary>
internal sealed class StoredDisk(Database database, Sid workspaceSid) : ISimulatedDisk
{
    private readonly WorkspaceStore _store = new(database, new CommitLog(database));
    private long _epoch = OwnedWorkspace.FirstEpoch;

    // As the loop does, which has made some of the rows before the batch is full.
    public Task SaveAsync(Changes changes)
    {
        var history = new HistoryRows();
        history.AddMissing(changes.Events[..(changes.Events.Count / 2)]);
        return _store.SaveAsync(workspaceSid, _epoch, changes, history, CancellationToken.None);
    }

    public async Task<WorkspaceRecords?> LoadAsync(DateTimeOffset now)
    {
        var owned = await _store.TakeAsync(workspaceSid, now, CancellationToken.None);
        _epoch = owned?.Epoch ?? _epoch;
        return owned?.Records;
    }

    public async Task<IReadOnlyList<(long Sequence, Sid Sid, string Type)>> EventsAsync()
    {
        await _store.SettleAsync(workspaceSid, CancellationToken.None);
        await using var db = database.CreateDbContext();
        var blocks = await db.EventBlocks.Where(row => row.WorkspaceSid == workspaceSid)
            .OrderBy(row => row.FirstSequence).ToListAsync();
        var events = blocks.SelectMany(block => EventBlockFormat.Read(block));
        return [.. events.Select(row => (row.Sequence, row.Sid, row.Type))];
    }
}
