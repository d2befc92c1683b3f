namespace TaskRouter.Bench;

/// <summary>
/// What commands cost, by kind. Samples belong to a round, and a kind's figures are the medians of its rounds, so that
/// a round in which the machine was busy with something else does not count.
/// </summary>
internal sealed class Meter
{
    private readonly Dictionary<string, List<double>> _round = [];
    private readonly Dictionary<string, double> _longestAlone = [];
    private readonly Dictionary<string, List<Lap>> _laps = [];
    private readonly Dictionary<string, long> _allocated = [];

    public IEnumerable<string> Kinds => _laps.Keys;

    public void Add(string kind, double microseconds, long bytes, bool collected)
    {
        if (!collected)
        {
            _longestAlone[kind] = Math.Max(_longestAlone.GetValueOrDefault(kind), microseconds);
        }

        if (!_round.TryGetValue(kind, out var samples))
        {
            _round[kind] = samples = [];
        }

        samples.Add(microseconds);
        _allocated[kind] = _allocated.GetValueOrDefault(kind) + bytes;
    }

    /// <summary>Ends a round. Its costs are also told in units of what the same yardstick cost meanwhile.</summary>
    public void EndRound(double yardstick)
    {
        foreach (var (kind, samples) in _round)
        {
            samples.Sort();
            if (!_laps.TryGetValue(kind, out var laps))
            {
                _laps[kind] = laps = [];
            }

            laps.Add(new Lap(
                samples[samples.Count / 2],
                samples[(int)(samples.Count * 0.99)],
                samples[^1],
                _longestAlone.GetValueOrDefault(kind),
                samples[samples.Count / 2] / yardstick,
                (double)_allocated[kind] / samples.Count));
        }

        _round.Clear();
        _longestAlone.Clear();
        _allocated.Clear();
    }

    /// <summary>The median of every figure over the rounds; null when the kind never came up.</summary>
    public Lap? Of(string kind)
    {
        if (!_laps.TryGetValue(kind, out var laps))
        {
            return null;
        }

        return new Lap(
            Median(laps.Select(lap => lap.Typical)),
            Median(laps.Select(lap => lap.NinetyNinth)),
            Median(laps.Select(lap => lap.Longest)),
            Median(laps.Select(lap => lap.LongestAlone)),
            Median(laps.Select(lap => lap.Yardsticks)),
            Median(laps.Select(lap => lap.Bytes)));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>One kind of command in one round, in microseconds.</summary>
/// <param name="Typical">The median.</param>
/// <param name="LongestAlone">The longest that no garbage collection fell into.</param>
/// <param name="Yardsticks">The median in units of the yardstick: what does not depend on the machine.</param>
/// <param name="Bytes">Allocated by one command.</param>
internal sealed record Lap(
    double Typical, double NinetyNinth, double Longest, double LongestAlone, double Yardsticks, double Bytes);
