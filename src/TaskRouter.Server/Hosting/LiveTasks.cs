using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Hosting;

/// <summary>What is counted of some tasks at one moment.</summary>
internal sealed class LiveTasks
{
    /// <summary>By <see cref="AssignmentStatus"/>; ended tasks as long as they are visible.</summary>
    public int[] ByStatus { get; } = new int[WireNames.AssignmentStatuses.Count];

    /// <summary>Of tasks that have not ended.</summary>
    public SortedDictionary<int, int> ByPriority { get; } = [];

    /// <summary>The oldest that is pending or reserved.</summary>
    public WaitingSince? Longest { get; set; }

    /// <summary>The one of them that has been in its queue for longest.</summary>
    public WaitingSince? LongestInQueue { get; set; }

    /// <summary>Tasks that have not ended.</summary>
    public int Open => ByStatus[..(int)AssignmentStatus.Completed].Sum();
}

/// <summary>A waiting task. Older ones sort first.</summary>
// Of each waiting task there are four: no more than its bits.
internal readonly record struct WaitingSince : IComparable<WaitingSince>
{
    private readonly long _ticks;
    private readonly ulong _high;
    private readonly ulong _low;

    public WaitingSince(DateTimeOffset since, Sid taskSid) =>
        (_ticks, _high, _low) = (since.UtcTicks, taskSid.High, taskSid.Low);

    public DateTimeOffset Since => new(_ticks, TimeSpan.Zero);

    public Sid TaskSid => new(SidKind.Task, _high, _low);

    public int CompareTo(WaitingSince other)
    {
        var byTime = _ticks.CompareTo(other._ticks);
        return byTime != 0 ? byTime : TaskSid.CompareTo(other.TaskSid);
    }

    public static WaitingSince? Older(WaitingSince? left, WaitingSince? right) =>
        left is { } one && right is { } other ? one.CompareTo(other) <= 0 ? one : other : left ?? right;
}

/// <summary>What a task counts as. Equal when a change of the task changes no count.</summary>
internal readonly record struct LiveTask(
    Sid Sid,
    Sid WorkspaceSid,
    Sid? WorkflowSid,
    Sid? TaskQueueSid,
    Sid TaskChannelSid,
    AssignmentStatus Status,
    int Priority,
    DateTimeOffset CreatedAt,
    DateTimeOffset? QueueEnteredAt)
{
    public bool IsOpen => Status < AssignmentStatus.Completed;

    public bool IsWaiting => Status is AssignmentStatus.Pending or AssignmentStatus.Reserved;

    public static LiveTask? Of(RoutingTask? task) => task is null ? null : new LiveTask(
        task.Sid,
        task.WorkspaceSid,
        task.WorkflowSid,
        task.TaskQueueSid,
        task.TaskChannelSid,
        task.AssignmentStatus,
        task.Priority,
        task.CreatedAt,
        task.QueueEnteredAt);
}

/// <summary>Tasks of one channel in one workspace, workflow or queue.</summary>
internal sealed class LiveGroup
{
    private readonly int[] _byStatus = new int[WireNames.AssignmentStatuses.Count];
    private readonly Dictionary<int, int> _byPriority = [];
    private readonly SortedRuns<WaitingSince> _waiting = new(Comparer<WaitingSince>.Default);
    private readonly SortedRuns<WaitingSince> _waitingInQueue = new(Comparer<WaitingSince>.Default);
    private int _count;

    /// <summary>Says how many tasks it has then.</summary>
    public int Count(in LiveTask task, int change)
    {
        _count += change;
        _byStatus[(int)task.Status] += change;
        if (task.IsOpen)
        {
            var count = _byPriority.GetValueOrDefault(task.Priority) + change;
            if (count == 0)
            {
                _byPriority.Remove(task.Priority);
            }
            else
            {
                _byPriority[task.Priority] = count;
            }
        }

        if (task.IsWaiting)
        {
            Keep(_waiting, new WaitingSince(task.CreatedAt, task.Sid), change);
            if (task.QueueEnteredAt is { } entered)
            {
                Keep(_waitingInQueue, new WaitingSince(entered, task.Sid), change);
            }
        }

        return _count;
    }

    public void AddTo(LiveTasks counted)
    {
        for (var status = 0; status < _byStatus.Length; status++)
        {
            counted.ByStatus[status] += _byStatus[status];
        }

        foreach (var (priority, count) in _byPriority)
        {
            counted.ByPriority[priority] = counted.ByPriority.GetValueOrDefault(priority) + count;
        }

        counted.Longest = WaitingSince.Older(counted.Longest, First(_waiting));
        counted.LongestInQueue = WaitingSince.Older(counted.LongestInQueue, First(_waitingInQueue));
    }

    private static void Keep(SortedRuns<WaitingSince> waiting, WaitingSince task, int change)
    {
        if (change > 0)
        {
            waiting.Add(task);
        }
        else
        {
            waiting.Remove(task);
        }
    }

    private static WaitingSince? First(SortedRuns<WaitingSince> waiting) => waiting.IsEmpty ? null : waiting.First;
}
