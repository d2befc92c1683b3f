using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// Looks only at what was touched. Invariant: between two commands no waiting task and free worker can be paired; so a
/// command can only make pairs of what it touched. https://www.twilio.com/docs/taskrouter/multitasking
/// </summary>
/// <param name="find">The worker with this SID or name.</param>
internal sealed class Matcher(Func<KnownWorker, WorkerState?> find) : IMatcher
{
    // Above this many touched workers, walking the sorted free lists is cheaper than asking each of them per line.
    private const int TouchedWorkersFew = 8;

    private readonly List<WaitingLine> _touchedLines = [];
    private readonly List<WorkerState> _touchedWorkers = [];

    // Workers touched since settling began: only they can be new to a line that was there before.
    private readonly List<WorkerState> _matching = [];
    private readonly List<WorkerChannelState> _chosen = [];
    private PriorityQueue<WaitingLine, WaitingLine> _candidates = new(new LineOrder(QueueOrder.Fifo));
    private QueueOrder _preferred = QueueOrder.Fifo;

    // The line whose head was handed out last: the tasks behind it may be next.
    private WaitingLine? _served;

    public bool IsSettled => _touchedLines.Count == 0 && _touchedWorkers.Count == 0 && _matching.Count == 0
        && _candidates.Count == 0 && _served is null;

    public void Touch(WorkerState worker)
    {
        if (!worker.IsTouched)
        {
            worker.IsTouched = true;
            _touchedWorkers.Add(worker);
        }
    }

    public void Touch(WaitingLine line) => _touchedLines.Add(line);

    public void Forget(WorkerState worker)
    {
        _touchedWorkers.Remove(worker);
        _matching.Remove(worker);
    }

    public Pairing? Next(QueueOrder preferred)
    {
        Prefer(preferred);
        Requeue();

        // A reservation touches its worker, and expressions can speak of a worker's load: so what the last one touched
        // is looked at before the next task is chosen.
        Consider();
        while (_candidates.TryDequeue(out var line, out _))
        {
            FindWorkers(line);
            if (_chosen.Count > 0)
            {
                _served = line;
                return new Pairing(line.Head, _chosen);
            }

            // Its tasks are all the same to every worker, so none of them can be matched.
            line.Search = LineSearch.None;
        }

        foreach (var worker in _matching)
        {
            worker.IsMatching = false;
        }

        _matching.Clear();
        return null;
    }

    private void Prefer(QueueOrder preferred)
    {
        if (_preferred != preferred)
        {
            _preferred = preferred;
            _candidates = new PriorityQueue<WaitingLine, WaitingLine>(new LineOrder(preferred));
        }
    }

    private void Requeue()
    {
        if (_served is not { } line)
        {
            return;
        }

        _served = null;
        if (line.IsEmpty)
        {
            line.Search = LineSearch.None;
        }
        else
        {
            _candidates.Enqueue(line, line);
        }
    }

    /// <summary>Makes candidates of the lines that are new, and of those that a touched worker might serve.</summary>
    private void Consider()
    {
        foreach (var line in _touchedLines)
        {
            Consider(line, LineSearch.FreeWorkers);
        }

        _touchedLines.Clear();
        foreach (var worker in _touchedWorkers)
        {
            worker.IsTouched = false;
            if (!worker.IsMatching)
            {
                worker.IsMatching = true;
                _matching.Add(worker);
            }
        }

        var search = _matching.Count > TouchedWorkersFew ? LineSearch.FreeWorkers : LineSearch.TouchedWorkers;
        foreach (var worker in _touchedWorkers)
        {
            foreach (var line in worker.DirectLines)
            {
                Consider(line, search);
            }

            foreach (var channel in worker.Channels)
            {
                if (channel.IsListed)
                {
                    ConsiderLinesFor(channel, search);
                }
            }
        }

        _touchedWorkers.Clear();
    }

    private void ConsiderLinesFor(WorkerChannelState channel, LineSearch search)
    {
        foreach (var pool in channel.Worker.Pools)
        {
            if (pool.Find(channel.Channel) is not { } lines)
            {
                continue;
            }

            foreach (var line in lines.OpenLines)
            {
                Consider(line, search);
            }

            if (lines.KnownLines.Count > 0)
            {
                ConsiderKnown(lines, new KnownWorker(channel.Worker.Document.Sid, IsName: false), search);
                ConsiderKnown(lines, new KnownWorker(channel.Worker.Record.NameKey, IsName: true), search);
            }
        }
    }

    private void ConsiderKnown(PoolChannel lines, KnownWorker known, LineSearch search)
    {
        if (lines.KnownLines.TryGetValue(known, out var waiting))
        {
            foreach (var line in waiting)
            {
                Consider(line, search);
            }
        }
    }

    private void Consider(WaitingLine line, LineSearch search)
    {
        if (line.IsEmpty)
        {
            return;
        }

        if (line.Search == LineSearch.None)
        {
            _candidates.Enqueue(line, line);
        }

        line.Search = search > line.Search ? search : line.Search;
    }

    /// <summary>Fills the choice with the workers to offer the line's head to, best first.</summary>
    private void FindWorkers(WaitingLine line)
    {
        _chosen.Clear();
        if (line.DirectWorker is { } only)
        {
            ChooseDirect(line.Head, only);
        }
        else if (line.Key.Known is { } known)
        {
            ChooseKnown(line, known);
        }
        else if (line.Search == LineSearch.FreeWorkers)
        {
            ChooseAmongFree(line);
        }
        else
        {
            ChooseAmongTouched(line);
        }
    }

    // https://www.twilio.com/docs/taskrouter/api/task: IgnoreCapacity ignores capacity and availability.
    private void ChooseDirect(TaskState task, WorkerState worker)
    {
        var channel = worker.ChannelFor(task.Channel);
        if (channel is not null && (task.Record.IgnoreCapacity || channel.IsListed))
        {
            _chosen.Add(channel);
        }
    }

    private void ChooseKnown(WaitingLine line, KnownWorker known)
    {
        if (find(known) is { } worker
            && worker.ChannelFor(line.Key.Channel) is { IsListed: true } channel
            && line.Queue!.Pool.Members.Contains(worker) && line.Admits(worker))
        {
            _chosen.Add(channel);
        }
    }

    private void ChooseAmongFree(WaitingLine line)
    {
        foreach (var (channel, _) in line.Pool!.FreeWorkers(line.Key.Step?.OrderBy))
        {
            if (line.Admits(channel.Worker))
            {
                _chosen.Add(channel);
                if (_chosen.Count == line.ReservationsMax)
                {
                    return;
                }
            }
        }
    }

    private void ChooseAmongTouched(WaitingLine line)
    {
        foreach (var worker in _matching)
        {
            if (worker.ChannelFor(line.Key.Channel) is { IsListed: true } channel
                && line.Queue!.Pool.Members.Contains(worker) && line.Admits(worker))
            {
                _chosen.Add(channel);
            }
        }

        if (_chosen.Count > 1)
        {
            _chosen.Sort(new WorkerOrder(line.Key.Step?.OrderBy));
            if (_chosen.Count > line.ReservationsMax)
            {
                _chosen.RemoveRange(line.ReservationsMax, _chosen.Count - line.ReservationsMax);
            }
        }
    }
}
