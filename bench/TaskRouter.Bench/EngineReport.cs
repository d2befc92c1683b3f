using System.Globalization;

namespace TaskRouter.Bench;

/// <summary>The tables of a run, and how costs grow with each of the three sizes.</summary>
internal sealed class EngineReport
{
    private readonly List<Row> _rows = [];
    private readonly List<Result> _results = [];

    public void Add(Result result, Meter building)
    {
        _results.Add(result);
        foreach (var (kind, meter) in Kinds.Everyday.Concat(Kinds.Sweeping).Select(kind => (kind, kind switch
        {
            Kinds.CreateWorker or Kinds.FirstTask or Kinds.FirstTaskOfEverybody => building,
            Kinds.CreateAndWait => result.Filling,
            _ => result.Meter,
        })))
        {
            if (meter.Of(kind) is { } lap)
            {
                _rows.Add(new Row(result.Scale, kind, lap));
            }
        }
    }

    public void Print(TextWriter output)
    {
        output.WriteLine("### Cost of one command");
        foreach (var group in _rows.GroupBy(row => (row.Scale.Workers, row.Scale.Queues)))
        {
            PrintCosts(output, group.Key, [.. group]);
        }

        output.WriteLine("\n### Growth\n");
        PrintGrowth(output);
        output.WriteLine("\n### Memory and rebuilding\n");
        PrintMemory(output);
        output.WriteLine("\n### The longest command of a round\n");
        PrintLongest(output);
    }

    private static void PrintCosts(TextWriter output, (int Workers, int Queues) size, List<Row> rows)
    {
        var waiting = rows.Select(row => row.Scale.Waiting).Distinct().ToList();
        output.WriteLine();
        output.WriteLine(Text($"**{size.Workers:N0} workers, {size.Queues:N0} queues**: p50 / p99 / longest in us"));
        output.WriteLine();
        output.WriteLine(
            $"| command | {string.Join(" | ", waiting.Select(count => Text($"{count:N0} waiting")))} | bytes |");
        output.WriteLine($"|---|{string.Concat(waiting.Select(_ => "---:|"))}---:|");
        foreach (var kind in rows.GroupBy(row => row.Kind))
        {
            var cells = waiting.Select(count => kind.FirstOrDefault(row => row.Scale.Waiting == count)?.Lap)
                .Select(lap => lap is null
                    ? ""
                    : Text($"{Short(lap.Typical)} / {Short(lap.NinetyNinth)} / {Short(lap.Longest)}"));
            output.WriteLine(Text($"| {kind.Key} | {string.Join(" | ", cells)} | {kind.Last().Lap.Bytes:N0} |"));
        }
    }

    private void PrintGrowth(TextWriter output)
    {
        output.WriteLine("| command | with workers | with queues | with waiting tasks | yardsticks |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var kind in _rows.GroupBy(row => row.Kind))
        {
            var byWorkers = Exponent(kind, scale => scale.Workers, scale => scale with { Workers = 0 });
            var byQueues = Exponent(kind, scale => scale.Queues, scale => scale with { Queues = 0 });
            var byWaiting = Exponent(kind, scale => scale.Waiting, scale => scale with { Waiting = 0 });
            output.WriteLine($"| {kind.Key} | {byWorkers} | {byQueues} | {byWaiting} "
                + $"| {Short(kind.First().Lap.Yardsticks)} |");
        }
    }

    /// <summary>
    /// The slope of log cost over log size, where everything else is equal: 0 is flat, 1 is in proportion. The median
    /// of all comparisons of the smallest with the largest, and the extremes.
    /// </summary>
    private static string Exponent(IEnumerable<Row> rows, Func<Scale, int> size, Func<Scale, Scale> others)
    {
        var slopes = rows
            .GroupBy(row => others(row.Scale))
            .Select(group => (Small: group.MinBy(row => size(row.Scale))!, Large: group.MaxBy(row => size(row.Scale))!))
            .Where(pair => size(pair.Small.Scale) < size(pair.Large.Scale))
            .Select(pair => Math.Log(pair.Large.Lap.Yardsticks / pair.Small.Lap.Yardsticks)
                / Math.Log((double)size(pair.Large.Scale) / size(pair.Small.Scale)))
            .ToList();
        return slopes.Count == 0
            ? ""
            : Text($"{Meter.Median(slopes):0.00} ({slopes.Min():0.00} to {slopes.Max():0.00})");
    }

    private void PrintMemory(TextWriter output)
    {
        output.WriteLine("| size | bytes per worker | bytes per waiting task | rebuild from records, s |");
        output.WriteLine("|---|---:|---:|---:|");
        foreach (var result in _results)
        {
            output.WriteLine(Text($"| {result.Scale} | {result.WorkerBytes:N0} | {result.TaskBytes:N0} ")
                + Text($"| {result.Rebuild.TotalSeconds:0.00} |"));
        }
    }

    private void PrintLongest(TextWriter output)
    {
        output.WriteLine("| size | everyday | us | without a collection | us | sweeping | us |");
        output.WriteLine("|---|---|---:|---|---:|---|---:|");
        foreach (var scale in _rows.GroupBy(row => row.Scale))
        {
            var everyday = Longest(scale.Where(row => Kinds.Everyday.Contains(row.Kind)));
            var alone = scale.Where(row => Kinds.Everyday.Contains(row.Kind)).MaxBy(row => row.Lap.LongestAlone)!;
            var sweeping = Longest(scale.Where(row => Kinds.Sweeping.Contains(row.Kind)));
            output.WriteLine(Text($"| {scale.Key} | {everyday.Kind} | {everyday.Lap.Longest:N0} ")
                + Text($"| {alone.Kind} | {alone.Lap.LongestAlone:N0} ")
                + Text($"| {sweeping.Kind} | {sweeping.Lap.Longest:N0} |"));
        }
    }

    private static Row Longest(IEnumerable<Row> rows) => rows.MaxBy(row => row.Lap.Longest)!;

    private static string Short(double value) => value >= 100 ? Text($"{value:N0}") : Text($"{value:0.0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(Scale Scale, string Kind, Lap Lap);
}
