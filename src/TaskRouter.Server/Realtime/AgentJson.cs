using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// Records as agents' clients want them: instants are seconds since the epoch, attributes are JSON within a text, and
/// versions are shown. A client throws when a key that it knows is missing, so every key is always there; the two
/// transfers of a reservation alone must be absent when there is none.
/// </summary>
internal static class AgentJson
{
    public static void WriteWorker(Utf8JsonWriter json, Worker worker, Activity? activity, Sid accountSid)
    {
        json.WriteStartObject();
        WriteCommon(json, accountSid, worker.WorkspaceSid, worker.Sid, worker.CreatedAt, worker.UpdatedAt);
        json.WriteSeconds("date_status_changed"u8, worker.StatusChangedAt);
        json.WriteString("friendly_name"u8, worker.FriendlyName);
        json.WriteString("attributes"u8, worker.Attributes);
        json.WriteSid("activity_sid"u8, worker.ActivitySid);
        json.WriteString("activity_name"u8, activity?.FriendlyName);
        json.WriteBoolean("available"u8, activity?.Available ?? false);
        json.WriteNumber("version"u8, worker.Version);
        json.WriteEndObject();
    }

    public static void WriteActivity(Utf8JsonWriter json, Activity activity, Sid accountSid)
    {
        json.WriteStartObject();
        WriteCommon(json, accountSid, activity.WorkspaceSid, activity.Sid, activity.CreatedAt, activity.UpdatedAt);
        json.WriteString("friendly_name"u8, activity.FriendlyName);
        json.WriteBoolean("available"u8, activity.Available);
        json.WriteEndObject();
    }

