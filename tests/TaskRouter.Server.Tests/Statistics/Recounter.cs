using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>
/// Every figure anew from the event log alone, by walking through all of it. Knows nothing of the server's records,
/// facts or hours: what it reads are the events' names, times and data, as a client sees them.
/// </summary>
internal sealed class Recounter
{
    private const long VisibleMilliseconds = 300_000;
    private static readonly string[] Open = ["pending", "reserved", "assigned", "wrapping"];
    private static readonly string[] Statuses = [.. Open, "completed", "canceled"];

    private readonly long _now;
    private readonly SortedDictionary<string, (string Name, bool Available)> _activities = [];
    private readonly Dictionary<string, string> _queues = [];
    private readonly Dictionary<string, Worker> _workers = [];
    private readonly Dictionary<string, Seen> _tasks = [];
    private readonly Dictionary<string, Happening> _offers = [];
    private readonly List<(string Worker, string Activity, long From, long To)> _stints = [];

    public Recounter(IEnumerable<JsonElement> eventsInOrder, DateTimeOffset now)
    {
        _now = now.ToUnixTimeMilliseconds();
        foreach (var happened in eventsInOrder)
        {
            var data = happened.GetProperty("event_data").EnumerateObject()
                .ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);
            var type = happened.GetProperty("event_type").GetString()!;
            Note(type, happened.GetProperty("event_date_ms").GetInt64(), data);
        }

