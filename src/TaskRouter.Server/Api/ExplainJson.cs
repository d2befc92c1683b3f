using System.Text.Json;
using TaskRouter.Engine.Explanations;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>How explanations look on the wire. Of a reason there is only what applies to it.</summary>
internal static class ExplainJson
{
    public static void Write(Utf8JsonWriter json, TaskExplanation explanation, Scope scope, DateTimeOffset now)
    {
        var task = explanation.Task;
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteSid("workspace_sid"u8, scope.WorkspaceSid);
        json.WriteSid("task_sid"u8, task.Sid);
        json.WriteString("status"u8, WireNames.Of(task.AssignmentStatus));
        json.WriteSid("workflow_sid"u8, task.WorkflowSid);
        json.WriteNumber("workflow_version"u8, task.WorkflowVersion);
        json.WriteInstant("at"u8, now);
        json.WriteString("summary"u8, explanation.Summary);
        Write(json, "reasons"u8, explanation.Reasons);
        json.WriteNumber("filter_count"u8, explanation.FilterCount);
        json.WriteStartArray("filters"u8);
        foreach (var filter in explanation.Filters)
        {
            Write(json, filter);
        }

        json.WriteEndArray();
        json.WriteStartArray("steps"u8);
        foreach (var step in explanation.Steps)
        {
            Write(json, step);
        }

        json.WriteEndArray();
        json.WriteNumber("waiting_ahead"u8, explanation.WaitingAhead);
        Write(json, explanation.NextEvent);
        json.WriteEndObject();
    }

    public static void Write(
        Utf8JsonWriter json, TaskQueue queue, WorkersExplanation workers, Scope scope, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteSid("workspace_sid"u8, scope.WorkspaceSid);
        json.WriteSid("task_queue_sid"u8, queue.Sid);
        json.WriteString("friendly_name"u8, queue.FriendlyName);
        json.WriteString("target_workers"u8, queue.TargetWorkers);
        json.WriteInstant("at"u8, now);
        Write(json, workers);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NextEvent? next)
    {
        if (next is null)
        {
            json.WriteNull("next_event"u8);
            return;
        }

        json.WriteStartObject("next_event"u8);
        json.WriteString("kind"u8, ExplanationNames.Of(next.Kind));
        json.WriteInstant("at"u8, next.At);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FilterExplanation filter)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, filter.Index);
        json.WriteString("name"u8, filter.Name);
        json.WriteString("expression"u8, filter.Expression);
        json.WriteBoolean("result"u8, filter.Result);
        json.WriteString("state"u8, ExplanationNames.Of(filter.State));
        json.WriteString("trace"u8, filter.Trace);
        json.WriteStartArray("false_clauses"u8);
        foreach (var clause in filter.Clauses)
        {
            json.WriteStartObject();
            json.WriteString("clause"u8, clause.Text);
            WriteRaw(json, "actual"u8, clause.Actual ?? "null");
            WriteRaw(json, "wanted"u8, clause.Wanted ?? "null");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Write(json, "reasons"u8, filter.Reasons);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StepExplanation step)
    {
        json.WriteStartObject();
        WriteNumber(json, "index"u8, step.Index);
        json.WriteSid("queue_sid"u8, step.QueueSid);
        json.WriteString("queue"u8, step.QueueName);
        json.WriteString("state"u8, ExplanationNames.Of(step.State));
        json.WriteInstant("entered"u8, step.Entered);
        json.WriteInstant("until"u8, step.Until);
        WriteNumber(json, "timeout"u8, step.TimeoutSeconds);
        json.WriteString("expression"u8, step.Expression);
        json.WriteString("order_by"u8, step.OrderBy);
        json.WriteString("skip_if"u8, step.SkipIf);
        json.WriteString("known_worker"u8, step.KnownWorker);
        Write(json, "reasons"u8, step.Reasons);
        if (step.Workers is { } workers)
        {
            Write(json, workers);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WorkersExplanation workers)
    {
        json.WriteStartObject("summary"u8);
        json.WriteNumber("workers"u8, workers.Count);
        json.WriteNumber("in_queue"u8, workers.InQueue);
        json.WriteStartObject("verdicts"u8);
        foreach (var (verdict, count) in workers.ByVerdict)
        {
            json.WriteNumber(ExplanationNames.Of(verdict), count);
        }

        json.WriteEndObject();
        json.WriteString("text"u8, workers.Summary);
        json.WriteEndObject();

        json.WriteStartArray("near_misses"u8);
        foreach (var miss in workers.NearMisses)
        {
            json.WriteStartObject();
            json.WriteString("clause"u8, miss.Clause);
            json.WriteString("text"u8, miss.Summary);
            json.WriteNumber("workers"u8, miss.Workers);
            json.WriteNumber("available"u8, miss.Available);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("workers"u8);
        foreach (var worker in workers.Shown)
        {
            Write(json, worker);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, WorkerExplanation shown)
    {
        json.WriteStartObject();
        json.WriteSid("sid"u8, shown.Worker.Sid);
        json.WriteString("name"u8, shown.Worker.FriendlyName);
        json.WriteString("activity"u8, shown.ActivityName);
        json.WriteString("verdict"u8, ExplanationNames.Of(shown.Verdict));
        Write(json, "reasons"u8, shown.Reasons);
        json.WriteStartArray("would_match_if"u8);
        foreach (var condition in shown.WouldMatchIf)
        {
            json.WriteStringValue(condition);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<Reason> reasons)
    {
        json.WriteStartArray(name);
        foreach (var reason in reasons)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, ExplanationNames.Of(reason.Code));
            WriteIfAny(json, reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIfAny(Utf8JsonWriter json, Reason reason)
    {
        if (reason.Clause is { } clause)
        {
            json.WriteString("clause"u8, clause);
        }

        WriteRaw(json, "actual"u8, reason.Actual);
        WriteRaw(json, "wanted"u8, reason.Wanted);
        if (reason.Name is { } name)
        {
            json.WriteString("name"u8, name);
        }

        if (reason.Since is { } since)
        {
            json.WriteInstant("since"u8, since);
        }

        WriteIfAny(json, "configured_capacity"u8, reason.ConfiguredCapacity);
        WriteIfAny(json, "active_tasks"u8, reason.ActiveTasks);
        if (reason.TaskSid is { } task)
        {
            json.WriteSid("task_sid"u8, task);
        }

        WriteIfAny(json, "priority"u8, reason.Priority);
        WriteIfAny(json, "age"u8, reason.Age);
        WriteIfAny(json, "rank"u8, reason.Rank);
        if (reason.Key is { } key)
        {
            json.WriteString("key"u8, key);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }
    }
}