    public static void WriteChannel(Utf8JsonWriter json, WorkerChannel channel, string? uniqueName, Sid accountSid)
    {
        json.WriteStartObject();
        WriteCommon(json, accountSid, channel.WorkspaceSid, channel.Sid, channel.CreatedAt, channel.UpdatedAt);
        json.WriteSid("worker_sid"u8, channel.WorkerSid);
        json.WriteSid("task_channel_sid"u8, channel.TaskChannelSid);
        json.WriteString("task_channel_unique_name"u8, uniqueName);
        json.WriteNumber("configured_capacity"u8, channel.ConfiguredCapacity);
        json.WriteNumber("available"u8, channel.Available ? 1 : 0);
        json.WriteNumber("assigned_tasks"u8, channel.AssignedTasks);
        json.WriteNumber("available_capacity_percentage"u8, channel.AvailableCapacityPercentage);

        // The one instant in milliseconds.
        json.WriteNumber("last_reserved_time"u8, channel.LastReservedAt.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    public static void WriteTaskQueue(Utf8JsonWriter json, TaskQueue queue, Scope scope)
    {
        json.WriteStartObject();
        WriteCommon(json, scope.AccountSid, queue.WorkspaceSid, queue.Sid, queue.CreatedAt, queue.UpdatedAt);
        json.WriteString("friendly_name"u8, queue.FriendlyName);
        json.WriteString("target_workers"u8, queue.TargetWorkers);
        json.WriteNumber("max_reserved_workers"u8, queue.MaxReservedWorkers);
        json.WriteString("task_order"u8, WireNames.Of(queue.TaskOrder));
        json.WriteBoolean("lifo_queue"u8, queue.TaskOrder == QueueOrder.Lifo);
        json.WriteSid("reservation_activity_sid"u8, queue.ReservationActivitySid);
        json.WriteString("reservation_activity_name"u8, TaskQueuesApi.NameOf(queue.ReservationActivitySid, scope));
        json.WriteSid("assignment_activity_sid"u8, queue.AssignmentActivitySid);
        json.WriteString("assignment_activity_name"u8, TaskQueuesApi.NameOf(queue.AssignmentActivitySid, scope));
        json.WriteEndObject();
    }

    /// <param name="reservationSid">For older clients, which know a reservation as the task it is of.</param>
    public static void WriteTask(
        Utf8JsonWriter json,
        RoutingTask task,
        TaskNames names,
        Sid accountSid,
        DateTimeOffset now,
        Sid? reservationSid = null)
    {
        json.WriteStartObject();
        WriteCommon(json, accountSid, task.WorkspaceSid, task.Sid, task.CreatedAt, task.UpdatedAt);
        json.WriteString("attributes"u8, task.Attributes);
        json.WriteString("addons"u8, "{}"u8);
        json.WriteNumber("age"u8, task.AgeAt(now));
        json.WriteString("assignment_status"u8, WireNames.Of(task.AssignmentStatus));
        json.WriteNumber("counter"u8, task.AssignmentCount);
        json.WriteNumber("priority"u8, task.Priority);
        json.WriteString("reason"u8, task.Reason);
        json.WriteNumber("timeout"u8, task.TimeoutSeconds);
        json.WriteSid("queue_sid"u8, task.TaskQueueSid);
        json.WriteString("queue_name"u8, names.Queue);
        json.WriteSid("workflow_sid"u8, task.WorkflowSid);
        json.WriteString("workflow_name"u8, names.Workflow);
        json.WriteSid("task_channel_sid"u8, task.TaskChannelSid);
        json.WriteString("task_channel_unique_name"u8, names.Channel);
        json.WriteString("routing_target"u8, task.RoutingTarget);
        json.WriteSeconds("virtual_start_time"u8, task.VirtualStartAt);
        json.WriteNumber("version"u8, task.Version);
        if (reservationSid is { } sid)
        {
            json.WriteSid("reservation_sid"u8, sid);
        }

        json.WriteEndObject();
    }

    /// <summary>With its task inside: in lists, in events and when it is fetched.</summary>
    public static void WriteReservation(
        Utf8JsonWriter json, Reservation reservation, ReservationScene scene, DateTimeOffset now)
    {
        json.WriteStartObject();
        WriteHead(json, reservation, scene.WorkerName, scene.AccountSid);
        json.WriteNumber("reservation_timeout"u8, reservation.TimeoutSeconds);
        json.WritePropertyName("task"u8);
        WriteTask(json, scene.Task, scene.TaskNames, scene.AccountSid, now);
        if (scene.Incoming is { } incoming)
        {
            json.WritePropertyName("task_transfer"u8);
            WriteTransfer(json, incoming, scene.AccountSid);
        }

        if (scene.Outgoing is { } outgoing)
        {
            json.WritePropertyName("active_outgoing_task_transfer"u8);
            WriteTransfer(json, outgoing, scene.AccountSid);
        }

        json.WriteEndObject();
    }

    /// <summary>
    /// The answer to a change. Without the task, whose change the client hears of by an event, and without transfers,
    /// which it would not understand here.
    /// </summary>
    public static void WriteChangedReservation(
        Utf8JsonWriter json, Reservation reservation, string? workerName, Sid accountSid)
    {
        json.WriteStartObject();
        WriteHead(json, reservation, workerName, accountSid);
        json.WriteSid("task_sid"u8, reservation.TaskSid);
        json.WriteSid("task_channel_sid"u8, reservation.TaskChannelSid);
        json.WriteEndObject();
    }

    public static void WriteTransfer(Utf8JsonWriter json, TaskTransfer transfer, Sid accountSid)
    {
        json.WriteStartObject();
        WriteCommon(json, accountSid, transfer.WorkspaceSid, transfer.Sid, transfer.CreatedAt, transfer.UpdatedAt);
        json.WriteSid("task_sid"u8, transfer.TaskSid);
        json.WriteString("transfer_type"u8, transfer.IsToWorker ? "WORKER"u8 : "QUEUE"u8);
        json.WriteString("transfer_mode"u8, WireNames.Of(transfer.Mode));
        json.WriteSid("transfer_to"u8, transfer.TransferTo);
        json.WriteString("transfer_status"u8, WireNames.Of(transfer.Status));
        json.WriteSid("initiating_reservation_sid"u8, transfer.InitiatingReservationSid);
        json.WriteSid("initiating_worker_sid"u8, transfer.InitiatingWorkerSid);
        json.WriteSid("initiating_queue_sid"u8, transfer.InitiatingTaskQueueSid);
        json.WriteSid("initiating_workflow_sid"u8, transfer.InitiatingWorkflowSid);
        if (transfer.FailedReason is { } reason)
        {
            json.WriteString("transfer_failed_reason"u8, reason);
        }

        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, Reservation reservation, string? workerName, Sid accountSid)
    {
        WriteCommon(
            json,
            accountSid,
            reservation.WorkspaceSid,
            reservation.Sid,
            reservation.CreatedAt,
            reservation.UpdatedAt);
        json.WriteSid("worker_sid"u8, reservation.WorkerSid);
        json.WriteString("worker_name"u8, workerName);
        json.WriteString("reservation_status"u8, WireNames.Of(reservation.Status));
        json.WriteSid("worker_previous_activity_sid"u8, reservation.WorkerPreviousActivitySid);
        json.WriteNumber("version"u8, reservation.Version);
    }

    private static void WriteCommon(
        Utf8JsonWriter json,
        Sid accountSid,
        Sid workspaceSid,
        Sid sid,
        DateTimeOffset createdAt,
        DateTimeOffset updatedAt)
    {
        json.WriteSid("account_sid"u8, accountSid);
        json.WriteSid("workspace_sid"u8, workspaceSid);
        json.WriteSid("sid"u8, sid);
        json.WriteSeconds("date_created"u8, createdAt);
        json.WriteSeconds("date_updated"u8, updatedAt);
    }

    private static void WriteSeconds(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset instant) =>
        json.WriteNumber(name, instant.ToUnixTimeSeconds());
}
