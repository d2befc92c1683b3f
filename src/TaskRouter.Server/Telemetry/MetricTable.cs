using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;

namespace TaskRouter.Server.Telemetry;

/// <summary>
/// Listens to the instruments of this server, of ASP.NET Core in it and of the runtime, and adds up what they measure.
/// </summary>
internal sealed class MetricTable : IDisposable
{
    /// <summary>Ours, ASP.NET Core's of requests and connections, the runtime's of memory and threads.</summary>
    public static readonly IReadOnlyList<string> Meters =
    [
        Instruments.MeterName,
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        RuntimeMeter,
    ];

    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _reading = new();

    /// <param name="meters">Other servers in this process have other factories.</param>
    public MetricTable(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var meter = instrument.Meter;
            if (Meters.Contains(meter.Name)
                && (meter.Scope == meters || meter.Name == RuntimeMeter)
                && MetricFamily.Of(instrument) is { } family)
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(family.Name, family));
            }
        };
        _listener.SetMeasurementEventCallback<int>(Measure);
        _listener.SetMeasurementEventCallback<long>(Measure);
        _listener.SetMeasurementEventCallback<double>(Measure);
        _listener.Start();
    }

    /// <summary>All families by name, after asking the instruments that measure only when asked.</summary>
    public IReadOnlyList<MetricFamily> Read()
    {
        lock (_reading)
        {
            _listener.RecordObservableInstruments();
        }

        return [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
    }

    public void Dispose() => _listener.Dispose();

    private static void Measure<T>(
        Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? family)
        where T : struct, INumber<T> => ((MetricFamily)family!).Measure(double.CreateSaturating(value), tags);
}
