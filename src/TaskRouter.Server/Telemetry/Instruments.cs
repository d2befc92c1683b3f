using System.Diagnostics.Metrics;

namespace TaskRouter.Server.Telemetry;

/// <summary>
/// Everything that this server measures of itself; docs/metrics.md lists it. Nothing is told apart by workspace or
/// account, so there is as much of it for a thousand workspaces as for one.
/// </summary>
internal sealed class Instruments
{
    public const string MeterName = "TaskRouter";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    };

    // Tasks wait for people: from milliseconds to hours.
    private static readonly InstrumentAdvice<double> LongSeconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400],
    };

    private static readonly InstrumentAdvice<int> Commands = new()
    {
        HistogramBucketBoundaries = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    };

    private readonly Meter _meter;
    private readonly Counter<long> _commands;
    private readonly Histogram<int> _batchCommands;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<double> _offerDelay;
    private readonly Histogram<double> _callbackDuration;
    private readonly Histogram<double> _callbackDelay;

    public Instruments(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _commands = _meter.CreateCounter<long>(
            "taskrouter.commands", "{command}", "Commands to workspaces, by what became of them");
        _batchCommands = _meter.CreateHistogram(
            "taskrouter.batch.commands", "{command}", "Commands in one transaction", advice: Commands);
        _commitDuration = _meter.CreateHistogram(
            "taskrouter.commit.duration", "s", "Time that one transaction takes", advice: Seconds);
        _offerDelay = _meter.CreateHistogram(
            "taskrouter.offer.delay", "s", "From a task's creation to its first offer, on disk", advice: LongSeconds);
        _callbackDuration = _meter.CreateHistogram(
            "taskrouter.callback.duration", "s", "Time that one callback takes, with its retries", advice: Seconds);
        _callbackDelay = _meter.CreateHistogram(
            "taskrouter.callback.delay", "s", "From what a callback tells to its answer", advice: LongSeconds);
    }

    /// <summary>For what is looked up when somebody asks. Call it once for each name.</summary>
    public void Gauge(string name, string unit, string description, Func<long> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);

    /// <summary>The same for what only grows.</summary>
    public void Total(string name, string unit, string description, Func<long> read) =>
        _meter.CreateObservableCounter(name, read, unit, description);

    /// <param name="outcome">One of a few words.</param>
    public void CountCommands(int count, string outcome)
    {
        if (count > 0)
        {
            _commands.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    public void RecordCommit(int commands, TimeSpan duration)
    {
        _batchCommands.Record(commands);
        _commitDuration.Record(duration.TotalSeconds);
    }

    public void RecordOffer(TimeSpan delay) => _offerDelay.Record(Math.Max(0, delay.TotalSeconds));

    /// <param name="kind">Whose callback it is: <c>assignment</c> or <c>event</c>.</param>
    /// <param name="outcome"><c>answered</c>, or Twilio's code for the failure.</param>
    /// <param name="delay">Null when nobody has answered.</param>
    public void RecordCallback(string kind, string outcome, TimeSpan duration, TimeSpan? delay)
    {
        var kindTag = new KeyValuePair<string, object?>("kind", kind);
        _callbackDuration.Record(
            duration.TotalSeconds, kindTag, new KeyValuePair<string, object?>("outcome", outcome));
        if (delay is { } known)
        {
            _callbackDelay.Record(Math.Max(0, known.TotalSeconds), kindTag);
        }
    }
}
