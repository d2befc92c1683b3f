using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>How long workers handled tasks, and how long they were available with none, in milliseconds.</summary>
internal readonly record struct OccupancyTimes(long Handling, long Available)
{
    public long HandlingSeconds => Handling / 1_000;

    public long AvailableSeconds => Available / 1_000;

    /// <summary>The share of the time at work and available; null when nobody was either.</summary>
    public double? Share => Handling + Available == 0
        ? null
        : Math.Round((double)Handling / (Handling + Available), 4, MidpointRounding.AwayFromZero);
}

/// <summary>One worker, or all of them, within one interval of a report.</summary>
internal readonly record struct OccupancyRow(long Interval, Sid OfSid, OccupancyTimes Times);

/// <summary>
/// Adds up a report's occupancy forward in time. Keeps one entry for each worker, or one alone for all of them,
/// whatever the number of intervals and changes.
/// </summary>
internal sealed class OccupancySweep(ReportQuery query)
{
    private readonly SortedDictionary<Sid, Presence> _groups = [];
    private long _interval;

    /// <summary>Passes over what ends by then: nothing is known of it. Comes before the first change.</summary>
    public void BeginAt(DateTimeOffset start)
    {
        while (_interval < query.Intervals && query.IntervalAt(_interval).End <= start)
        {
            _interval++;
        }
    }

    /// <summary>In order of time, after everything that ends before it is closed.</summary>
    public void Change(Sid workerSid, Occupancy before, Occupancy after, DateTimeOffset at)
    {
        var ofSid = query.GroupBy == ReportGroup.Worker ? workerSid : query.WorkspaceSid;
        if (!_groups.TryGetValue(ofSid, out var presence))
        {
            _groups[ofSid] = presence = new Presence();
        }

        presence.Advance(at);
        presence.Count(before, -1);
        presence.Count(after, 1);
    }

    /// <summary>Rows of the intervals that are over by then, in order of interval and SID.</summary>
    public IEnumerable<OccupancyRow> CloseUntil(DateTimeOffset at)
    {
        for (; _interval < query.Intervals && query.IntervalAt(_interval).End is var end && end <= at; _interval++)
        {
            foreach (var (ofSid, presence) in _groups)
            {
                presence.Advance(end);
                if (presence.Take() is { } times)
                {
                    yield return new OccupancyRow(_interval, ofSid, times);
                }
            }
        }
    }

    private sealed class Presence
    {
        private DateTimeOffset _since;
        private long _handling;
        private long _available;
        private OccupancyTimes _times;

        public void Count(Occupancy occupancy, int change)
        {
            _handling += occupancy == Occupancy.Handling ? change : 0;
            _available += occupancy == Occupancy.Available ? change : 0;
        }

        public void Advance(DateTimeOffset to)
        {
            var passed = (to - _since).Ticks / TimeSpan.TicksPerMillisecond;
            _times = new OccupancyTimes(
                _times.Handling + (_handling * passed), _times.Available + (_available * passed));
            _since = to;
        }

        /// <summary>What was added up since the last time; null for nothing.</summary>
        public OccupancyTimes? Take()
        {
            var times = _times;
            _times = default;
            return times == default ? null : times;
        }
    }
}
