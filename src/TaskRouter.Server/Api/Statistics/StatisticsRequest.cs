using System.Globalization;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>
/// What a request for statistics asks for, with Twilio's defaults.
/// https://www.twilio.com/docs/taskrouter/api/workspace-statistics
/// </summary>
internal sealed record StatisticsRequest(Parameters Query, DateTimeOffset Now, TimeWindow Window, Sid? ChannelSid)
{
    /// <summary>Twilio's warning about dates that it has no figures for.</summary>
    public const int TooOldCode = 14241;

    private const int MinutesDefault = 15;
    private const int DaysMax = 30;
    private const int MinutesMax = DaysMax * 24 * 60;
    private const int ThresholdsMax = 50;

    public static readonly TextParameter TaskChannel = new(
        "TaskChannel", "Tasks and reservations of this channel: its SID or its UniqueName", "voice");

    public static readonly InstantParameter EndDate = new("EndDate", "The end of the window; now by default");

    private static readonly NumberParameter Minutes = new(
        "Minutes", "So many minutes up to now, instead of dates; 15 by default", Shape.Range(1, MinutesMax));

    private static readonly InstantParameter StartDate = new(
        "StartDate", "The beginning of the window, at most 30 days ago; by default 15 minutes before its end");

    private static readonly TextParameter SplitByWaitTime = new(
        "SplitByWaitTime", "Seconds: counts those who waited at most so long and those who waited longer", "5,30");

    public static readonly Parameter[] OfWindow = [EndDate, Minutes, StartDate, TaskChannel];

    public static readonly Parameter[] OfWindowAndWaits = [.. OfWindow, SplitByWaitTime];

    /// <summary>Null when nothing is to be split.</summary>
    public IReadOnlyList<int>? Thresholds { get; private init; }

    public static StatisticsRequest Of(Scope scope)
    {
        var query = scope.ReadQuery();
        var now = ToMilliseconds(scope.Now);
        return new StatisticsRequest(query, now, WindowOf(query, now), ChannelIn(scope.View, query.Text(TaskChannel)))
        {
            Thresholds = ThresholdsOf(query),
        };
    }

    public FigureQuery Figures(Scope scope) => new(scope.WorkspaceSid, Window)
    {
        TaskChannelSid = ChannelSid,
        SplitsWaits = Thresholds is not null,
    };

    /// <summary>None, which nothing belongs to, for a name that no channel has; null when none was given.</summary>
    public static Sid? ChannelIn(CommittedView view, string? channel)
    {
        if (string.IsNullOrEmpty(channel))
        {
            return null;
        }

        if (Sid.TryParse(channel, SidKind.TaskChannel, out var sid))
        {
            return sid;
        }

        var key = NameKeys.Of(channel);
        return view.TaskChannels.InOrder.After(null).FirstOrDefault(one => one.NameKey == key)?.Sid ?? default(Sid);
    }

    private static TimeWindow WindowOf(Parameters query, DateTimeOffset now)
    {
        var (start, end) = (query.Value(StartDate), query.Value(EndDate));
        var minutes = query.Value(Minutes);
        if (minutes is not null && (start is not null || end is not null))
        {
            throw Refusal.Invalid("Minutes cannot be combined with StartDate or EndDate");
        }

        if (minutes is < 1 or > MinutesMax)
        {
            throw Minutes.Refuse($"must be from 1 to {MinutesMax}");
        }

        return Between(start, end, TimeSpan.FromMinutes(minutes ?? MinutesDefault), now);
    }

    /// <param name="start">When it begins; null for so long before its end.</param>
    /// <param name="end">When it ends; null for now.</param>
    /// <param name="length">Without a beginning.</param>
    /// <param name="now">In whole milliseconds.</param>
    public static TimeWindow Between(
        DateTimeOffset? start, DateTimeOffset? end, TimeSpan length, DateTimeOffset now)
    {
        // What has just happened has happened in this millisecond; what is to come cannot be counted.
        var justNow = now.AddMilliseconds(1);
        var until = end is { } last && ToMilliseconds(last) < justNow ? ToMilliseconds(last) : justNow;
        var oldest = justNow.AddDays(-DaysMax);
        var from = start is { } first ? ToMilliseconds(first) : until > oldest ? until - length : until;
        if (from < oldest)
        {
            var given = start is null ? EndDate : StartDate;
            throw new Refusal(400, TooOldCode, $"Invalid {given.Name}: must not be older than {DaysMax} days");
        }

        return from < until ? new TimeWindow(from, until) : throw StartDate.Refuse("must be before EndDate and now");
    }

    private static List<int>? ThresholdsOf(Parameters query)
    {
        if (query.Text(SplitByWaitTime) is not { Length: > 0 } text)
        {
            return null;
        }

        var thresholds = new List<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0)
            {
                throw SplitByWaitTime.Refuse("must be positive integers, separated by commas");
            }

            thresholds.Add(seconds);
        }

        return thresholds.Count <= ThresholdsMax
            ? [.. thresholds.Distinct()]
            : throw SplitByWaitTime.Refuse($"must be at most {ThresholdsMax} numbers");
    }

    // Up: events are told by whole milliseconds, and one in the middle of a bound's is before it.
    public static DateTimeOffset ToMilliseconds(DateTimeOffset instant)
    {
        var over = instant.UtcTicks % TimeSpan.TicksPerMillisecond;
        var ticks = over == 0 ? instant.UtcTicks : instant.UtcTicks - over + TimeSpan.TicksPerMillisecond;
        return new DateTimeOffset(Math.Min(ticks, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }
}
