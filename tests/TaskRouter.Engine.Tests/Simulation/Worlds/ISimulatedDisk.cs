using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>What survives a crash: one kept in memory for the engine's tests, the real ones in the server's.</summary>
internal interface ISimulatedDisk
{
    /// <summary>All of it or nothing.</summary>
    Task SaveAsync(Changes changes);

    /// <summary>What is alive at this time; null when the workspace is gone.</summary>
    Task<WorkspaceRecords?> LoadAsync(DateTimeOffset now);

    /// <summary>Every event saved, in order of sequence.</summary>
    Task<IReadOnlyList<(long Sequence, Sid Sid, string Type)>> EventsAsync();
}

/// <summary>Keeps rows as a table does: what was written until it is deleted, and every event.</summary>
internal sealed class MemoryDisk : ISimulatedDisk
{
    private readonly WorkspaceRows _rows = new();
    private readonly List<(long Sequence, Sid Sid, string Type)> _events = [];

    public Task SaveAsync(Changes changes)
    {
        _rows.Save(changes);
        _events.AddRange(changes.Events.Select(each => (each.Sequence, each.Sid, each.Type)));
        return Task.CompletedTask;
    }

    public Task<WorkspaceRecords?> LoadAsync(DateTimeOffset now)
    {
        var (sequence, sid, _) = _events.Count == 0 ? default : _events[^1];
        return Task.FromResult(_rows.RecordsAt(now, sequence, sid));
    }

    public Task<IReadOnlyList<(long Sequence, Sid Sid, string Type)>> EventsAsync() =>
        Task.FromResult<IReadOnlyList<(long Sequence, Sid Sid, string Type)>>(_events);
}
