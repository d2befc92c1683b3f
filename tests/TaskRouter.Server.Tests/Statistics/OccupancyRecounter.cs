using System.Text.Json;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>
/// How workers' time was divided, anew from the event log: stretches of work and of availability, of which every
/// question cuts out its own and looks at each piece between two ends.
/// </summary>
internal sealed class OccupancyRecounter
{
    private readonly Dictionary<string, bool> _isAvailable = [];
    private readonly Dictionary<string, (string Activity, long Since)> _activities = [];
    private readonly Dictionary<string, (string Worker, long Since)> _taken = [];
    private readonly List<Stretch> _stretches = [];

    public OccupancyRecounter(IEnumerable<JsonElement> eventsInOrder)
    {
        foreach (var happened in eventsInOrder)
        {
            var data = happened.GetProperty("event_data");
            string Text(string name) => data.GetProperty(name).GetString()!;
            var at = happened.GetProperty("event_date_ms").GetInt64();
            switch (happened.GetProperty("event_type").GetString())
            {
                case "activity.created":
                    _isAvailable[Text("activity_sid")] = Text("activity_available") == "true";
                    break;
                case "worker.created":
                    _activities[Text("worker_sid")] = (Text("worker_activity_sid"), at);
                    break;
                case "worker.activity.update":
                    EndActivity(Text("worker_sid"), at);
                    _activities[Text("worker_sid")] = (Text("worker_activity_sid"), at);
                    break;
                case "worker.deleted":
                    EndActivity(Text("worker_sid"), at);
                    _activities.Remove(Text("worker_sid"));
                    break;
                case "reservation.accepted":
                    _taken[Text("reservation_sid")] = (Text("worker_sid"), at);
                    break;
                case "reservation.completed":
                    EndWork(Text("reservation_sid"), at);
                    break;
            }
        }

        _activities.Keys.ToList().ForEach(worker => EndActivity(worker, long.MaxValue));
        _taken.Keys.ToList().ForEach(reservation => EndWork(reservation, long.MaxValue));
        Workers = _stretches.Select(stretch => stretch.Worker).ToHashSet();
    }

    public IReadOnlySet<string> Workers { get; }

    /// <summary>Whether somebody did two things at once, which must not count twice.</summary>
    public bool HasTwoAtOnce => _stretches.Exists(one => one.IsWork && _stretches.Exists(other => other.IsWork
        && other.Worker == one.Worker && other.From > one.From && other.From < one.To));

    /// <summary>Milliseconds of one worker.</summary>
    public (long Handling, long Available) Of(string worker, long from, long to)
    {
        var within = _stretches.FindAll(one => one.Worker == worker && one.From < to && one.To > from);
        var ends = within.SelectMany(one => new[] { Math.Max(one.From, from), Math.Min(one.To, to) })
            .Distinct().Order().ToList();
        var (handling, available) = (0L, 0L);
        foreach (var (start, end) in ends.Zip(ends.Skip(1)))
        {
            var piece = within.FindAll(one => one.From <= start && one.To >= end);
            handling += piece.Exists(one => one.IsWork) ? end - start : 0;
            available += piece.Count > 0 && !piece.Exists(one => one.IsWork) ? end - start : 0;
        }

        return (handling, available);
    }

    private void EndActivity(string worker, long at)
    {
        var (activity, since) = _activities[worker];
        if (_isAvailable[activity])
        {
            _stretches.Add(new(worker, IsWork: false, since, at));
        }
    }

    private void EndWork(string reservation, long at)
    {
        _taken.Remove(reservation, out var taken);
        _stretches.Add(new(taken.Worker, IsWork: true, taken.Since, at));
    }

    private sealed record Stretch(string Worker, bool IsWork, long From, long To);
}
