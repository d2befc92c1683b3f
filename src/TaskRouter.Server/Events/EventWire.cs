using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Events;

/// <summary>
/// Writes an event's data: one JSON object of the webhook's parameters in snake case, every value a string, and none
/// for what has no value. Keeps its buffer from event to event; used by one thread at a time.
/// https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
internal sealed class EventWire : IDisposable
{
    // Relaxed: the text is stored and sent as JSON, never embedded in a page. Quotes in attributes then cost one
    // character more instead of five.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    // As many as there are parameters: no name comes from outside.
    private static readonly ConcurrentDictionary<string, string> FormNames = new(StringComparer.Ordinal);

    private readonly ArrayBufferWriter<byte> _buffer = new(4_096);
    private readonly Utf8JsonWriter _json;

    [ThreadStatic]
    private static EventWire? _ofThread;

    public EventWire() => _json = new Utf8JsonWriter(_buffer, Options);

    /// <summary>For who writes a few events now and a few more later, perhaps on another thread.</summary>
    public static EventWire OfThread => _ofThread ??= new EventWire();

    public string Write(RoutingEvent happened) => Encoding.UTF8.GetString(WriteUtf8(happened));

    /// <summary>The same in UTF-8, until the next event is written.</summary>
    public ReadOnlySpan<byte> WriteUtf8(RoutingEvent happened)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        WriteCommon(happened);
        WriteGroups(happened, EventGroupsOfType.Of(happened.Type));
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    /// <summary>
    /// The webhook's form of data that was written here: the same parameters, their names in UpperCamelCase.
    /// https://www.twilio.com/docs/taskrouter/api/event#event-callbacks
    /// </summary>
    public static List<KeyValuePair<string, string>> ReadForm(string eventData)
    {
        using var json = JsonDocument.Parse(eventData);
        return
        [
            .. json.RootElement.EnumerateObject().Select(parameter => KeyValuePair.Create(
                FormNames.GetOrAdd(parameter.Name, FormName), parameter.Value.GetString()!)),
        ];
    }

    public void Dispose() => _json.Dispose();

