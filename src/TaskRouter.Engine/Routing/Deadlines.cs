using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

internal enum DeadlineKind
{
    ReservationTimeout,
    TaskTimeToLive,
    WorkflowStep,
    RoutingTarget,
    TaskCompletion,
    TaskRemoval,
}

/// <summary>
/// Something that falls due. Deadlines are columns of records; this is only their order in time. One is never
/// cancelled, only outlived: whoever takes it compares it with the record.
/// </summary>
internal readonly record struct Deadline(DateTimeOffset DueAt, DeadlineKind Kind, Sid Sid) : IComparable<Deadline>
{
    // The order does not depend on when a deadline was added, so a rebuilt queue fires in the same order.
    public int CompareTo(Deadline other)
    {
        var byTime = DueAt.CompareTo(other.DueAt);
        if (byTime != 0)
        {
            return byTime;
        }

        var byKind = Kind.CompareTo(other.Kind);
        return byKind != 0 ? byKind : Sid.CompareTo(other.Sid);
    }
}

/// <summary>Deadlines in the order they fall due.</summary>
internal sealed class DeadlineQueue
{
    private const int RebuildAbove = 4_096;

    private PriorityQueue<Deadline, Deadline> _queue = new();
    private int _rebuiltCount;

    public IEnumerable<Deadline> All => _queue.UnorderedItems.Select(item => item.Element);

    public DateTimeOffset? Next => _queue.TryPeek(out var deadline, out _) ? deadline.DueAt : null;

    /// <summary>
    /// Whether most entries are likely stale, so that the owner should call <see cref="Rebuild"/>. A task's
    /// time-to-live outlives the task by a day; without this, memory would grow with the day's traffic instead of with
    /// live tasks.
    /// </summary>
    public bool IsCrowded => _queue.Count > RebuildAbove && _queue.Count > 2 * _rebuiltCount;

    public void Add(DeadlineKind kind, Sid sid, DateTimeOffset? dueAt)
    {
        if (dueAt is { } instant)
        {
            var deadline = new Deadline(instant, kind, sid);
            _queue.Enqueue(deadline, deadline);
        }
    }

    public bool TryTake(DateTimeOffset now, out Deadline deadline)
    {
        if (_queue.TryPeek(out deadline, out _) && deadline.DueAt <= now)
        {
            _queue.Dequeue();
            return true;
        }

        return false;
    }

    /// <summary>Starts anew from the deadlines that the records hold.</summary>
    public void Rebuild(IEnumerable<Deadline> live)
    {
        _queue = new PriorityQueue<Deadline, Deadline>(live.Select(deadline => (deadline, deadline)));
        _rebuiltCount = Math.Max(_queue.Count, RebuildAbove);
    }
}
