using System.Collections.Concurrent;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// What is on disk of one workspace, in memory, for every GET. Published after commit and before the reply, so a
/// client reads its own writes; readers never wait for the writer and never see what might still be lost.
/// </summary>
internal sealed class CommittedView
{
    private readonly ConcurrentDictionary<Sid, CommittedRows<WorkerChannel>> _channelsByWorker = new();
    private readonly ConcurrentDictionary<Sid, CommittedRows<Reservation>> _reservationsByWorker = new();
    private readonly ConcurrentDictionary<Sid, CommittedRows<Reservation>> _reservationsByTask = new();
    private volatile Workspace? _workspace;

    /// <summary>Null until the workspace's first commit and after its last.</summary>
    public Workspace? Workspace => _workspace;

    public CommittedTable<Activity> Activities { get; } = new();

    public CommittedTable<TaskChannel> TaskChannels { get; } = new();

    public CommittedTable<TaskQueue> TaskQueues { get; } = new();

    public CommittedTable<Workflow> Workflows { get; } = new();

    public CommittedTable<Worker> Workers { get; } = new();

    public CommittedTable<WorkerChannel> WorkerChannels { get; } = new();

    /// <summary>Open tasks, and ended ones within their visibility.</summary>
    public CommittedTable<RoutingTask> Tasks { get; } = new();

    public CommittedTable<Reservation> Reservations { get; } = new();

    /// <summary>Transfers of those tasks.</summary>
    public CommittedTable<TaskTransfer> Transfers { get; } = new();

    public CommittedRows<WorkerChannel> ChannelsOf(Sid workerSid) => Of(_channelsByWorker, workerSid);

    public CommittedRows<Reservation> ReservationsOfWorker(Sid workerSid) => Of(_reservationsByWorker, workerSid);

    public CommittedRows<Reservation> ReservationsOfTask(Sid taskSid) => Of(_reservationsByTask, taskSid);

    /// <summary>Shows a saved batch. Called by the workspace's loop alone.</summary>
    public void Publish(Changes changes)
    {
        if (changes.WorkspaceDeleted)
        {
            _workspace = null;
            return;
        }

        _workspace = changes.Workspace ?? _workspace;
        Publish(changes.Activities, Activities);
        Publish(changes.TaskChannels, TaskChannels);
        Publish(changes.TaskQueues, TaskQueues);
        Publish(changes.Workflows, Workflows);
        Publish(changes.Workers, Workers);
        Publish(changes.WorkerChannels, WorkerChannels, channel => (_channelsByWorker, channel.WorkerSid));
        Publish(changes.Tasks, Tasks);
        Publish(
            changes.Reservations,
            Reservations,
            reservation => (_reservationsByTask, reservation.TaskSid),
            reservation => (_reservationsByWorker, reservation.WorkerSid));

        Publish(changes.Transfers, Transfers);

        DropParents(changes.Workers, _channelsByWorker);
        DropParents(changes.Workers, _reservationsByWorker);
        DropParents(changes.Tasks, _reservationsByTask);
    }

    private static CommittedRows<TRow> Of<TRow>(ConcurrentDictionary<Sid, CommittedRows<TRow>> byParent, Sid parent)
        where TRow : class => byParent.TryGetValue(parent, out var rows) ? rows : Empty<TRow>.Rows;

    private static void Publish<TRow>(
        RowChanges<TRow> changes,
        CommittedTable<TRow> table,
        params ReadOnlySpan<Func<TRow, (ConcurrentDictionary<Sid, CommittedRows<TRow>> Index, Sid Parent)>> parents)
        where TRow : class
    {
        Put(changes.Written, table, parents);
        Put(changes.Shown, table, parents);
        Remove(changes.Deleted, table, parents);
        Remove(changes.Forgotten, table, parents);
    }

    private static void Put<TRow>(
        Dictionary<Sid, TRow> rows,
        CommittedTable<TRow> table,
        ReadOnlySpan<Func<TRow, (ConcurrentDictionary<Sid, CommittedRows<TRow>> Index, Sid Parent)>> parents)
        where TRow : class
    {
        foreach (var (sid, value) in rows)
        {
            if (table.Put(sid, value, out var row))
            {
                foreach (var parent in parents)
                {
                    var (index, key) = parent(value);
                    index.GetOrAdd(key, _ => new CommittedRows<TRow>()).Add(row);
                }
            }
        }
    }

    private static void Remove<TRow>(
        HashSet<Sid> sids,
        CommittedTable<TRow> table,
        ReadOnlySpan<Func<TRow, (ConcurrentDictionary<Sid, CommittedRows<TRow>> Index, Sid Parent)>> parents)
        where TRow : class
    {
        foreach (var sid in sids)
        {
            if (table.Find(sid) is not { } value)
            {
                continue;
            }

            table.Remove(sid);
            foreach (var parent in parents)
            {
                var (index, key) = parent(value);
                if (index.TryGetValue(key, out var siblings))
                {
                    siblings.NoteRemoved();
                }
            }
        }
    }

    private static void DropParents<TParent, TRow>(
        RowChanges<TParent> parents, ConcurrentDictionary<Sid, CommittedRows<TRow>> index)
        where TParent : class
        where TRow : class
    {
        foreach (var sid in parents.Deleted.Concat(parents.Forgotten))
        {
            index.TryRemove(sid, out _);
        }
    }

    private static class Empty<TRow>
        where TRow : class
    {
        public static readonly CommittedRows<TRow> Rows = new();
    }
}
