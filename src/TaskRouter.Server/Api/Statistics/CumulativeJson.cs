using System.Globalization;
using System.Text.Json;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>Cumulative figures as fields. https://www.twilio.com/docs/taskrouter/api/workspace-statistics</summary>
internal static class CumulativeJson
{
    public static readonly Field[] OfReservations =
    [
        Field.Instant("start_time"),
        Field.Instant("end_time"),
        Field.Integer("reservations_created"),
        Field.Integer("reservations_accepted"),
        Field.Integer("reservations_rejected"),
        Field.Integer("reservations_timed_out"),
        Field.Integer("reservations_canceled"),
        Field.Integer("reservations_rescinded"),
    ];

    public static readonly Field[] OfTasks =
    [
        .. OfReservations,
        Field.Integer("avg_task_acceptance_time"),
        new Field("split_by_wait_time", new Shape("object") { Example = "" }, CanBeNull: true),
        Field.Map("wait_duration_until_accepted"),
        Field.Map("wait_duration_until_canceled"),
        Field.Integer("tasks_canceled"),
        Field.Integer("tasks_completed"),
        Field.Integer("tasks_deleted"),
        Field.Integer("tasks_moved"),
    ];

    public static readonly Field[] OfWorkspace =
        [.. OfTasks, Field.Integer("tasks_created"), Field.Integer("tasks_timed_out_in_workflow")];

    public static readonly Field[] OfWorkflow =
        [.. OfTasks, Field.Integer("tasks_entered"), Field.Integer("tasks_timed_out_in_workflow")];

    public static readonly Field[] OfQueue =
        [.. OfTasks, Field.Integer("tasks_entered"), Field.Map("wait_duration_in_queue_until_accepted")];

    public static readonly Field[] OfWorkers = [.. OfReservations, Field.Objects("activity_durations")];

    public static void WriteWorkspace(Utf8JsonWriter json, Figures figures, StatisticsRequest request)
    {
        WriteTasks(json, figures, request);
        json.WriteNumber("tasks_created"u8, figures[FactKind.TaskCreated].Count);
        json.WriteNumber("tasks_timed_out_in_workflow"u8, figures[FactKind.WorkflowTimeout].Count);
    }

    public static void WriteWorkflow(Utf8JsonWriter json, Figures figures, StatisticsRequest request)
    {
        WriteTasks(json, figures, request);
        json.WriteNumber("tasks_entered"u8, figures[FactKind.WorkflowEntered].Count);
        json.WriteNumber("tasks_timed_out_in_workflow"u8, figures[FactKind.WorkflowTimeout].Count);
    }

    public static void WriteQueue(Utf8JsonWriter json, Figures figures, StatisticsRequest request)
    {
        WriteTasks(json, figures, request);
        json.WriteNumber("tasks_entered"u8, figures[FactKind.TaskQueueEntered].Count);
        Write(json, "wait_duration_in_queue_until_accepted"u8, figures.Accepted.QueueWait);
    }

    public static void WriteWorkers(
        Utf8JsonWriter json, Figures figures, ActivityTimes times, StatisticsRequest request, CommittedView view)
    {
        WriteReservations(json, figures, request);
        var durations = times.Durations();
        json.WriteStartArray("activity_durations"u8);
        foreach (var activity in view.Activities.InOrder.After(null))
        {
            var duration = durations.GetValueOrDefault(activity.Sid);
            json.WriteStartObject();
            json.WriteSid("sid"u8, activity.Sid);
            json.WriteString("friendly_name"u8, activity.FriendlyName);
            WriteValues(json, duration);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What recorded answers hold in combined statistics only.</summary>
    public static void WriteMore(Utf8JsonWriter json, Figures figures)
    {
        json.WriteNumber("tasks_assigned"u8, figures.TasksAssigned);
        json.WriteNumber("reservations_wrapup"u8, figures[FactKind.ReservationWrapup].Count);
        json.WriteNumber("reservations_completed"u8, figures[FactKind.ReservationCompleted].Count);
    }

    private static void WriteTasks(Utf8JsonWriter json, Figures figures, StatisticsRequest request)
    {
        WriteReservations(json, figures, request);
        json.WriteNumber("avg_task_acceptance_time"u8, figures.Accepted.Wait.Average);
        WriteSplit(json, figures, request.Thresholds);
        Write(json, "wait_duration_until_accepted"u8, figures.Accepted.Wait);
        Write(json, "wait_duration_until_canceled"u8, figures[FactKind.TaskCanceled].Wait);
        json.WriteNumber("tasks_canceled"u8, figures[FactKind.TaskCanceled].Count);
        json.WriteNumber("tasks_completed"u8, figures[FactKind.TaskCompleted].Count);
        json.WriteNumber("tasks_deleted"u8, figures[FactKind.TaskDeleted].Count);
        json.WriteNumber("tasks_moved"u8, figures[FactKind.TaskMoved].Count);
    }

    private static void WriteReservations(Utf8JsonWriter json, Figures figures, StatisticsRequest request)
    {
        json.WriteInstant("start_time"u8, request.Window.Start);
        json.WriteInstant("end_time"u8, request.Window.End);
        json.WriteNumber("reservations_created"u8, figures[FactKind.ReservationCreated].Count);
        json.WriteNumber("reservations_accepted"u8, figures.Accepted.Count);
        json.WriteNumber("reservations_rejected"u8, figures[FactKind.ReservationRejected].Count);
        json.WriteNumber("reservations_timed_out"u8, figures[FactKind.ReservationTimeout].Count);
        json.WriteNumber("reservations_canceled"u8, figures[FactKind.ReservationCanceled].Count);
        json.WriteNumber("reservations_rescinded"u8, figures[FactKind.ReservationRescinded].Count);
    }

    private static void WriteSplit(Utf8JsonWriter json, Figures figures, IReadOnlyList<int>? thresholds)
    {
        if (thresholds is null)
        {
            json.WriteNull("split_by_wait_time"u8);
            return;
        }

        json.WriteStartObject("split_by_wait_time"u8);
        foreach (var seconds in thresholds)
        {
            var (below, above) = figures.SplitAt(seconds);
            json.WriteStartObject(seconds.ToString(CultureInfo.InvariantCulture));
            Write(json, "above"u8, above);
            Write(json, "below"u8, below);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, WaitCount count)
    {
        json.WriteStartObject(name);
        json.WriteNumber("tasks_canceled"u8, count.Canceled);
        json.WriteNumber("reservations_accepted"u8, count.Accepted);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, WaitDuration duration)
    {
        json.WriteStartObject(name);
        WriteValues(json, duration);
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, WaitDuration duration)
    {
        json.WriteNumber("avg"u8, duration.Average);
        json.WriteNumber("min"u8, duration.Min);
        json.WriteNumber("max"u8, duration.Max);
        json.WriteNumber("total"u8, duration.Total);
    }
}
