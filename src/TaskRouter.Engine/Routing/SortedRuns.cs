using System.Collections;
using System.Runtime.InteropServices;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// Different items in order. Runs of neighbours lie together in memory, so that to find, add or remove one touches few
/// places, and an item takes no more than itself; a tree's nodes lie scattered, each a multiple of its item's size.
/// </summary>
public class SortedRuns<TItem>(IComparer<TItem> order) : IEnumerable<TItem>
{
    /// <summary>Moving half a run costs less than what a longer one saves.</summary>
    public const int RunMax = 128;

    // Never an empty one among them.
    private readonly List<List<TItem>> _runs = [];

    public SortedRuns(IEnumerable<TItem> items, IComparer<TItem> order)
        : this(order) => _runs.AddRange(items.Order(order).Chunk(RunMax).Select(run => run.ToList()));

    public bool IsEmpty => _runs.Count == 0;

    /// <summary>There must be one.</summary>
    public TItem First => _runs[0][0];

    public void Add(TItem item)
    {
        if (_runs.Count == 0)
        {
            _runs.Add([item]);
            return;
        }

        var position = Math.Min(RunOf(item), _runs.Count - 1);
        var run = _runs[position];
        var index = run.BinarySearch(item, order);
        if (index >= 0)
        {
            return;
        }

        if (run.Count == RunMax)
        {
            (run, index) = Split(position, ~index);
            run.Insert(index, item);
        }
        else
        {
            run.Insert(~index, item);
        }
    }

    public void Remove(TItem item)
    {
        var position = RunOf(item);
        if (position == _runs.Count || _runs[position].BinarySearch(item, order) is not (>= 0 and var index))
        {
            return;
        }

        var run = _runs[position];
        run.RemoveAt(index);
        if (run.Count == 0)
        {
            _runs.RemoveAt(position);
        }
        else if (run.Count < RunMax / 4 && position + 1 < _runs.Count && _runs[position + 1].Count < RunMax / 4)
        {
            run.AddRange(_runs[position + 1]);
            _runs.RemoveAt(position + 1);
        }
    }

    public IEnumerator<TItem> GetEnumerator()
    {
        foreach (var run in _runs)
        {
            foreach (var item in run)
            {
                yield return item;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The first run that ends with this one or later.</summary>
    private int RunOf(TItem item)
    {
        var (low, high) = (0, _runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (order.Compare(_runs[middle][^1], item) < 0)
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

    /// <summary>Makes room in a full run. Where what was to stand at this index stands now.</summary>
    private (List<TItem> Run, int Index) Split(int position, int index)
    {
        var run = _runs[position];

        // Lists mostly grow at their end, as who has just been reserved comes last; then full runs stay full.
        var kept = index == RunMax ? RunMax : RunMax / 2;
        var next = new List<TItem>(RunMax);
        next.AddRange(CollectionsMarshal.AsSpan(run)[kept..]);
        run.RemoveRange(kept, RunMax - kept);
        _runs.Insert(position + 1, next);
        return index > kept || kept == RunMax ? (next, index - kept) : (run, index);
    }
}
