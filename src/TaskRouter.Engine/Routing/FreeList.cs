using System.Collections;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// Free workers in order. Runs of neighbours lie together in memory, so that to find, add or remove one touches few
/// places; a tree's nodes lie scattered, and with thousands of lists most of them are not in the processor's cache.
/// </summary>
internal sealed class FreeList(WorkerOrder order) : IEnumerable<FreeWorker>
{
    /// <summary>Moving half a run costs less than what a longer one saves.</summary>
    public const int RunMax = 128;

    // Never an empty one among them.
    private readonly List<List<FreeWorker>> _runs = [];

    public FreeList(IEnumerable<FreeWorker> workers, WorkerOrder order)
        : this(order) => _runs.AddRange(workers.Order(order).Chunk(RunMax).Select(run => run.ToList()));

    public void Add(FreeWorker free)
    {
        if (_runs.Count == 0)
        {
            _runs.Add([free]);
            return;
        }

        var position = Math.Min(RunOf(free), _runs.Count - 1);
        var run = _runs[position];
        var index = run.BinarySearch(free, order);
        if (index >= 0)
        {
            return;
        }

        if (run.Count == RunMax)
        {
            (run, index) = Split(position, ~index);
            run.Insert(index, free);
        }
        else
        {
            run.Insert(~index, free);
        }
    }

    public void Remove(FreeWorker free)
    {
        var position = RunOf(free);
        if (position == _runs.Count || _runs[position].BinarySearch(free, order) is not (>= 0 and var index))
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

    public IEnumerator<FreeWorker> GetEnumerator()
    {
        foreach (var run in _runs)
        {
            foreach (var free in run)
            {
                yield return free;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The first run that ends with this one or later.</summary>
    private int RunOf(FreeWorker free)
    {
        var (low, high) = (0, _runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (order.Compare(_runs[middle][^1], free) < 0)
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
    private (List<FreeWorker> Run, int Index) Split(int position, int index)
    {
        var run = _runs[position];

        // Who has just been reserved comes last: lists mostly grow at their end, and then full runs stay full.
        var kept = index == RunMax ? RunMax : RunMax / 2;
        var next = run.GetRange(kept, RunMax - kept);
        run.RemoveRange(kept, RunMax - kept);
        _runs.Insert(position + 1, next);
        return index > kept || kept == RunMax ? (next, index - kept) : (run, index);
    }
}
