using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

internal enum DeadlineKind : byte
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
    private readonly Instant _dueAt = DueAt;

    public DateTimeOffset DueAt { get => _dueAt; init => _dueAt = value; }

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

/// <summary>
/// Deadlines in the order they fall due: a binary heap, of which a few entries are looked at with every one added, and
/// left out when their record has outlived them. A task's time-to-live outlives the task by a day; so memory grows with
/// live tasks instead of with the day's traffic, and there is no moment at which all entries have to be looked at.
/// </summary>
internal sealed class DeadlineQueue
{
    // With two looks for one added, at most about half of the entries are outlived ones.
    private const int LooksPerAdded = 2;

    private readonly List<Deadline> _heap = [];
    private int _looksDue;
    private int _nextLook;

    public IEnumerable<Deadline> All => _heap;

    public DateTimeOffset? Next => _heap.Count == 0 ? null : _heap[0].DueAt;

    public void Add(DeadlineKind kind, Sid sid, DateTimeOffset? dueAt)
    {
        if (dueAt is { } instant)
        {
            _heap.Add(default);
            SiftUp(_heap.Count - 1, new Deadline(instant, kind, sid));
            _looksDue += LooksPerAdded;
        }
    }

    public bool TryTake(DateTimeOffset now, out Deadline deadline)
    {
        deadline = _heap.Count == 0 ? default : _heap[0];
        if (_heap.Count == 0 || deadline.DueAt > now)
        {
            return false;
        }

        RemoveAt(0);
        return true;
    }

    /// <summary>Leaves out outlived entries, as far as is due for what has been added since the last time.</summary>
    public void Thin(Func<Deadline, bool> isLive)
    {
        for (; _looksDue > 0 && _heap.Count > 0; _looksDue--)
        {
            _nextLook = _nextLook < _heap.Count ? _nextLook : 0;
            if (isLive(_heap[_nextLook]))
            {
                _nextLook++;
            }
            else
            {
                RemoveAt(_nextLook);
            }
        }

        _looksDue = 0;
    }

    /// <summary>Starts anew from the deadlines that the records hold, about so many.</summary>
    public void Rebuild(IEnumerable<Deadline> live, int atLeast = 0)
    {
        _heap.Clear();
        _heap.EnsureCapacity(atLeast);
        _heap.AddRange(live);

        // What is sorted is a heap.
        _heap.Sort();
        _looksDue = 0;
    }

    private void RemoveAt(int index)
    {
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (index == _heap.Count)
        {
            return;
        }

        if (index > 0 && last.CompareTo(_heap[(index - 1) / 2]) < 0)
        {
            SiftUp(index, last);
        }
        else
        {
            SiftDown(index, last);
        }
    }

    private void SiftUp(int index, Deadline deadline)
    {
        while (index > 0 && deadline.CompareTo(_heap[(index - 1) / 2]) < 0)
        {
            _heap[index] = _heap[(index - 1) / 2];
            index = (index - 1) / 2;
        }

        _heap[index] = deadline;
    }

    private void SiftDown(int index, Deadline deadline)
    {
        while ((2 * index) + 1 < _heap.Count)
        {
            var child = (2 * index) + 1;
            if (child + 1 < _heap.Count && _heap[child + 1].CompareTo(_heap[child]) < 0)
            {
                child++;
            }

            if (_heap[child].CompareTo(deadline) >= 0)
            {
                break;
            }

            _heap[index] = _heap[child];
            index = child;
        }

        _heap[index] = deadline;
    }
}