    // task_queue_sid -> TaskQueueSid
    private static string FormName(string name) => string.Concat(
        name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private void WriteCommon(RoutingEvent happened)
    {
        Text("event_type"u8, happened.Type);
        Text("sid"u8, happened.Sid);
        Text("account_sid"u8, happened.Workspace.AccountSid);
        Text("workspace_sid"u8, happened.Workspace.Sid);
        Text("workspace_name"u8, happened.Workspace.FriendlyName);
        Text("event_description"u8, happened.Description);
        Text("resource_type"u8, happened.ResourceType);
        Text("resource_sid"u8, happened.ResourceSid);
        Seconds("timestamp"u8, happened.At);
        Text("timestamp_ms"u8, happened.At.ToUnixTimeMilliseconds());
    }

    private void WriteGroups(RoutingEvent happened, EventGroups groups)
    {
        if (groups.HasFlag(EventGroups.Reservation) && happened.Reservation is { } reservation)
        {
            WriteReservation(reservation);
        }

        if (groups.HasFlag(EventGroups.Task) && happened.Task is { } task)
        {
            WriteTask(task, happened);
        }

        if (groups.HasFlag(EventGroups.Queue) && happened.Queue is { } queue)
        {
            Text("task_queue_sid"u8, queue.Sid);
            Text("task_queue_name"u8, queue.FriendlyName);
            Text("task_queue_target_expression"u8, queue.TargetWorkers);
        }

        if (groups.HasFlag(EventGroups.Workflow) && happened.Workflow is { } workflow)
        {
            Text("workflow_sid"u8, workflow.Sid);
            Text("workflow_name"u8, workflow.FriendlyName);
        }

        if (groups.HasFlag(EventGroups.Step) && happened.Step is { } step)
        {
            Text("workflow_filter_name"u8, step.FilterName);
            Text("workflow_filter_expression"u8, step.FilterExpression);
            Text("workflow_filter_target_name"u8, step.TargetName);
            Text("workflow_filter_target_expression"u8, step.TargetExpression);
        }

        if (groups.HasFlag(EventGroups.Move))
        {
            WriteMove(happened);
        }

        if (groups.HasFlag(EventGroups.Worker) && happened.Worker is { } worker)
        {
            WriteWorker(worker, happened.Activity);
        }

        if (groups.HasFlag(EventGroups.Transfer) && happened.Transfer is { } transfer)
        {
            WriteTransfer(transfer);
        }

        if (groups.HasFlag(EventGroups.WorkerActivityChange))
        {
            WriteActivityChange(happened);
        }

        if (groups.HasFlag(EventGroups.WorkerChannelChange) && happened.WorkerChannel is { } workerChannel)
        {
            WriteWorkerChannel(workerChannel, happened);
        }

        if (groups.HasFlag(EventGroups.Activity) && happened.Activity is { } activity)
        {
            Text("activity_sid"u8, activity.Sid);
            Text("activity_name"u8, activity.FriendlyName);
            Text("activity_available"u8, activity.Available);
        }

        if (groups.HasFlag(EventGroups.TaskChannel) && happened.Channel is { } channel)
        {
            Text("task_channel_sid"u8, channel.Sid);
            Text("task_channel_name"u8, channel.FriendlyName);
            Text("task_channel_unique_name"u8, channel.UniqueName);
            Text("task_channel_optimized_routing"u8, channel.ChannelOptimizedRouting);
        }
    }

    private void WriteReservation(Reservation reservation)
    {
        Text("reservation_sid"u8, reservation.Sid);
        Text("reservation_version"u8, reservation.Version);
        Text("reservation_timeout"u8, reservation.TimeoutSeconds);
    }

    private void WriteTask(RoutingTask task, RoutingEvent happened)
    {
        Text("task_sid"u8, task.Sid);
        _json.WriteString("task_attributes"u8, task.Attributes);
        Text("task_age"u8, task.AgeAt(happened.At));
        Text("task_priority"u8, task.Priority);
        Text("task_assignment_status"u8, WireNames.Of(task.AssignmentStatus));
        Text("reason"u8, task.Reason);
        if (task.AssignmentStatus is AssignmentStatus.Canceled)
        {
            Text("task_canceled_reason"u8, task.Reason);
        }
        else if (task.AssignmentStatus is AssignmentStatus.Completed)
        {
            Text("task_completed_reason"u8, task.Reason);
        }

        Text("task_version"u8, task.Version);
        Text("task_timeout"u8, task.TimeoutSeconds);
        Text("task_channel_sid"u8, task.TaskChannelSid);
        Text("task_channel_unique_name"u8, happened.Channel?.UniqueName);
        Seconds("task_date_created"u8, task.CreatedAt);
        Seconds("task_virtual_start_time"u8, task.VirtualStartAt);
        if (task.QueueEnteredAt is { } entered)
        {
            Seconds("task_queue_entered_date"u8, entered);
            var inQueue = (task.EndedAt ?? happened.At) - entered;
            Text("task_age_in_queue"u8, (long)Math.Max(0, inQueue.TotalSeconds));
        }

        Text("task_ignore_capacity"u8, task.IgnoreCapacity);
        Text("task_routing_target"u8, task.RoutingTarget);
    }

    private void WriteMove(RoutingEvent happened)
    {
        if (happened.PreviousQueue is { } queue)
        {
            Text("previous_task_queue_sid"u8, queue.Sid);
            Text("previous_task_queue_name"u8, queue.FriendlyName);
        }

        if (happened.PreviousPriority is { } priority)
        {
            Text("previous_task_priority"u8, priority);
        }

        Text("target_changed_reason"u8, happened.TargetChangedReason);
    }

    private void WriteTransfer(TaskTransfer transfer)
    {
        Text("task_transfer_sid"u8, transfer.Sid);
        Text("transfer_type"u8, transfer.IsToWorker ? "WORKER" : "QUEUE");
        Text("transfer_to"u8, transfer.TransferTo);
        Text("transfer_mode"u8, WireNames.Of(transfer.Mode));
        Text("transfer_status"u8, WireNames.Of(transfer.Status));
        Seconds("transfer_started"u8, transfer.CreatedAt);
        Text("transfer_failed_reason"u8, transfer.FailedReason);
        Text("transfer_initiating_worker_sid"u8, transfer.InitiatingWorkerSid);
        Text("transfer_initiating_reservation_sid"u8, transfer.InitiatingReservationSid);
    }

    private void WriteWorker(Worker worker, Activity? activity)
    {
        Text("worker_sid"u8, worker.Sid);
        Text("worker_name"u8, worker.FriendlyName);
        _json.WriteString("worker_attributes"u8, worker.Attributes);
        Text("worker_activity_sid"u8, worker.ActivitySid);
        Text("worker_activity_name"u8, activity?.FriendlyName);
        Text("worker_version"u8, worker.Version);
    }

    private void WriteActivityChange(RoutingEvent happened)
    {
        if (happened.TimeInPreviousActivity is { } spent)
        {
            Text("worker_time_in_previous_activity"u8, (long)spent.TotalSeconds);
            Text("worker_time_in_previous_activity_ms"u8, (long)spent.TotalMilliseconds);
        }

        if (happened.PreviousActivity is { } previous)
        {
            Text("worker_previous_activity_sid"u8, previous.Sid);
            Text("worker_previous_activity_name"u8, previous.FriendlyName);
        }
    }

    private void WriteWorkerChannel(WorkerChannel channel, RoutingEvent happened)
    {
        Text("worker_channel_available"u8, channel.Available);
        Text("worker_channel_available_capacity"u8, channel.AvailableCapacityPercentage);
        Text("worker_channel_consumed_capacity"u8, 100 - channel.AvailableCapacityPercentage);
        Text("worker_channel_capacity"u8, channel.ConfiguredCapacity);
        if (happened.PreviousCapacity is { } capacity)
        {
            Text("worker_channel_previous_capacity"u8, capacity);
        }

        Text("worker_channel_task_count"u8, channel.AssignedTasks);
        Text("task_channel_sid"u8, channel.TaskChannelSid);
        Text("task_channel_unique_name"u8, happened.Channel?.UniqueName);
    }

    private void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _json.WriteString(name, value);
        }
    }

    private void Text(ReadOnlySpan<byte> name, bool value) => _json.WriteString(name, value ? "true"u8 : "false"u8);

    private void Text(ReadOnlySpan<byte> name, long value)
    {
        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        _json.WriteString(name, text[..length]);
    }

    private void Text(ReadOnlySpan<byte> name, Sid value)
    {
        Span<byte> text = stackalloc byte[Sid.TextLength];
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bits, value.High);
        BinaryPrimitives.WriteUInt64BigEndian(bits[8..], value.Low);
        text[0] = (byte)((ushort)value.Kind >> 8);
        text[1] = (byte)value.Kind;
        Convert.TryToHexStringLower(bits, text[2..], out _);
        _json.WriteString(name, text);
    }

    private void Seconds(ReadOnlySpan<byte> name, DateTimeOffset value) => Text(name, value.ToUnixTimeSeconds());
}
