using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;

namespace TaskRouter.Server.Telemetry;

/// <summary>How a measurement changes what was measured before.</summary>
internal enum MetricKind
{
    /// <summary>Only grows; measurements are added up.</summary>
    Counter,

    /// <summary>Only grows; a measurement is the sum itself.</summary>
    Total,

    /// <summary>Measurements are added up, negative ones too.</summary>
    Level,

    /// <summary>The last measurement counts.</summary>
    Gauge,

    Histogram,
}

/// <summary>One instrument's measurements, a series for each combination of tags.</summary>
internal sealed class MetricFamily
{
    // Tags may hold what a client chose, a method's name for one. Beyond this the rest shares one series.
    private const int SeriesMax = 1_000;
    private const string Overflow = "overflow=\"true\"";

    private readonly double[] _bounds;
    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MetricSeries>.AlternateLookup<ReadOnlySpan<char>> _byLabels;

    private MetricFamily(Instrument instrument, MetricKind kind, double[] bounds)
    {
        (Kind, _bounds) = (kind, bounds);
        Name = MetricText.NameOf(instrument, kind);
        Description = instrument.Description ?? instrument.Name;
        _byLabels = _series.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Name { get; }

    public string Description { get; }

    public MetricKind Kind { get; }

    /// <summary>By labels, as they stand in the text.</summary>
    public IEnumerable<KeyValuePair<string, MetricSeries>> Series => _series;

    /// <summary>Null for an instrument of a kind that is not known here.</summary>
    public static MetricFamily? Of(Instrument instrument) =>
        Of<int>(instrument) ?? Of<long>(instrument) ?? Of<double>(instrument);

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = SeriesOf(tags);
        switch (Kind)
        {
            case MetricKind.Counter or MetricKind.Level:
                series.Add(value);
                break;
            case MetricKind.Histogram:
                series.Record(value);
                break;
            default:
                series.Set(value);
                break;
        }
    }

    private static MetricFamily? Of<T>(Instrument instrument)
        where T : struct, INumber<T>
    {
        if (instrument is Histogram<T> histogram)
        {
            var bounds = histogram.Advice?.HistogramBucketBoundaries ?? [];
            return new MetricFamily(instrument, MetricKind.Histogram, [.. bounds.Select(double.CreateChecked)]);
        }

        MetricKind? kind = instrument switch
        {
            Counter<T> => MetricKind.Counter,
            ObservableCounter<T> => MetricKind.Total,
            UpDownCounter<T> => MetricKind.Level,
            Gauge<T> or ObservableGauge<T> or ObservableUpDownCounter<T> => MetricKind.Gauge,
            _ => null,
        };
        return kind is { } known ? new MetricFamily(instrument, known, []) : null;
    }

    private MetricSeries SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Span<char> buffer = stackalloc char[512];
        if (!MetricText.TryWriteLabels(tags, buffer, out var length))
        {
            return _series.GetOrAdd(Overflow, _ => new(_bounds));
        }

        var labels = buffer[..length];
        return _byLabels.TryGetValue(labels, out var series) ? series
            : _series.GetOrAdd(_series.Count < SeriesMax ? labels.ToString() : Overflow, _ => new(_bounds));
    }
}

/// <summary>Numbers under one name and one combination of labels.</summary>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public void Add(double value)
    {
        lock (_lock)
        {
            _sum += value;
        }
    }

    public void Set(double value)
    {
        lock (_lock)
        {
            _sum = value;
        }
    }

    public void Record(double value)
    {
        var bucket = Array.BinarySearch(bounds, value);
        lock (_lock)
        {
            _counts[bucket < 0 ? ~bucket : bucket]++;
            _sum += value;
        }
    }

    public double Read()
    {
        lock (_lock)
        {
            return _sum;
        }
    }

    /// <summary>For each bound, how many measurements were not above it; the last is for those above all.</summary>
    public (double Sum, IReadOnlyList<(double Bound, long Count)> Buckets) ReadHistogram()
    {
        var buckets = new (double, long)[bounds.Length + 1];
        lock (_lock)
        {
            var count = 0L;
            for (var bucket = 0; bucket < buckets.Length; bucket++)
            {
                count += _counts[bucket];
                buckets[bucket] = (bucket < bounds.Length ? bounds[bucket] : double.PositiveInfinity, count);
            }

            return (_sum, buckets);
        }
    }
}
