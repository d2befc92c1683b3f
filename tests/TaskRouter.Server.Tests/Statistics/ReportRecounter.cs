using System.Globalization;
using System.Text.Json.Nodes;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>The rows of a report anew, from what a recounter has read in the event log.</summary>
internal sealed class ReportRecounter
{
    private readonly List<Counted> _all = [];
    private readonly OccupancyRecounter _occupancy;
    private readonly HashSet<string> _seen = [];

    public ReportRecounter(IEnumerable<Recounter.Happening> happenings, OccupancyRecounter occupancy)
    {
        _occupancy = occupancy;
        var (accepted, taken) = (new HashSet<string>(), new Dictionary<(string, string?), long>());
        foreach (var one in happenings)
        {
            var isAcceptance = one.Type == "reservation.accepted";
            if (isAcceptance)
            {
                taken[(one.Task, one.Worker)] = one.At;
            }

            _all.Add(new(
                one,
                isAcceptance && accepted.Add(one.Task),
                one.Type == "reservation.completed" ? (one.At - taken[(one.Task, one.Worker)]) / 1000 : null));
        }
    }

    /// <summary>Figures that were nothing in every row, "again" being an acceptance after a transfer.</summary>
    public IEnumerable<string> NeverSeen => new[]
    {
        "offered", "accepted", "accepted_in_time", "abandoned", "completed", "service_level", "average_wait", "again",
        "average_handle_time", "handling_time", "available_time", "occupancy",
    }.Except(_seen);

    public List<JsonObject> Rows(Question asked)
    {
        var length = asked.Minutes * 60_000L;
        var relevant = _all.Where(pair => pair.One.At >= asked.Window.From && pair.One.At < asked.Window.To
            && (asked.ChannelSid is null || pair.One.Channel == asked.ChannelSid)
            && RoleOf(pair.One, pair.IsFirst, asked.GroupBy) is not null);
        var groups = relevant.ToLookup(pair => (
            Index: (pair.One.At - asked.Window.From) / length, Of: GroupOf(pair.One, asked.GroupBy)));
        var intervals = Enumerable.Range(0, (int)((asked.Window.To - asked.Window.From + length - 1) / length));
        var keys = asked.GroupBy == "none"
            ? intervals.Select(index => (Index: (long)index, Of: ""))
            : groups.Select(group => group.Key)
                .Union(asked.GroupBy == "worker"
                    ? intervals
                        .SelectMany(index => _occupancy.Workers.Select(worker => (Index: (long)index, Of: worker)))
                        .Where(key => TimesOf(key, length, asked) is { } times && times != default)
                    : [])
                .OrderBy(key => key.Index).ThenBy(key => key.Of, StringComparer.Ordinal);
        return [.. keys.Select(key => Row(groups[key].ToList(), key, length, asked))];
    }

    // Whoever is available is so for every queue and channel.
    private (long Handling, long Available)? TimesOf((long Index, string Of) key, long length, Question asked)
    {
        if (asked.ChannelSid is not null || asked.GroupBy is not ("none" or "worker"))
        {
            return null;
        }

        var start = asked.Window.From + (key.Index * length);
        var each = _occupancy.Workers.Where(worker => asked.GroupBy == "none" || worker == key.Of)
            .Select(worker => _occupancy.Of(worker, start, Math.Min(start + length, asked.Window.To))).ToList();
        return (each.Sum(times => times.Handling), each.Sum(times => times.Available));
    }

    private JsonObject Row(List<Counted> group, (long Index, string Of) key, long length, Question asked)
    {
        long Count(string role) => group.Count(pair => RoleOf(pair.One, pair.IsFirst, asked.GroupBy) == role);
        var waits = group.Where(pair => RoleOf(pair.One, pair.IsFirst, asked.GroupBy) == "accepted")
            .Select(pair => asked.GroupBy is "queue" or "worker" ? pair.One.QueueWait : pair.One.Wait).ToList();
        var handled = group.Select(pair => pair.HandleTime).OfType<long>().ToList();
        var times = TimesOf(key, length, asked);
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
            ["average_handle_time"] =
                handled.Count == 0 ? null : (long)Math.Round(handled.Average(), MidpointRounding.AwayFromZero),
            ["handling_time"] = times?.Handling / 1000,
            ["available_time"] = times?.Available / 1000,
            ["occupancy"] = times is { } both ? Share(both.Handling, both.Handling + both.Available) : null,
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
        (_, "reservation.completed") => "handled",
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

    /// <param name="HandleTime">Seconds from acceptance, of a completed reservation.</param>
    private sealed record Counted(Recounter.Happening One, bool IsFirst, long? HandleTime);

    internal sealed record Question(
        (long From, long To) Window, int Minutes, string GroupBy, int Threshold, string? ChannelSid);
}
