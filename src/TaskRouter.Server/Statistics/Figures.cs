using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>Facts of one kind, added up.</summary>
internal readonly record struct FactSum(
    long Count, long WaitTotal, int WaitMin, int WaitMax, long QueueWaitTotal, int QueueWaitMin, int QueueWaitMax)
{
    public WaitDuration Wait => new(Count, WaitTotal, WaitMin, WaitMax);

    public WaitDuration QueueWait => new(Count, QueueWaitTotal, QueueWaitMin, QueueWaitMax);

    public FactSum Plus(FactSum other) => Count == 0 ? other : other.Count == 0 ? this : new FactSum(
        Count + other.Count,
        WaitTotal + other.WaitTotal,
        Math.Min(WaitMin, other.WaitMin),
        Math.Max(WaitMax, other.WaitMax),
        QueueWaitTotal + other.QueueWaitTotal,
        Math.Min(QueueWaitMin, other.QueueWaitMin),
        Math.Max(QueueWaitMax, other.QueueWaitMax));
}

/// <summary>Whole seconds. All zero when nobody has waited.</summary>
internal readonly record struct WaitDuration(long Count, long Total, int Min, int Max)
{
    public long Average => Count == 0 ? 0 : (long)Math.Round((double)Total / Count, MidpointRounding.AwayFromZero);
}

/// <summary>What happened in one window to one workspace, workflow, queue or worker.</summary>
internal sealed class Figures
{
    private readonly FactSum[] _sums = new FactSum[FactKinds.All.Count];
    private readonly SortedDictionary<int, WaitCount> _waits = [];

    // Acceptances of tasks that were accepted before within the same window and scope.
    private long _repeated;

    /// <summary>Of a single kind.</summary>
    public FactSum this[FactKind kind] => _sums[(int)kind];

    public FactSum Accepted => this[FactKind.ReservationAccepted].Plus(this[FactKind.ReservationAcceptedAgain]);

    /// <summary>Tasks accepted, each once whatever number of workers it was handed to.</summary>
    public long TasksAssigned => Accepted.Count - _repeated;

    /// <summary>The sum of rows of this kind, which counts for each of its parts.</summary>
    public void Add(FactKind kind, FactSum sum)
    {
        foreach (var part in FactKinds.PartsOf(kind))
        {
            _sums[(int)part] = _sums[(int)part].Plus(sum);
        }
    }

    public void AddRepeated(long count) => _repeated += count;

    /// <summary>So many facts of this kind waited for exactly so long.</summary>
    public void AddWait(FactKind kind, int seconds, long count)
    {
        var known = _waits.GetValueOrDefault(seconds);
        _waits[seconds] = kind == FactKind.TaskCanceled
            ? known with { Canceled = known.Canceled + count }
            : known with { Accepted = known.Accepted + count };
    }

    /// <summary>Who waited at most so long, and who longer.</summary>
    public (WaitCount Below, WaitCount Above) SplitAt(int seconds)
    {
        var (below, above) = (default(WaitCount), default(WaitCount));
        foreach (var (waited, count) in _waits)
        {
            if (waited <= seconds)
            {
                below = below.Plus(count);
            }
            else
            {
                above = above.Plus(count);
            }
        }

        return (below, above);
    }
}

internal readonly record struct WaitCount(long Canceled, long Accepted)
{
    public WaitCount Plus(WaitCount other) => new(Canceled + other.Canceled, Accepted + other.Accepted);
}

/// <summary>From its start to just before its end, in whole milliseconds as event times are.</summary>
internal readonly record struct TimeWindow(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The whole hours in it that are over before the instant; none when start and end are equal.</summary>
    public TimeWindow WholeHoursBefore(DateTimeOffset instant)
    {
        var start = FactHour.HourOf(Start);
        start = start < Start ? start.AddHours(1) : start;
        var end = FactHour.HourOf(End < instant ? End : instant);
        return end > start ? new TimeWindow(start, end) : new TimeWindow(End, End);
    }
}

/// <summary>How long workers were in which activity within a window.</summary>
internal sealed class ActivityTimes(TimeWindow window)
{
    private readonly Dictionary<(Sid Activity, Sid Worker), long> _milliseconds = [];

    public void Add(Sid workerSid, Sid activitySid, DateTimeOffset from, DateTimeOffset to)
    {
        from = from > window.Start ? from : window.Start;
        to = to < window.End ? to : window.End;
        if (to > from)
        {
            var key = (activitySid, workerSid);
            _milliseconds[key] = _milliseconds.GetValueOrDefault(key) + (long)(to - from).TotalMilliseconds;
        }
    }

    /// <summary>By activity, over the workers who were in it for a second at least.</summary>
    public Dictionary<Sid, WaitDuration> Durations()
    {
        var durations = new Dictionary<Sid, WaitDuration>();
        foreach (var ((activity, _), milliseconds) in _milliseconds)
        {
            var seconds = (int)(milliseconds / 1_000);
            if (seconds > 0)
            {
                durations[activity] = durations.TryGetValue(activity, out var sum)
                    ? new WaitDuration(
                        sum.Count + 1, sum.Total + seconds, Math.Min(sum.Min, seconds), Math.Max(sum.Max, seconds))
                    : new WaitDuration(1, seconds, seconds, seconds);
            }
        }

        return durations;
    }
}
