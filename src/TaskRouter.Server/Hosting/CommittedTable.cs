using System.Collections.Concurrent;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// The committed rows of one kind, by SID and in order of creation. One writer publishes, any number of readers look
/// on without a lock: a reader sees each row whole, as it was at some moment after the reader began.
/// </summary>
/// <param name="capacity">Room for so many rows from the start.</param>
internal sealed class CommittedTable<TRow>(int capacity = 0)
    where TRow : class
{
    private const int CapacityMin = 31;

    private readonly ConcurrentDictionary<Sid, CommittedRow<TRow>> _bySid = new(-1, Math.Max(CapacityMin, capacity));

    public CommittedRows<TRow> InOrder { get; } = new(capacity);

    public int Count => _bySid.Count;

    public TRow? Find(Sid sid) => _bySid.TryGetValue(sid, out var row) ? row.Value : null;

    /// <summary>
    /// Publishes a new or changed row. True when it is new, so that its parents' lists must take it in.
    /// </summary>
    public bool Put(Sid sid, TRow value, out CommittedRow<TRow> row)
    {
        if (_bySid.TryGetValue(sid, out row!))
        {
            row.Value = value;
            return false;
        }

        row = new CommittedRow<TRow>(sid, value);
        InOrder.Add(row);
        _bySid[sid] = row;
        return true;
    }

    public void Remove(Sid sid)
    {
        if (_bySid.TryRemove(sid, out var row))
        {
            row.Value = null;
            InOrder.NoteRemoved();
        }
    }
}

/// <summary>A place in the order of creation; its value changes, and is null once the row is gone.</summary>
internal sealed class CommittedRow<TRow>(Sid sid, TRow? value)
    where TRow : class
{
    private volatile TRow? _value = value;

    public Sid Sid { get; } = sid;

    public TRow? Value
    {
        get => _value;
        set => _value = value;
    }
}

/// <summary>
/// Rows in order of creation. SIDs rise, so adding is appending, and a page starts with one binary search whatever
/// has been added or removed since the page before.
/// </summary>
internal sealed class CommittedRows<TRow>(int capacity = 0)
    where TRow : class
{
    private const int CapacityMin = 4;
    private const int CompactAbove = 64;

    private volatile Slots _slots = new(Math.Max(CapacityMin, capacity));
    private int _removed;

    /// <summary>Rows created after the given one, which need not exist any more; all rows for null.</summary>
    public IEnumerable<TRow> After(Sid? sid)
    {
        var slots = _slots;
        var count = slots.Count;
        for (var index = sid is { } last ? slots.FirstAfter(last, count) : 0; index < count; index++)
        {
            if (slots.Rows[index].Value is { } row)
            {
                yield return row;
            }
        }
    }

    /// <summary>Rows created before the given one, which need not exist any more; the newest first.</summary>
    public IEnumerable<TRow> Before(Sid sid)
    {
        var slots = _slots;
        for (var index = slots.FirstAtOrAfter(sid, slots.Count) - 1; index >= 0; index--)
        {
            if (slots.Rows[index].Value is { } row)
            {
                yield return row;
            }
        }
    }

    public void Add(CommittedRow<TRow> row)
    {
        var slots = _slots;
        if (slots.Count > 0 && row.Sid < slots.Rows[slots.Count - 1].Sid)
        {
            _slots = slots.Rebuilt(row);
            _removed = 0;
        }
        else if (slots.Count == slots.Rows.Length)
        {
            _slots = slots.Rebuilt(row);
            _removed = 0;
        }
        else
        {
            slots.Append(row);
        }
    }

    /// <summary>
    /// A row of this list has lost its value. When half of them have, the list is built anew without them.
    /// </summary>
    public void NoteRemoved()
    {
        if (++_removed > CompactAbove && _removed * 2 > _slots.Count)
        {
            _slots = _slots.Rebuilt(null);
            _removed = 0;
        }
    }

    public bool IsEmpty => !After(null).Any();

    private sealed class Slots(int capacity)
    {
        private int _count;

        public CommittedRow<TRow>[] Rows { get; } = new CommittedRow<TRow>[capacity];

        // Written last and read first: a reader never sees a count that is ahead of the rows.
        public int Count => Volatile.Read(ref _count);

        public void Append(CommittedRow<TRow> row)
        {
            Rows[_count] = row;
            Volatile.Write(ref _count, _count + 1);
        }

        public int FirstAfter(Sid sid, int count) => First(count, row => row.Sid > sid);

        public int FirstAtOrAfter(Sid sid, int count) => First(count, row => row.Sid >= sid);

        private int First(int count, Func<CommittedRow<TRow>, bool> isBeyond)
        {
            var (low, high) = (0, count);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (!isBeyond(Rows[middle]))
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }

        /// <summary>A new array of the rows that still have a value, in order, with room to grow.</summary>
        public Slots Rebuilt(CommittedRow<TRow>? added)
        {
            var old = Rows.AsSpan(0, Count);
            var kept = added is null ? 0 : 1;
            foreach (var row in old)
            {
                kept += row.Value is null ? 0 : 1;
            }

            var slots = new Slots(Math.Max(CapacityMin, kept * 2));
            foreach (var row in old)
            {
                if (added is not null && row.Sid > added.Sid)
                {
                    slots.Append(added);
                    added = null;
                }

                if (row.Value is not null)
                {
                    slots.Append(row);
                }
            }

            if (added is not null)
            {
                slots.Append(added);
            }

            return slots;
        }
    }
}
