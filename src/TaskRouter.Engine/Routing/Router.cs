using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// One workspace's routing state and every way it may change. Deterministic: the same commands at the same times, with
/// the same random source, give the same state and the same events. Used by one thread at a time; no locks inside.
/// </summary>
public sealed partial class Router
{
    private readonly SidSource _sids;
    private readonly RouterLimits _limits;
    private readonly IMatcher _matcher;
    private readonly DeadlineQueue _deadlines = new();
    private readonly Func<Deadline, bool> _isLive;

    private readonly Dictionary<Sid, ActivityState> _activities = [];
    private readonly Dictionary<Sid, TaskChannelState> _channels = [];
    private readonly Dictionary<Sid, QueueState> _queues = [];
    private readonly Dictionary<Sid, WorkflowState> _workflows = [];
    private readonly Dictionary<Sid, WorkerState> _workers = [];
    private readonly Dictionary<Sid, TaskState> _tasks = [];
    private readonly Dictionary<Sid, ReservationState> _reservations = [];
    private readonly Dictionary<Sid, TaskTransfer> _transfers = [];

    // Every distinct worker expression of a queue, compiled once.
    private readonly PoolIndex _pools = new();

    // Those whose counts have changed since the changes were last taken.
    private readonly HashSet<WorkerPool> _recounted = [];

    private readonly NameIndex _activityNames = new(nameof(Activity));
    private readonly NameIndex _channelNames = new(nameof(TaskChannel), "UniqueName");
    private readonly NameIndex _queueNames = new(nameof(TaskQueue));
    private readonly NameIndex _workflowNames = new(nameof(Workflow));
    private readonly NameIndex _workerNames = new(nameof(Worker));

    private Workspace? _workspace;
    private Changes _changes = new();
    private long _eventSequence;
    private DateTimeOffset _now;

    // Null while the workspace acts by itself.
    private Actor? _actor;

    /// <summary>A router without a workspace; the first command must be <see cref="CreateWorkspace"/>.</summary>
    public Router(SidSource sids, RouterLimits limits)
        : this(sids, limits, matcher: null)
    {
    }

    /// <summary>For tests that compare matchers.</summary>
    internal Router(SidSource sids, RouterLimits limits, Func<Router, IMatcher>? matcher)
    {
        _sids = sids;
        _limits = limits;
        _matcher = matcher?.Invoke(this) ?? new Matcher(Find);
        _isLive = IsLive;
    }

    /// <summary>The router as it was when these records were saved. Overdue deadlines are due at once.</summary>
    public Router(SidSource sids, RouterLimits limits, WorkspaceRecords records)
        : this(sids, limits, records, matcher: null)
    {
    }

    internal Router(SidSource sids, RouterLimits limits, WorkspaceRecords records, Func<Router, IMatcher>? matcher)
        : this(sids, limits, matcher) => Load(records);

    /// <summary>What the naive matcher of the tests tries.</summary>
    internal IEnumerable<TaskState> Tasks => _tasks.Values;

    internal IEnumerable<WorkerState> Workers => _workers.Values;

    /// <summary>When the router next wants to act by itself; null when nothing is due.</summary>
    public DateTimeOffset? NextDeadline => _deadlines.Next;

    internal Workspace Workspace => _workspace ?? throw Refusal.NotFound("/Workspaces");

    /// <summary>Applies one command, then matches until no task and worker can be paired.</summary>
    /// <param name="actor">Who wants it, for the events that tell of it; null for the workspace itself.</param>
    /// <exception cref="Refusal">The command cannot be obeyed; nothing has changed.</exception>
    public object? Apply(Command command, DateTimeOffset now, Actor? actor = null)
    {
        (_now, _actor) = (now, actor);

        // The answer is the record as the command left it: that a worker was reserved is news of its own, told later,
        // and the workspace's own doing.
        var result = Dispatch(command);
        _actor = null;
        Settle();
        return result;
    }

    public TResult Apply<TResult>(Command<TResult> command, DateTimeOffset now) =>
        (TResult)Apply((Command)command, now)!;

    /// <summary>Fires deadlines due at or before <paramref name="now"/>, earliest first, at most so many.</summary>
    /// <returns>How many have fired.</returns>
    public int FireDeadlines(DateTimeOffset now, int max)
    {
        (_now, _actor) = (now, null);
        var fired = 0;
        for (; fired < max && _deadlines.TryTake(now, out var deadline); fired++)
        {
            Fire(deadline);
            Settle();
        }

        _deadlines.Thin(_isLive);
        return fired;
    }

    /// <summary>The events that <see cref="TakeChanges"/> will have, so far. They do not change any more.</summary>
    public IReadOnlyList<RoutingEvent> NewEvents => _changes.Events;

    /// <summary>What has changed since the last call.</summary>
    public Changes TakeChanges()
    {
        Tell(_recounted);
        _recounted.Clear();
        var changes = _changes;
        _changes = new Changes();
        return changes;
    }

