using System.Collections.Concurrent;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>
/// A disk that a test can make slow or sick, and that outlives the server on it. Keeps what a restart needs.
/// </summary>
internal sealed class MemoryStore : IWorkspaceStore
{
    private readonly ConcurrentDictionary<Sid, Kept> _workspaces = new();
    private int _failures;

    /// <summary>How many events' rows each save was given ready-made.</summary>
    public ConcurrentQueue<int> MadeBefore { get; } = [];

    /// <summary>Saves wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Loading again waits for it.</summary>
    public Task TakeGate { get; set; } = Task.CompletedTask;

    public long RowsWaiting => 0;

    public void FailNextSave() => Interlocked.Increment(ref _failures);

    public Task MigrateAsync(CancellationToken stop) => Task.CompletedTask;

    public Task<IReadOnlyList<Sid>> ListAsync(CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Sid>>([.. _workspaces.Keys]);

    public async Task<OwnedWorkspace?> TakeAsync(Sid workspaceSid, DateTimeOffset now, CancellationToken stop)
    {
        await TakeGate;
        return _workspaces.TryGetValue(workspaceSid, out var kept)
            ? new OwnedWorkspace(kept.Records(), OwnedWorkspace.FirstEpoch)
            : null;
    }

    public async Task SaveAsync(
        Sid workspaceSid, long epoch, Changes changes, HistoryRows history, CancellationToken stop)
    {
        MadeBefore.Enqueue(history.EventCount);
        history.LastEvent?.Sid.ShouldBe(changes.Events[history.EventCount - 1].Sid);
        await Gate;
        if (Volatile.Read(ref _failures) > 0)
        {
            Interlocked.Decrement(ref _failures);
            throw new IOException("The disk is sick.");
        }

        _workspaces.GetOrAdd(workspaceSid, _ => new Kept()).Save(changes);
    }

    public Task SettleAsync(Sid workspaceSid, CancellationToken stop) => Task.CompletedTask;

    public Task CheckAsync(CancellationToken stop) => Task.CompletedTask;

    private sealed class Kept
    {
        private readonly Table<Activity> _activities = new();
        private readonly Table<TaskChannel> _channels = new();
        private readonly Table<TaskQueue> _queues = new();
        private readonly Table<Workflow> _workflows = new();
        private readonly Table<Worker> _workers = new();
        private readonly Table<WorkerChannel> _workerChannels = new();
        private readonly Table<RoutingTask> _tasks = new();
        private readonly Table<Reservation> _reservations = new();
        private Workspace? _workspace;
        private RoutingEvent? _lastEvent;

        public void Save(Changes changes)
        {
            _workspace = changes.Workspace ?? _workspace;
            _activities.Save(changes.Activities);
            _channels.Save(changes.TaskChannels);
            _queues.Save(changes.TaskQueues);
            _workflows.Save(changes.Workflows);
            _workers.Save(changes.Workers);
            _workerChannels.Save(changes.WorkerChannels);
            _tasks.Save(changes.Tasks);
            _reservations.Save(changes.Reservations);
            _lastEvent = changes.Events.LastOrDefault() ?? _lastEvent;
        }

        public WorkspaceRecords Records() => new()
        {
            Workspace = _workspace!,
            Activities = _activities.Rows(),
            TaskChannels = _channels.Rows(),
            TaskQueues = _queues.Rows(),
            Workflows = _workflows.Rows(),
            Workers = _workers.Rows(),
            WorkerChannels = _workerChannels.Rows(),
            Tasks = _tasks.Rows(),
            Reservations = _reservations.Rows(),
            LastEventSequence = _lastEvent?.Sequence ?? 0,
            LastEventSid = _lastEvent?.Sid ?? default,
        };
    }

    private sealed class Table<TRow>
        where TRow : class
    {
        private readonly SortedDictionary<Sid, TRow> _rows = [];

        public void Save(RowChanges<TRow> changes)
        {
            foreach (var (sid, row) in changes.Written)
            {
                _rows[sid] = row;
            }

            foreach (var sid in changes.Deleted)
            {
                _rows.Remove(sid);
            }
        }

        public IReadOnlyList<TRow> Rows() => [.. _rows.Values];
    }
}