        _stints.AddRange(_workers.Select(pair => (pair.Key, pair.Value.Activity, pair.Value.Since, long.MaxValue)));
    }

    public List<Happening> Happenings { get; } = [];

    /// <summary>Kinds of happenings, for a test to see that the traffic had them all.</summary>
    public IReadOnlySet<string> Kinds => Happenings.Select(one => one.Type).ToHashSet();

    public int TasksAcceptedTwice => Happenings.Where(one => one.Type == "reservation.accepted")
        .CountBy(one => one.Task).Count(pair => pair.Value > 1);

    public IReadOnlyCollection<string> Workers => _workers.Keys;

    public IReadOnlyCollection<string> Queues => _queues.Keys;

    /// <summary>Those whom the queue's expression accepts. The traffic writes two forms of it only.</summary>
    public HashSet<string> Eligible(string queue) => [.. _workers.Where(pair => _queues[queue] switch
    {
        "1==1" => true,
        var text => JsonDocument.Parse(pair.Value.Attributes).RootElement.GetProperty("skills").EnumerateArray()
            .Any(skill => text == $"skills HAS '{skill.GetString()}'"),
    }).Select(pair => pair.Key)];

    public string NameOf(string worker) => _workers[worker].Name;

    public JsonObject RealTimeTasks(Func<Seen, bool> of, bool isQueue)
    {
        var tasks = _tasks.Values.Where(task => task.Ended is null || task.Ended + VisibleMilliseconds > _now)
            .Where(of).ToList();
        var open = tasks.Where(task => Open.Contains(task.Status)).ToList();
        var waiting = open.Where(task => task.Status is "pending" or "reserved").ToList();
        var first = waiting.OrderBy(task => task.Created).ThenBy(task => task.Sid, StringComparer.Ordinal)
            .FirstOrDefault();
        var figures = new JsonObject
        {
            ["longest_task_waiting_age"] = first is null ? 0 : (_now - first.Created) / 1000,
            ["longest_task_waiting_sid"] = first?.Sid,
            ["tasks_by_priority"] = ToJson(open.CountBy(task => task.Priority).OrderBy(pair => pair.Key)
                .Select(pair => (pair.Key.ToString(CultureInfo.InvariantCulture), pair.Value))),
            ["tasks_by_status"] = ToJson(Statuses.Select(name => (name, tasks.Count(task => task.Status == name)))),
            ["total_tasks"] = open.Count,
        };
        if (isQueue)
        {
            var inQueue = waiting.OrderBy(task => task.Entered).ThenBy(task => task.Sid, StringComparer.Ordinal)
                .FirstOrDefault();
            figures["longest_relative_task_age_in_queue"] = inQueue is null ? 0 : (_now - inQueue.Entered!) / 1000;
            figures["longest_relative_task_sid_in_queue"] = inQueue?.Sid;
        }

        return figures;
    }

    public JsonObject RealTimeWorkers(ISet<string>? only, bool isQueue)
    {
        var workers = _workers.Where(pair => only?.Contains(pair.Key) ?? true).Select(pair => pair.Value).ToList();
        var figures = new JsonObject
        {
            ["activity_statistics"] = new JsonArray([.. _activities.Select(activity => new JsonObject
            {
                ["sid"] = activity.Key,
                ["friendly_name"] = activity.Value.Name,
                ["workers"] = workers.Count(worker => worker.Activity == activity.Key),
            })]),
        };
        figures[isQueue ? "total_eligible_workers" : "total_workers"] = workers.Count;
        if (isQueue)
        {
            figures["total_available_workers"] = workers.Count(worker => _activities[worker.Activity].Available);
        }

        return figures;
    }

    /// <param name="which">workspace, workflow, queue or workers.</param>
    public JsonObject Cumulative(
        string which, Func<Happening, bool> of, (long From, long To) window, int[]? thresholds, bool isCombined)
    {
        var all = Happenings.Where(one => one.At >= window.From && one.At < window.To).Where(of).ToList();
        int Count(string type) => all.Count(one => one.Type == type);
        var accepted = all.Where(one => one.Type == "reservation.accepted").ToList();
        var canceled = all.Where(one => one.Type == "task.canceled").ToList();
        var figures = new JsonObject
        {
            ["start_time"] = Text(window.From),
            ["end_time"] = Text(window.To),
            ["reservations_created"] = Count("reservation.created"),
            ["reservations_accepted"] = accepted.Count,
            ["reservations_rejected"] = Count("reservation.rejected"),
            ["reservations_timed_out"] = Count("reservation.timeout"),
            ["reservations_canceled"] = Count("reservation.canceled"),
            ["reservations_rescinded"] = Count("reservation.rescinded"),
        };
        if (isCombined)
        {
            figures["tasks_assigned"] = accepted.Select(one => one.Task).Distinct().Count();
            figures["reservations_wrapup"] = Count("reservation.wrapup");
            figures["reservations_completed"] = Count("reservation.completed");
        }

        if (which == "workers")
        {
            return figures;
        }

        var waits = Durations(accepted.Select(one => one.Wait));
        figures["avg_task_acceptance_time"] = waits["avg"]!.DeepClone();
        figures["wait_duration_until_accepted"] = waits;
        figures["wait_duration_until_canceled"] = Durations(canceled.Select(one => one.Wait));
        figures["tasks_canceled"] = canceled.Count;
        figures["tasks_completed"] = Count("task.completed");
        figures["tasks_deleted"] = Count("task.deleted");
        figures["tasks_moved"] = Count("task-queue.moved");
        figures["split_by_wait_time"] = thresholds is null ? null : new JsonObject(thresholds.Select(seconds =>
            KeyValuePair.Create<string, JsonNode?>(seconds.ToString(CultureInfo.InvariantCulture), new JsonObject
            {
                ["above"] = Split(canceled, accepted, wait => wait > seconds),
                ["below"] = Split(canceled, accepted, wait => wait <= seconds),
            })));
        if (which == "queue")
        {
            figures["tasks_entered"] = Count("task-queue.entered");
            figures["wait_duration_in_queue_until_accepted"] = Durations(accepted.Select(one => one.QueueWait));
        }
        else
        {
            figures["tasks_timed_out_in_workflow"] = Count("workflow.timeout");
            figures[which == "workflow" ? "tasks_entered" : "tasks_created"] =
                Count(which == "workflow" ? "workflow.entered" : "task.created");
        }

        return figures;
    }

    public JsonArray ActivityDurations(ISet<string>? only, (long From, long To) window) =>
        new([.. _activities.Select(activity =>
        {
            var seconds = _stints.Where(stint => stint.Activity == activity.Key)
                .Where(stint => only?.Contains(stint.Worker) ?? true)
                .GroupBy(stint => stint.Worker)
                .Select(stints => stints.Sum(stint =>
                    Math.Max(0, Math.Min(stint.To, window.To) - Math.Max(stint.From, window.From))) / 1000)
                .Where(total => total > 0);
            var item = Durations(seconds);
            item["sid"] = activity.Key;
            item["friendly_name"] = activity.Value.Name;
            return item;
        })]);

    private void Note(string type, long at, Dictionary<string, string> data)
    {
        NoteConfiguration(type, at, data);
        if (!data.TryGetValue("task_sid", out var sid))
        {
            return;
        }

        var task = _tasks.TryGetValue(sid, out var known) ? known : _tasks[sid] = new Seen(sid, at);
        task.Status = data["task_assignment_status"];
        task.Priority = int.Parse(data["task_priority"], CultureInfo.InvariantCulture);
        task.Channel = data["task_channel_sid"];
        task.Workflow = data.GetValueOrDefault("workflow_sid");
        task.Queue = data.GetValueOrDefault("task_queue_sid");
        task.Entered = type == "task-queue.entered" ? at : task.Entered;
        task.Ended ??= Open.Contains(task.Status) ? null : at;
        if (type is "task.deleted" or "task.system-deleted")
        {
            _tasks.Remove(sid);
        }

        var wait = (at - task.Created) / 1000;
        var inQueue = task.Entered is { } entered ? (at - entered) / 1000 : 0;
        if (!data.TryGetValue("reservation_sid", out var reservation))
        {
            var queue = type == "task-queue.moved" ? data["previous_task_queue_sid"] : task.Queue;
            Happenings.Add(new Happening(type, at, sid, queue, task.Workflow, task.Channel, null, wait, inQueue));
            return;
        }

        // Whatever becomes of the task, a reservation belongs to where it was made.
        var worker = data["worker_sid"];
        var made = type == "reservation.created"
            ? _offers[reservation] = new(type, at, sid, task.Queue, task.Workflow, task.Channel, worker, 0, 0)
            : _offers[reservation];
        Happenings.Add(made with { Type = type, At = at, Wait = wait, QueueWait = inQueue });
    }

    private void NoteConfiguration(string type, long at, Dictionary<string, string> data)
    {
        switch (type)
        {
            case "activity.created" or "activity.updated":
                _activities[data["activity_sid"]] = (data["activity_name"], data["activity_available"] == "true");
                break;
            case "activity.deleted":
                _activities.Remove(data["activity_sid"]);
                break;
            case "task-queue.created" or "task-queue.expression.updated":
                _queues[data["task_queue_sid"]] = data["task_queue_target_expression"];
                break;
            case "task-queue.deleted":
                _queues.Remove(data["task_queue_sid"]);
                break;
            case "worker.created":
                _workers[data["worker_sid"]] =
                    new(data["worker_name"], data["worker_activity_sid"], at, data["worker_attributes"]);
                break;
            case "worker.attributes.update":
                _workers[data["worker_sid"]] =
                    _workers[data["worker_sid"]] with { Attributes = data["worker_attributes"] };
                break;
            case "worker.activity.update" or "worker.deleted":
                var (sid, worker) = (data["worker_sid"], _workers[data["worker_sid"]]);
                _stints.Add((sid, worker.Activity, worker.Since, at));
                _workers[sid] = worker with { Activity = data["worker_activity_sid"], Since = at };
                if (type == "worker.deleted")
                {
                    _workers.Remove(sid);
                }

                break;
        }
    }

    private static JsonObject Durations(IEnumerable<long> waits)
    {
        var all = waits.ToList();
        return new JsonObject
        {
            ["avg"] = all.Count == 0 ? 0 : (long)Math.Round(all.Average(), MidpointRounding.AwayFromZero),
            ["min"] = all.Count == 0 ? 0 : all.Min(),
            ["max"] = all.Count == 0 ? 0 : all.Max(),
            ["total"] = all.Sum(),
        };
    }

    private static JsonObject Split(List<Happening> canceled, List<Happening> accepted, Func<long, bool> side) =>
        ToJson([
            ("tasks_canceled", canceled.Count(one => side(one.Wait))),
            ("reservations_accepted", accepted.Count(one => side(one.Wait))),
        ]);

    private static JsonObject ToJson(IEnumerable<(string Name, int Value)> pairs) =>
        new(pairs.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Name, pair.Value)));

    private static string Text(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal sealed record Happening(
        string Type, long At, string Task, string? Queue, string? Workflow, string Channel, string? Worker,
        long Wait, long QueueWait);

    internal sealed record Seen(string Sid, long Created)
    {
        public string Status = "";
        public int Priority;
        public string Channel = "";
        public string? Workflow;
        public string? Queue;
        public long? Entered;
        public long? Ended;
    }

    private sealed record Worker(string Name, string Activity, long Since, string Attributes);
}
