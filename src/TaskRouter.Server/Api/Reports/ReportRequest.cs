using System.Globalization;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Statistics;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Api.Reports;

/// <summary>What a request for a report asks for, and how it wants to be answered.</summary>
internal sealed record ReportRequest(ReportQuery Query, bool IsCsv)
{
    public const string CsvContentType = "text/csv";

    /// <summary>By the groups that there are now. Those that were deleted since come on top.</summary>
    public const int RowsMax = 1_000_000;

    public static readonly IReadOnlyList<string> Groups = ["none", "queue", "worker", "channel"];

    private const int IntervalDefault = 60;
    private const int IntervalMax = 24 * 60;
    private const int ThresholdDefault = 20;
    private const int ThresholdMax = 24 * 60 * 60;

    private static readonly IReadOnlyList<string> Formats = ["json", "csv"];

    private static readonly TimeSpan LengthDefault = TimeSpan.FromHours(24);

    private static readonly InstantParameter StartDate = new(
        "StartDate",
        "When the first interval begins, at most 30 days ago; by default 24 hours before the end");

    private static readonly NumberParameter Interval = new(
        "Interval", "Minutes of one interval; 60 by default", Shape.Range(1, IntervalMax));

    private static readonly ChoiceParameter<ReportGroup> GroupBy = new(
        "GroupBy",
        "Whose figures each row has; none, and so the workspace's, by default",
        Groups,
        text => (ReportGroup?)IndexIn(Groups, text));

    private static readonly NumberParameter ServiceLevelThreshold = new(
        "ServiceLevelThreshold",
        "Seconds of waiting within which an acceptance is in time; 20 by default",
        Shape.Range(0, ThresholdMax));

    private static readonly ChoiceParameter<int> Format = new(
        "Format", "By default what Accept prefers, and JSON without it", Formats, text => IndexIn(Formats, text));

    public static readonly Parameter[] Takes =
    [
        StatisticsRequest.EndDate, Format, GroupBy, Interval, ServiceLevelThreshold, StartDate,
        StatisticsRequest.TaskChannel,
    ];

    public static ReportRequest Of(Scope scope)
    {
        var query = scope.ReadQuery();
        var (interval, threshold) = (query.Value(Interval), query.Value(ServiceLevelThreshold));
        Check(Interval, interval);
        Check(ServiceLevelThreshold, threshold);
        var window = StatisticsRequest.Between(
            query.Value(StartDate),
            query.Value(StatisticsRequest.EndDate),
            LengthDefault,
            StatisticsRequest.ToMilliseconds(scope.Now));
        var report = new ReportQuery(
            scope.WorkspaceSid,
            window,
            TimeSpan.FromMinutes(interval ?? IntervalDefault),
            query.Value(GroupBy) ?? ReportGroup.None,
            threshold ?? ThresholdDefault)
        {
            TaskChannelSid = StatisticsRequest.ChannelIn(scope.View, query.Text(StatisticsRequest.TaskChannel)),
        };
        CheckRows(report, scope.View);
        return new ReportRequest(report, IsCsvIn(query, scope.Context.Request));
    }

    private static void Check(NumberParameter parameter, int? value)
    {
        if (value < parameter.Shape.Min || value > parameter.Shape.Max)
        {
            throw parameter.Refuse($"must be from {parameter.Shape.Min} to {parameter.Shape.Max}");
        }
    }

    private static void CheckRows(ReportQuery report, CommittedView view)
    {
        // One more for what no queue has: a task may name its worker.
        var groups = 1L + report.GroupBy switch
        {
            ReportGroup.Queue => view.TaskQueues.Count,
            ReportGroup.Worker => view.Workers.Count,
            ReportGroup.Channel => view.TaskChannels.Count,
            _ => 0,
        };
        if (groups * report.Intervals is var rows and > RowsMax)
        {
            throw Interval.Refuse(string.Create(
                CultureInfo.InvariantCulture,
                $"{rows} rows are possible and {RowsMax} are allowed: ask for longer intervals or less time"));
        }
    }

    private static bool IsCsvIn(Parameters query, HttpRequest request)
    {
        if (query.Value(Format) is { } format)
        {
            return format > 0;
        }

        var best = request.GetTypedHeaders().Accept.OrderByDescending(type => type.Quality ?? 1).FirstOrDefault();
        return best?.MediaType.Equals(CsvContentType, StringComparison.OrdinalIgnoreCase) ?? false;
    }

    private static int? IndexIn(IReadOnlyList<string> words, string text)
    {
        for (var index = 0; index < words.Count; index++)
        {
            if (words[index].Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return index;
            }
        }

        return null;
    }
}
