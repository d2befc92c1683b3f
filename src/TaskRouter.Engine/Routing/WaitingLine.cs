using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// What makes two waiting tasks of a queue the same to every worker: the channel, the step's conditions, and those of
/// the task's attributes that the conditions read.
/// </summary>
/// <param name="Step">Null when the step says nothing about workers.</param>
/// <param name="Projection">
/// The attributes the step's expression reads, as one text. A task in transfer is like no other, because those who hold
/// it already may not take it: its SID stands here.
/// </param>
internal readonly record struct LineKey(
    TaskChannelState Channel, WorkflowStep? Step, KnownWorker? Known, string Projection);

/// <summary>
/// The one worker a step may offer the task to.
/// https://www.twilio.com/docs/taskrouter/workflow-configuration/known-agent-routing
/// </summary>
/// <param name="IsName">Whether <paramref name="Value"/> is a lower-cased friendly name rather than a SID.</param>
internal readonly record struct KnownWorker(string Value, bool IsName)
{
    // A value that is missing or not a text names nobody, and the task waits in the step.
    public static KnownWorker? Of(TaskState task) =>
        task.Step?.KnownWorkerSid is null && task.Step?.KnownWorkerName is null ? null : Of(task.Step, task.Document);

    /// <summary>Whether the attributes say outright, by null, that the task has no worker of its own.</summary>
    public static bool IsNobody(TaskState task) =>
        (task.Step?.KnownWorkerSid ?? task.Step?.KnownWorkerName)?.Resolve(task.Document)
            is { IsNull: true, IsMissing: false };

    public static KnownWorker? Of(WorkflowStep? step, AttributeDocument task)
    {
        if (step?.KnownWorkerSid is { } sid)
        {
            return new KnownWorker(sid.Resolve(task).AsText ?? "", IsName: false);
        }

        return step?.KnownWorkerName is { } name
            ? new KnownWorker(NameKeys.Of(name.Resolve(task).AsText ?? ""), IsName: true)
            : null;
    }
}

/// <summary>
/// Tasks that any worker may either take all of or none of, in routing order. Matching looks at the head alone, so the
/// number of tasks behind it costs nothing.
/// </summary>
internal sealed class WaitingLine
{
    private readonly SortedSet<TaskState> _tasks;

    private WaitingLine(LineKey key, QueueState? queue, PoolChannel? pool, WorkerState? directWorker, QueueOrder order)
    {
        (Key, Queue, Pool, DirectWorker, Order) = (key, queue, pool, directWorker, order);
        _tasks = new SortedSet<TaskState>(TaskOrder.Of(order));
    }

    public static WaitingLine InQueue(LineKey key, QueueState queue) =>
        new(key, queue, queue.Pool.GetOrAdd(key.Channel), null, queue.Record.TaskOrder);

    /// <summary>A line of tasks that name one worker as their routing target.</summary>
    public static WaitingLine Direct(LineKey key, WorkerState worker) =>
        new(key, null, null, worker, QueueOrder.Fifo);

    public LineKey Key { get; }

    public QueueState? Queue { get; }

    public PoolChannel? Pool { get; }

    public WorkerState? DirectWorker { get; }

    public QueueOrder Order { get; }

    public bool IsEmpty => _tasks.Count == 0;

    public TaskState Head => _tasks.Min!;

    public IEnumerable<TaskState> Tasks => _tasks;

    public int ReservationsMax => Queue?.Record.MaxReservedWorkers ?? 1;

    /// <summary>How far to look for workers at the end of the current command.</summary>
    public LineSearch Search { get; set; }

    public void Add(TaskState task)
    {
        if (IsEmpty)
        {
            Open();
        }

        _tasks.Add(task);
        task.Line = this;
    }

    public void Remove(TaskState task)
    {
        _tasks.Remove(task);
        task.Line = null;
        if (IsEmpty)
        {
            Close();
        }
    }

    /// <summary>Whether a member of the line's pool may take the tasks of this line.</summary>
    public bool Admits(WorkerState worker)
    {
        if (Key.Known is { } known && !IsKnown(known, worker))
        {
            return false;
        }

        if (Head.IsInTransfer && Head.IsHeldBy(worker))
        {
            return false;
        }

        return Key.Step?.Expression is not { } expression || expression.Matches(Head.Document, worker.Document);
    }

    private static bool IsKnown(KnownWorker known, WorkerState worker) =>
        known.Value == (known.IsName ? worker.Record.NameKey : worker.Document.Sid);

    private void Open()
    {
        if (DirectWorker is not null)
        {
            DirectWorker.DirectLines.Add(this);
        }
        else if (Key.Known is { } known)
        {
            if (!Pool!.KnownLines.TryGetValue(known, out var lines))
            {
                Pool.KnownLines[known] = lines = [];
            }

            lines.Add(this);
        }
        else
        {
            Pool!.OpenLines.Add(this);
        }
    }

    private void Close()
    {
        Queue?.Lines.Remove(Key);
        if (DirectWorker is not null)
        {
            DirectWorker.DirectLines.Remove(this);
        }
        else if (Key.Known is { } known)
        {
            var lines = Pool!.KnownLines[known];
            lines.Remove(this);
            if (lines.Count == 0)
            {
                Pool.KnownLines.Remove(known);
            }
        }
        else
        {
            Pool!.OpenLines.Remove(this);
        }
    }
}

internal enum LineSearch
{
    /// <summary>Nothing has changed for this line.</summary>
    None,

    /// <summary>Only workers touched by the current command can be new to it.</summary>
    TouchedWorkers,

    /// <summary>The line itself is new or has changed: every free worker is looked at.</summary>
    FreeWorkers,
}
