using System.Collections.Concurrent;
using TaskRouter.Engine.Expressions;
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
    private readonly ConcurrentDictionary<Sid, CommittedRows<TaskTransfer>> _transfersByTask = new();
    private readonly ConcurrentDictionary<Sid, AttributeDocument> _workerAttributes = new();
    private readonly ConcurrentDictionary<(Sid WorkflowSid, int Version), string> _replacedConfigurations = new();
    private volatile Workspace? _workspace;

    public CommittedView()
        : this(new Changes())
    {
    }

    /// <summary>Shows a whole workspace: its large tables are made as large as they have to be.</summary>
    public CommittedView(Changes everything)
    {
        Workers = new(Roomy(everything.Workers));
        WorkerChannels = new(Roomy(everything.WorkerChannels));
        Tasks = new(Roomy(everything.Tasks));
        Reservations = new(Roomy(everything.Reservations));

        // Nobody looks on yet, so it does not matter what is shown first. About half of the work are the tasks.
        Parallel.Invoke(() => PublishTasks(everything), () => PublishOthers(everything));
    }

    /// <summary>Null until the workspace's first commit and after its last.</summary>
    public Workspace? Workspace => _workspace;

    public CommittedTable<Activity> Activities { get; } = new();

    public CommittedTable<TaskChannel> TaskChannels { get; } = new();

    public CommittedTable<TaskQueue> TaskQueues { get; } = new();

    public CommittedTable<Workflow> Workflows { get; } = new();

    public CommittedTable<Worker> Workers { get; }

    public CommittedTable<WorkerChannel> WorkerChannels { get; }

    /// <summary>Open tasks, and ended ones within their visibility.</summary>
    public CommittedTable<RoutingTask> Tasks { get; }

    public CommittedTable<Reservation> Reservations { get; }

    /// <summary>Transfers of those tasks.</summary>
    public CommittedTable<TaskTransfer> Transfers { get; } = new();

    /// <summary>What is counted of tasks and workers.</summary>
    public LiveCounts Live { get; } = new();

    /// <summary>A measure of what the workspace takes in memory.</summary>
    public int RowCount => Workers.Count + Tasks.Count + Reservations.Count;

    /// <summary>The worker's attributes, as routing has read them.</summary>
    public AttributeDocument AttributesOf(Worker worker) =>
        _workerAttributes.TryGetValue(worker.Sid, out var attributes) ? attributes : AttributeDocument.Empty;

    /// <summary>A workflow's configuration of this version; null when no task follows it any more.</summary>
    public string? ConfigurationOf(Sid workflowSid, int version) =>
        Workflows.Find(workflowSid) is { } workflow && workflow.ConfigurationVersion == version
            ? workflow.Configuration
            : _replacedConfigurations.GetValueOrDefault((workflowSid, version));

    public CommittedRows<WorkerChannel> ChannelsOf(Sid workerSid) => Of(_channelsByWorker, workerSid);

    public CommittedRows<Reservation> ReservationsOfWorker(Sid workerSid) => Of(_reservationsByWorker, workerSid);

    public CommittedRows<Reservation> ReservationsOfTask(Sid taskSid) => Of(_reservationsByTask, taskSid);

    public CommittedRows<TaskTransfer> TransfersOfTask(Sid taskSid) => Of(_transfersByTask, taskSid);

    /// <summary>Shows a saved batch. Called by the workspace's loop alone.</summary>
    public void Publish(Changes changes)
    {
        if (changes.WorkspaceDeleted)
        {
            _workspace = null;
            return;
        }

        PublishOthers(changes);
        PublishTasks(changes);
        PublishCounts(changes, isDropped: true);

        foreach (var sid in changes.Workers.Deleted)
        {
            _workerAttributes.TryRemove(sid, out _);
        }

        DropParents(changes.Workers, _channelsByWorker);
        DropParents(changes.Workers, _reservationsByWorker);
        DropParents(changes.Tasks, _reservationsByTask);
        DropParents(changes.Tasks, _transfersByTask);
    }

    // A little more, so that the next one finds room.
    private static int Roomy<TRow>(RowChanges<TRow> rows)
        where TRow : class => rows.Written.Count + (rows.Written.Count / 8);

    private static CommittedRows<TRow> Of<TRow>(ConcurrentDictionary<Sid, CommittedRows<TRow>> byParent, Sid parent)
        where TRow : class => byParent.TryGetValue(parent, out var rows) ? rows : Empty<TRow>.Rows;

    private void PublishOthers(Changes changes)
    {
        _workspace = changes.Workspace ?? _workspace;

        // A queue's new expression is counted before the queue has it, and an old one as long as a queue has it.
        PublishCounts(changes, isDropped: false);
        Publish(changes.Activities, Activities);
        Publish(changes.TaskChannels, TaskChannels);
        Publish(changes.TaskQueues, TaskQueues);
        PublishVersions(changes);
        Publish(changes.Workflows, Workflows);
        foreach (var (sid, attributes) in changes.WorkerAttributes)
        {
            _workerAttributes[sid] = attributes;
        }

        Publish(changes.Workers, Workers, Live.Change);
        Publish(changes.WorkerChannels, WorkerChannels, channel => (_channelsByWorker, channel.WorkerSid));
    }

    private void PublishTasks(Changes changes)
    {
        Publish(changes.Tasks, Tasks, Live.Change);
        Publish(
            changes.Reservations,
            Reservations,
            reservation => (_reservationsByTask, reservation.TaskSid),
            reservation => (_reservationsByWorker, reservation.WorkerSid));
        Publish(changes.Transfers, Transfers, transfer => (_transfersByTask, transfer.TaskSid));
    }

    // One that is replaced is kept before its workflow has the new one.
    private void PublishVersions(Changes changes)
    {
        foreach (var (key, version) in changes.WrittenVersions)
        {
            _replacedConfigurations[key] = version.Configuration;
        }

        foreach (var key in changes.DeletedVersions)
        {
            _replacedConfigurations.TryRemove(key, out _);
        }
    }

    private void PublishCounts(Changes changes, bool isDropped)
    {
        foreach (var (targetWorkers, workers) in changes.EligibleWorkers)
        {
            if (workers is null == isDropped)
            {
                Live.Change(targetWorkers, workers);
            }
        }
    }

    private static void Publish<TRow>(
        RowChanges<TRow> changes, CommittedTable<TRow> table, Action<TRow?, TRow?> count)
        where TRow : class
    {
        foreach (var (sid, row) in changes.Written.Concat(changes.Shown))
        {
            count(table.Find(sid), row);
            table.Put(sid, row, out _);
        }

        foreach (var sid in changes.Deleted.Concat(changes.Forgotten))
        {
            count(table.Find(sid), null);
            table.Remove(sid);
        }
    }

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
