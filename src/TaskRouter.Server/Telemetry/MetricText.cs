using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace TaskRouter.Server.Telemetry;

/// <summary>
/// Measurements as Prometheus reads them, format 0.0.4, named after the rules of OpenTelemetry.
/// https://prometheus.io/docs/instrumenting/exposition_formats/
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
/// </summary>
internal static class MetricText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string NameOf(Instrument instrument, MetricKind kind)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        var total = kind is MetricKind.Counter or MetricKind.Total ? "_total" : "";
        return string.Concat(instrument.Name.Select(Letter)) + unit + total;
    }

    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            var series = family.Series.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
            if (series.Count > 0)
            {
                text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Description));
                text.Append("\n# TYPE ").Append(family.Name).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
            }

            foreach (var (labels, numbers) in series)
            {
                if (family.Kind == MetricKind.Histogram)
                {
                    WriteHistogram(text, family.Name, labels, numbers);
                }
                else
                {
                    WriteLine(text, family.Name, "", labels, numbers.Read());
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Writes <c>a="b",c="d"</c>. False when there is no room for it.</summary>
    public static bool TryWriteLabels(
        ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> buffer, out int length)
    {
        var labels = new Labels(buffer);
        foreach (var (name, value) in tags)
        {
            labels.Add(name, value);
        }

        length = labels.Length;
        return labels.Fits;
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, MetricSeries numbers)
    {
        var (sum, buckets) = numbers.ReadHistogram();
        foreach (var (bound, count) in buckets)
        {
            var separator = labels.Length > 0 ? "," : "";
            WriteLine(text, name, "_bucket", $"{labels}{separator}le=\"{Number(bound)}\"", count);
        }

        WriteLine(text, name, "_sum", labels, sum);
        WriteLine(text, name, "_count", labels, buckets[^1].Count);
    }

    private static void WriteLine(StringBuilder text, string name, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter or MetricKind.Total => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static string EscapeHelp(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static char Letter(char letter) => char.IsAsciiLetterOrDigit(letter) ? letter : '_';

    private ref struct Labels(Span<char> buffer)
    {
        private readonly Span<char> _buffer = buffer;

        public bool Fits { get; private set; } = true;

        public int Length { get; private set; }

        public void Add(string name, object? value)
        {
            if (Length > 0)
            {
                Put(',');
            }

            foreach (var letter in name)
            {
                Put(Letter(letter));
            }

            Put('=');
            Put('"');
            Put(value);
            Put('"');
        }

        private void Put(object? value)
        {
            var text = value switch
            {
                string known => known,
                true => "true",
                false => "false",
                _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
            };
            foreach (var letter in text)
            {
                if (letter is '\\' or '"' or '\n')
                {
                    Put('\\');
                }

                Put(letter == '\n' ? 'n' : letter);
            }
        }

        private void Put(char letter)
        {
            if (Fits = Fits && Length < _buffer.Length)
            {
                _buffer[Length++] = letter;
            }
        }
    }
}
