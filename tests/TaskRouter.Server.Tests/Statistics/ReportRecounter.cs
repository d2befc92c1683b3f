using System.Globalization;
using System.Text.Json.Nodes;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>The rows of a report anew, from what a recounter has read in the event log.</summary>
internal sealed class ReportRecounter
{
    private readonly List<(Recounter.Happening One, bool IsFirst)> _all = [];
    private readonly HashSet<string> _seen = [];

    public ReportRecounter(IEnumerable<Recounter.Happening> happenings)
    {
        var accepted = new HashSet<string>();
        foreach (var one in happenings)
        {
            _all.Add((one, one.Type == "reservation.accepted" && accepted.Add(one.Task)));
        }
    }

    /// <summary>Figures that were nothing in every row, "again" being an acceptance after a transfer.</summary>
    public IEnumerable<string> NeverSeen => new[]
    {
        "offered", "accepted", "accepted_in_time", "abandoned", "completed", "service_level", "average_wait", "again",
    }.Except(_seen);

    public List<JsonObject> Rows(Question asked)
    {
        var length = asked.Minutes * 60_000L;
        var relevant = _all.Where(pair => pair.One.At >= asked.Window.From && pair.One.At < asked.Window.To
            && (asked.ChannelSid is null || pair.One.Channel == asked.ChannelSid)
            && RoleOf(pair.One, pair.IsFirst, asked.GroupBy) is not null);
        var groups = relevant.ToLookup(pair => (
            Index: (pair.One.At - asked.Window.From) / length, Of: GroupOf(pair.One, asked.GroupBy)));
        var keys = asked.GroupBy == "none"
            ? Enumerable.Range(0, (int)((asked.Window.To - asked.Window.From + length - 1) / length))
                .Select(index => (Index: (long)index, Of: ""))
            : groups.Select(group => group.Key).OrderBy(key => key.Index)
                .ThenBy(key => key.Of, StringComparer.Ordinal);
        return [.. keys.Select(key => Row(groups[key].ToList(), key, length, asked))];
    }

    private JsonObject Row(
        List<(Recounter.Happening One, bool IsFirst)> group, (long Index, string Of) key, long length, Question asked)
    {
        long Count(string role) => group.Count(pair => RoleOf(pair.One, pair.IsFirst, asked.GroupBy) == role);
        var waits = group.Where(pair => RoleOf(pair.One, pair.IsFirst, asked.GroupBy) == "accepted")
            .Select(pair => asked.GroupBy is "queue" or "worker" ? pair.One.QueueWait : pair.One.Wait).ToList();
        var inTime = waits.LongCount(wait => wait <= asked.Threshold);
        var isWorker = asked.GroupBy == "worker";
        var (abandoned, all) = (Count("abandoned"), waits.Count + Count("abandoned"));
        var start = asked.Window.From + (key.Index * length);
        var row = new JsonObject
        {
            ["start_time"] = Text(start),
            ["end_time"] = Text(Math.Min(start + length, asked.Window.To)),
            ["offered"] = Count("offered"),
            ["accepted"] = (long)waits.Count,
            ["accepted_in_time"] = inTime,
            ["abandoned"] = isWorker ? null : abandoned,
            ["completed"] = Count("completed"),
            ["service_level"] = Share(inTime, all),
            ["abandonment_rate"] = isWorker ? null : Share(abandoned, all),
            ["average_wait"] =
                waits.Count == 0 ? 0 : (long)Math.Round(waits.Average(), MidpointRounding.AwayFromZero),
            ["longest_wait"] = waits.Count == 0 ? 0 : waits.Max(),
        };
        if (asked.GroupBy != "none")
        {
            var name = asked.GroupBy switch { "queue" => "task_queue", "channel" => "task_channel", _ => "worker" };
            row[$"{name}_sid"] = key.Of.Length == 0 ? null : key.Of;
        }

        _seen.UnionWith(row.Where(pair => pair.Value?.ToString() is not (null or "0")).Select(pair => pair.Key));
        if (group.Exists(pair => pair.One.Type == "reservation.accepted" && !pair.IsFirst))
        {
            _seen.Add("again");
        }

        return row;
    }

    /// <summary>What a happening counts as; null for what is not counted.</summary>
    private static string? RoleOf(Recounter.Happening one, bool isFirst, string groupBy) => (groupBy, one.Type) switch
    {
        ("queue", "task-queue.entered") => "offered",
        ("worker", "reservation.created") => "offered",
        ("none" or "channel", "task.created") => "offered",
        ("queue" or "worker", "reservation.accepted") => "accepted",
        (_, "reservation.accepted") when isFirst => "accepted",
        ("worker", "reservation.completed") => "completed",
        ("worker", _) => null,
        (_, "task.canceled") => "abandoned",
        (_, "task.completed") => "completed",
        _ => null,
    };

    private static string GroupOf(Recounter.Happening one, string groupBy) => groupBy switch
    {
        "queue" => one.Queue ?? "",
        "worker" => one.Worker ?? "",
        "channel" => one.Channel,
        _ => "",
    };

    private static double? Share(long count, long all) =>
        all == 0 ? null : Math.Round((double)count / all, 4, MidpointRounding.AwayFromZero);

    private static string Text(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal sealed record Question(
        (long From, long To) Window, int Minutes, string GroupBy, int Threshold, string? ChannelSid);
}