    // An expression that was dropped and used again has two pools, of which one lives.
    private void Tell(IEnumerable<WorkerPool> pools)
    {
        foreach (var pool in pools)
        {
            if (!_pools.TryGet(pool.Text, out var living) || living == pool)
            {
                _changes.EligibleWorkers[pool.Text] = living?.Eligible();
            }
        }
    }

    private object? Dispatch(Command command) => command switch
    {
        CreateTask c => Create(c),
        UpdateReservation c => Update(c),
        UpdateTask c => Update(c),
        SettleAssignmentCallback c => SettleCallback(c),
        StartTransfer c => Start(c),
        CancelTransfer c => Cancel(c),
        UpdateWorker c => Update(c),
        UpdateWorkerChannel c => Update(c),
        DeleteTask c => Delete(c),
        CreateWorker c => Create(c),
        DeleteWorker c => Delete(c),
        PatchWorkerAttributes c => Patch(c),
        ChangeWorkerSkills c => Change(c),
        AssignSkills c => Assign(c),
        CreateActivity c => Create(c),
        UpdateActivity c => Update(c),
        DeleteActivity c => Delete(c),
        CreateTaskChannel c => Create(c),
        UpdateTaskChannel c => Update(c),
        DeleteTaskChannel c => Delete(c),
        CreateTaskQueue c => Create(c),
        UpdateTaskQueue c => Update(c),
        DeleteTaskQueue c => Delete(c),
        CreateWorkflow c => Create(c),
        UpdateWorkflow c => Update(c),
        DeleteWorkflow c => Delete(c),
        CreateWorkspace c => Create(c),
        UpdateWorkspace c => Update(c),
        ReplayEvents c => Replay(c),
        DeleteWorkspace => DeleteWholeWorkspace(),
        _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
    };

    // A deadline whose record has moved on is stale, and nothing happens.
    private void Fire(Deadline deadline)
    {
        if (!IsLive(deadline))
        {
            return;
        }

        if (deadline.Kind == DeadlineKind.ReservationTimeout)
        {
            TimeOut(_reservations[deadline.Sid]);
        }
        else
        {
            Fire(_tasks[deadline.Sid], deadline.Kind);
        }
    }

    private bool IsLive(Deadline deadline) => deadline.DueAt == (deadline.Kind == DeadlineKind.ReservationTimeout
        ? _reservations.GetValueOrDefault(deadline.Sid)?.Record.ExpiresAt
        : _tasks.GetValueOrDefault(deadline.Sid) is { } task ? DueAt(task.Record, deadline.Kind) : null);

    private void Fire(TaskState task, DeadlineKind kind)
    {
        switch (kind)
        {
            case DeadlineKind.TaskTimeToLive:
                Cancel(task, CancelReasons.TimeToLive);
                break;
            case DeadlineKind.WorkflowStep when task.IsPending:
                LeaveExpiredStep(task);
                break;
            case DeadlineKind.RoutingTarget when task.IsPending:
                FailDirect(task);
                break;
            case DeadlineKind.TaskCompletion:
                Remove(task, EventTypes.TaskSystemDeleted);
                break;
            case DeadlineKind.TaskRemoval:
                Forget(task);
                break;
        }
    }

    private static string Counted(int count, string noun, string one, string many) =>
        count == 1 ? $"1 {noun} {one}" : $"{count} {noun}s {many}";

    private static DateTimeOffset? DueAt(RoutingTask task, DeadlineKind kind) => kind switch
    {
        DeadlineKind.TaskTimeToLive => task.ExpiresAt,
        DeadlineKind.WorkflowStep => task.StepExpiresAt,
        DeadlineKind.RoutingTarget => task.TargetDueAt,
        DeadlineKind.TaskCompletion => task.CompletionDueAt,
        DeadlineKind.TaskRemoval => task.RemoveAt,
        _ => null,
    };

    private static readonly DeadlineKind[] TaskDeadlines =
    [
        DeadlineKind.TaskTimeToLive, DeadlineKind.WorkflowStep, DeadlineKind.RoutingTarget,
        DeadlineKind.TaskCompletion, DeadlineKind.TaskRemoval,
    ];

    private IEnumerable<Deadline> LiveDeadlines()
    {
        foreach (var task in _tasks.Values)
        {
            foreach (var kind in TaskDeadlines)
            {
                if (DueAt(task.Record, kind) is { } dueAt)
                {
                    yield return new Deadline(dueAt, kind, task.Sid);
                }
            }
        }

        foreach (var reservation in _reservations.Values)
        {
            if (reservation.Record.ExpiresAt is { } dueAt)
            {
                yield return new Deadline(dueAt, DeadlineKind.ReservationTimeout, reservation.Record.Sid);
            }
        }
    }
}
