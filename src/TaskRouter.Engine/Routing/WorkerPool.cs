using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// The workers that match one expression, kept up as workers change. Queues with the same text share one pool, so an
/// expression is compiled and evaluated once however many queues write it.
/// </summary>
/// <param name="text">The expression as written; it identifies the pool.</param>
/// <param name="expression">Null for the empty text, which matches nobody.</param>
/// <param name="recounted">Where a pool goes whose counts have changed, for readers to be told.</param>
internal sealed class WorkerPool(string text, Expression? expression, HashSet<WorkerPool> recounted) : IWorkerCounts
{
    private readonly Dictionary<ActivityState, int> _byActivity = [];

    // A workspace has a handful of channels, and only those that tasks have waited on are here.
    private readonly List<PoolChannel> _channels = [];

    public string Text { get; } = text;

    public HashSet<WorkerState> Members { get; } = [];

    /// <summary>How many queues use it.</summary>
    public int Queues { get; set; }

    public bool UsesActivity => expression?.UsesWorkerActivity ?? false;

    public bool UsesChannels => expression?.UsesWorkerChannels ?? false;

    /// <summary>Of each of these lists a member needs at least one text.</summary>
    public IReadOnlyList<AttributeText[]> Requirements => expression?.Requirements ?? [];

    public bool Accepts(WorkerState worker) => expression is not null && expression.Matches(null, worker.Document);

    /// <summary>Whether the order of its free workers may change with their channels.</summary>
    public bool OrdersByChannels => _channels.Exists(channel => channel.OrdersByChannels);

    public PoolChannel? Find(TaskChannelState channel)
    {
        foreach (var candidate in _channels)
        {
            if (candidate.Channel == channel)
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>The free workers and waiting lines of one channel, made when its first task arrives.</summary>
    public PoolChannel GetOrAdd(TaskChannelState channel)
    {
        if (Find(channel) is { } found)
        {
            return found;
        }

        var added = new PoolChannel(this, channel);
        _channels.Add(added);
        return added;
    }

    public void Forget(TaskChannelState channel) => _channels.RemoveAll(candidate => candidate.Channel == channel);

    // Invariant: joining and leaving happen while none of the worker's channels is listed.
    public void Join(WorkerState worker)
    {
        Members.Add(worker);
        worker.Pools.Add(this);
        Count(worker.Activity, 1);
    }

    public void Leave(WorkerState worker)
    {
        Members.Remove(worker);
        worker.Pools.Remove(this);
        Count(worker.Activity, -1);
    }

    /// <summary>
    /// Members per activity, for <c>skip_if</c>. https://www.twilio.com/docs/taskrouter/worker-presence
    /// </summary>
    public void Count(ActivityState activity, int change)
    {
        _byActivity[activity] = _byActivity.GetValueOrDefault(activity) + change;
        recounted.Add(this);
    }

    /// <summary>The counts as they are now; null when no queue uses the pool any more.</summary>
    public EligibleWorkers? Eligible() => Queues == 0 ? null : new EligibleWorkers(
        [.. _byActivity.Where(pair => pair.Value > 0)
            .Select(pair => KeyValuePair.Create(pair.Key.Record.Sid, pair.Value))]);

    public int CountIn(string activitySid)
    {
        if (Sid.TryParse(activitySid, SidKind.Activity, out var sid))
        {
            foreach (var (activity, count) in _byActivity)
            {
                if (activity.Record.Sid == sid)
                {
                    return count;
                }
            }
        }

        return 0;
    }

    public int CountAvailable(bool available)
    {
        var total = 0;
        foreach (var (activity, count) in _byActivity)
        {
            total += activity.Record.Available == available ? count : 0;
        }

        return total;
    }
}

/// <summary>One channel of a pool: who is free, and which lines wait.</summary>
internal sealed class PoolChannel
{
    // Configurations come and go, and each order that is kept costs with every change of a worker.
    private const int OrdersMax = 64;

    private FreeList _byIdle = new(WorkerOrder.Idle);
    private readonly List<(OrderBy Order, FreeList Workers)> _ordered = [];

    public PoolChannel(WorkerPool pool, TaskChannelState channel)
    {
        Channel = channel;
        foreach (var worker in pool.Members)
        {
            if (worker.ChannelFor(channel) is { IsListed: true } free)
            {
                _byIdle.Add(FreeWorker.Of(free));
            }
        }
    }

    public TaskChannelState Channel { get; }

    /// <summary>Whether an order that a step has asked for may change with a worker's channels.</summary>
    public bool OrdersByChannels => _ordered.Exists(ordered => ordered.Order.UsesWorkerChannels);

    /// <summary>Lines with at least one task, open to any worker of the pool.</summary>
    public HashSet<WaitingLine> OpenLines { get; } = [];

    /// <summary>Lines with at least one task that wait for one known worker, by that worker.</summary>
    public Dictionary<KnownWorker, List<WaitingLine>> KnownLines { get; } = [];

    public void Add(FreeWorker free)
    {
        _byIdle.Add(free);
        foreach (var (_, workers) in _ordered)
        {
            workers.Add(free);
        }
    }

    public void Remove(FreeWorker free)
    {
        _byIdle.Remove(free);
        foreach (var (_, workers) in _ordered)
        {
            workers.Remove(free);
        }
    }

    /// <summary>Orders everybody anew: what counts as idle has changed.</summary>
    public void Reorder()
    {
        _byIdle = new FreeList(_byIdle.Select(free => FreeWorker.Of(free.Channel)), WorkerOrder.Idle);
        for (var index = 0; index < _ordered.Count; index++)
        {
            var order = _ordered[index].Order;
            _ordered[index] = (order, new FreeList(_byIdle, new WorkerOrder(order)));
        }
    }

    /// <summary>
    /// Free workers in the order a step asks for; kept sorted from the first time it is asked, as long as not too many
    /// others are asked for.
    /// </summary>
    public FreeList FreeWorkers(OrderBy? orderBy)
    {
        if (orderBy is null)
        {
            return _byIdle;
        }

        foreach (var (order, workers) in _ordered)
        {
            if (order.Text == orderBy.Text)
            {
                return workers;
            }
        }

        if (_ordered.Count == OrdersMax)
        {
            _ordered.RemoveAt(0);
        }

        var sorted = new FreeList(_byIdle, new WorkerOrder(orderBy));
        _ordered.Add((orderBy, sorted));
        return sorted;
    }
}
