using System.Globalization;
using System.Text.RegularExpressions;
using Shouldly;

namespace TaskRouter.Server.Tests.Telemetry;

/// <summary>Reads <c>/metrics</c> as strictly as its format is written down.</summary>
internal sealed partial class Scrape
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    public Scrape(string text)
    {
        text.ShouldEndWith("\n");
        var family = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                family = comment.Groups["name"].Value;
                if (comment.Groups["word"].Value == "TYPE")
                {
                    Types.TryAdd(family, comment.Groups["rest"].Value).ShouldBeTrue(line);
                }

                continue;
            }

            var sample = Sample().Match(line);
            sample.Success.ShouldBeTrue(line);
            sample.Groups["name"].Value.ShouldBeOneOf(
                Types[family] == "histogram" ? [$"{family}_bucket", $"{family}_sum", $"{family}_count"] : [family]);
            var value = sample.Groups["value"].Value switch
            {
                "+Inf" => double.PositiveInfinity,
                var number => double.Parse(number, CultureInfo.InvariantCulture),
            };
            _values.TryAdd(line[..line.LastIndexOf(' ')], value).ShouldBeTrue(line);
        }
    }

    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    public double this[string series] => _values.GetValueOrDefault(series);

    /// <summary>The buckets of every histogram grow, and end with the count.</summary>
    public void ShouldAddUp()
    {
        var histograms = _values.Where(entry => entry.Key.Contains("_bucket{", StringComparison.Ordinal))
            .GroupBy(entry => Bound().Replace(entry.Key, ""))
            .ToList();
        histograms.ShouldNotBeEmpty();
        foreach (var buckets in histograms)
        {
            var counts = buckets.Select(entry => entry.Value).ToList();
            counts.ShouldBe(counts.Order());
            buckets.Last().Key.ShouldContain("le=\"+Inf\"");
            counts[^1].ShouldBe(_values[buckets.Key
                .Replace("_bucket{", "_count{", StringComparison.Ordinal)
                .Replace("{}", "", StringComparison.Ordinal)]);
        }
    }

    [GeneratedRegex(@"^# (?<word>HELP|TYPE) (?<name>[a-z][a-z0-9_]*) (?<rest>.+)$")]
    private static partial Regex Comment();

    [GeneratedRegex("""
        ^(?<name>[a-z][a-z0-9_]*)(\{[a-z_]+="([^"\\\n]|\\[\\n"])*"(,[a-z_]+="([^"\\\n]|\\[\\n"])*")*\})? (?<value>\S+)$
        """)]
    private static partial Regex Sample();

    [GeneratedRegex("""(,?)le="[^"]*"(?=\})""")]
    private static partial Regex Bound();
}
