using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>Whose figures the rows of an interval are.</summary>
internal enum ReportGroup
{
    None,
    Queue,
    Worker,
    Channel,
}

/// <summary>
/// What a report is asked for. Its intervals are counted from the window's start; the last may be cut.
/// </summary>
internal sealed record ReportQuery(
    Sid WorkspaceSid, TimeWindow Window, TimeSpan Interval, ReportGroup GroupBy, int ThresholdSeconds)
{
    /// <summary>Null for all channels.</summary>
    public Sid? TaskChannelSid { get; init; }

    /// <summary>
    /// Only of workers, one or all of them, and of all channels: who is available is so for all queues and channels.
    /// </summary>
    public bool HasOccupancy => GroupBy is ReportGroup.None or ReportGroup.Worker && TaskChannelSid is null;

    public long Intervals => ((Window.End - Window.Start).Ticks + Interval.Ticks - 1) / Interval.Ticks;

    public TimeWindow IntervalAt(long index)
    {
        var (start, end) = (Window.Start + (index * Interval), Window.Start + ((index + 1) * Interval));
        return new TimeWindow(start, end < Window.End ? end : Window.End);
    }
}

/// <summary>One group within one interval.</summary>
internal sealed record ReportRow
{
    public required long Interval { get; init; }

    /// <summary>Queue, worker or channel; the workspace when nothing is grouped.</summary>
    public Sid? OfSid { get; init; }

    public long Offered { get; init; }

    public long Accepted { get; init; }

    public long AcceptedInTime { get; init; }

    /// <summary>Tasks that were canceled.</summary>
    public long Abandoned { get; init; }

    public long Completed { get; init; }

    /// <summary>Seconds that all those accepted have waited.</summary>
    public long WaitTotal { get; init; }

    public int WaitMax { get; init; }

    /// <summary>Reservations that were completed, as far as their acceptance is known.</summary>
    public long HandleCount { get; init; }

    /// <summary>Seconds from their acceptance to their completion.</summary>
    public long HandleTotal { get; init; }

    public OccupancyTimes Times { get; init; }

    /// <summary>Whole seconds, halves up; null when nothing was completed.</summary>
    public long? AverageHandleTime =>
        HandleCount == 0 ? null : new WaitDuration(HandleCount, HandleTotal, 0, 0).Average;

    /// <summary>Whole seconds, halves up.</summary>
    public long AverageWait => new WaitDuration(Accepted, WaitTotal, 0, WaitMax).Average;

    /// <summary>Of those who were accepted or gave up; null when nobody was and nobody did.</summary>
    public double? ServiceLevel => Share(AcceptedInTime);

    public double? AbandonmentRate => Share(Abandoned);

    private double? Share(long count) => Accepted + Abandoned == 0
        ? null
        : Math.Round((double)count / (Accepted + Abandoned), 4, MidpointRounding.AwayFromZero);
}
