using System.Globalization;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>Real-time figures as fields. https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics</summary>
internal static class RealTimeJson
{
    public static readonly Field[] OfTasks =
    [
        Field.Integer("longest_task_waiting_age"),
        Field.Sid("longest_task_waiting_sid", SidKind.Task, canBeNull: true),
        Field.Map("tasks_by_priority"),
        Field.Map("tasks_by_status"),
        Field.Integer("total_tasks"),
    ];

    public static readonly Field[] OfQueue =
    [
        .. OfTasks,
        Field.Integer("longest_relative_task_age_in_queue"),
        Field.Sid("longest_relative_task_sid_in_queue", SidKind.Task, canBeNull: true),
        Field.Objects("activity_statistics"),
        Field.Integer("total_available_workers"),
        Field.Integer("total_eligible_workers"),
    ];

    public static readonly Field[] OfWorkers =
        [Field.Objects("activity_statistics"), Field.Integer("total_workers")];

    public static void WriteTasks(Utf8JsonWriter json, LiveTasks tasks, DateTimeOffset now)
    {
        json.WriteNumber("longest_task_waiting_age"u8, AgeOf(tasks.Longest, now));
        json.WriteSid("longest_task_waiting_sid"u8, tasks.Longest?.TaskSid);
        json.WriteStartObject("tasks_by_priority"u8);
        foreach (var (priority, count) in tasks.ByPriority)
        {
            json.WriteNumber(priority.ToString(CultureInfo.InvariantCulture), count);
        }

        json.WriteEndObject();
        json.WriteStartObject("tasks_by_status"u8);
        for (var status = 0; status < tasks.ByStatus.Length; status++)
        {
            json.WriteNumber(WireNames.AssignmentStatuses[status], tasks.ByStatus[status]);
        }

        json.WriteEndObject();
        json.WriteNumber("total_tasks"u8, tasks.Open);
    }

    public static void WriteQueue(
        Utf8JsonWriter json, TaskQueue queue, Sid? channelSid, DateTimeOffset now, CommittedView view, bool isBulk)
    {
        var tasks = view.Live.Tasks(queue.Sid, channelSid);
        WriteTasks(json, tasks, now);
        if (!isBulk)
        {
            json.WriteNumber("longest_relative_task_age_in_queue"u8, AgeOf(tasks.LongestInQueue, now));
            json.WriteSid("longest_relative_task_sid_in_queue"u8, tasks.LongestInQueue?.TaskSid);
        }

        var workers = view.Live.WorkersOf(queue);
        WriteActivities(json, workers, view);
        json.WriteNumber("total_available_workers"u8, workers
            .Where(pair => view.Activities.Find(pair.Key) is { Available: true })
            .Sum(pair => pair.Value));
        json.WriteNumber("total_eligible_workers"u8, workers.Values.Sum());
    }

    public static void WriteWorkers(Utf8JsonWriter json, Dictionary<Sid, int> workers, CommittedView view)
    {
        WriteActivities(json, workers, view);
        json.WriteNumber("total_workers"u8, workers.Values.Sum());
    }

    private static void WriteActivities(Utf8JsonWriter json, Dictionary<Sid, int> workers, CommittedView view)
    {
        json.WriteStartArray("activity_statistics"u8);
        foreach (var activity in view.Activities.InOrder.After(null))
        {
            json.WriteStartObject();
            json.WriteSid("sid"u8, activity.Sid);
            json.WriteString("friendly_name"u8, activity.FriendlyName);
            json.WriteNumber("workers"u8, workers.GetValueOrDefault(activity.Sid));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static long AgeOf(WaitingSince? waiting, DateTimeOffset now) =>
        waiting is { } task ? (long)Math.Max(0, (now - task.Since).TotalSeconds) : 0;
}
