using System.Diagnostics.CodeAnalysis;
using TaskRouter.Engine.Expressions;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// The pools of a workspace, found by what can change who belongs to them. Most expressions ask for a text, such as
/// <c>skills HAS 'billing'</c>: only workers who have it need to be asked, which keeps a worker's change from growing
/// with the number of queues.
/// </summary>
internal sealed class PoolIndex
{
    private readonly Dictionary<string, WorkerPool> _byExpression = [];

    // By place in the attributes, then by the text that a worker needs there. Workspaces ask in few places.
    private readonly Dictionary<string, PlaceIndex> _places = [];
    private readonly List<WorkerPool> _withoutText = [];

    // What each pool is filed under; empty for those without a text.
    private readonly Dictionary<WorkerPool, AttributeText[]> _filings = [];

    public IEnumerable<WorkerPool> All => _byExpression.Values;

    /// <summary>Pools whose answer may change with a worker's activity.</summary>
    public List<WorkerPool> UsingActivity { get; } = [];

    /// <summary>Pools whose answer may change with a worker's capacity or reservations.</summary>
    public List<WorkerPool> UsingChannels { get; } = [];

    public bool TryGet(string expression, [NotNullWhen(true)] out WorkerPool? pool) =>
        _byExpression.TryGetValue(expression, out pool);

    public void Add(WorkerPool pool)
    {
        _byExpression.Add(pool.Text, pool);
        if (pool.UsesActivity)
        {
            UsingActivity.Add(pool);
        }

        if (pool.UsesChannels)
        {
            UsingChannels.Add(pool);
        }

        var texts = LeastCrowded(pool.Requirements);
        _filings.Add(pool, texts);
        ForEachShelf(texts, shelf => shelf.Add(pool));
    }

    public void Remove(WorkerPool pool)
    {
        _byExpression.Remove(pool.Text);
        UsingActivity.Remove(pool);
        UsingChannels.Remove(pool);
        _filings.Remove(pool, out var texts);
        ForEachShelf(texts!, shelf => shelf.Remove(pool));
    }

    /// <summary>
    /// Adds every pool that a worker with these attributes may belong to, and few others; some may come twice.
    /// </summary>
    public void AddCandidates(AttributeDocument attributes, List<WorkerPool> candidates)
    {
        candidates.AddRange(_withoutText);
        foreach (var place in _places.Values)
        {
            var value = attributes.Find(place.Path);
            if (value.AsArray is { } elements)
            {
                foreach (var element in elements)
                {
                    place.AddPools(element, candidates);
                }
            }
            else
            {
                place.AddPools(value, candidates);
            }
        }
    }

    // An expression may ask for several texts, each of which suffices: a skill that few queues ask for says more than a
    // language that many do.
    private AttributeText[] LeastCrowded(IReadOnlyList<AttributeText[]> requirements) =>
        requirements.MinBy(texts => texts.Sum(Crowd)) ?? [];

    private int Crowd(AttributeText text) =>
        _places.TryGetValue(KeyOf(text.Path), out var place) && place.Pools.TryGetValue(text.Text, out var pools)
            ? pools.Count
            : 0;

    private void ForEachShelf(AttributeText[] texts, Action<List<WorkerPool>> act)
    {
        if (texts.Length == 0)
        {
            act(_withoutText);
        }

        foreach (var (path, text) in texts)
        {
            var key = KeyOf(path);
            if (!_places.TryGetValue(key, out var place))
            {
                _places[key] = place = new PlaceIndex(path);
            }

            place.Change(text, act);
            if (place.Pools.Count == 0)
            {
                _places.Remove(key);
            }
        }
    }

    // Lengths, because a quoted name may hold any character.
    private static string KeyOf(PathStep[] path) =>
        string.Concat(path.Select(step => step.Name is { } name ? $"{name.Length}:{name}" : $"[{step.Index}]"));

    /// <summary>Pools by the text that their members need at one place.</summary>
    private sealed class PlaceIndex(PathStep[] path)
    {
        public PathStep[] Path { get; } = path;

        public Dictionary<string, List<WorkerPool>> Pools { get; } = [];

        public void AddPools(AttributeValue value, List<WorkerPool> candidates)
        {
            if (value.AsText is { } text && Pools.TryGetValue(text, out var pools))
            {
                candidates.AddRange(pools);
            }
        }

        public void Change(string text, Action<List<WorkerPool>> act)
        {
            if (!Pools.TryGetValue(text, out var pools))
            {
                Pools[text] = pools = [];
            }

            act(pools);
            if (pools.Count == 0)
            {
                Pools.Remove(text);
            }
        }
    }
}
