using System.Globalization;
using System.Text.Json;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Workflows;

/// <summary>
/// Reads a configuration and keeps the first thing that is wrong with it. Null and blank text count as absent, and
/// keys it does not know are left alone, so that what other tools have written still reads.
/// https://www.twilio.com/docs/taskrouter/workflow-configuration
/// </summary>
internal sealed class WorkflowReader
{
    private const string Root = "task_routing";

    private delegate bool TryParse<T>(string text, out T? value, out string? error);

    private readonly HashSet<Sid> _queues = [];

    public string? Error { get; private set; }

    /// <summary>Null when there is an <see cref="Error"/>.</summary>
    public WorkflowConfiguration? Read(string text)
    {
        if (!AttributeDocument.TryParse(text, out var document, out var error))
        {
            Fail("configuration", error);
            return null;
        }

        var routing = document.Root.Find(Root);
        if (routing.AsObject is not { } root)
        {
            Fail(Root, routing.IsNull ? "is required" : "must be an object");
            return null;
        }

        var filters = ReadArray(root, "filters", Root, ReadFilter);
        var defaultFilter = ReadDefaultFilter(root.Find("default_filter"));
        if (filters.Length == 0 && defaultFilter is null)
        {
            Fail(Root, "needs filters or a default_filter");
        }

        return Error is null ? new WorkflowConfiguration(text, filters, defaultFilter, _queues) : null;
    }

    private WorkflowFilter? ReadFilter(AttributeObject filter, string place)
    {
        var name = ReadText(filter, "friendly_name", place) ?? ReadText(filter, "filter_friendly_name", place) ?? "";
        var expression = ReadExpression(filter, ExpressionContext.Task, place);
        if (expression is null)
        {
            Fail($"{place}.expression", "is required");
        }

        Sid? queue = null;
        var steps = ReadArray(filter, "targets", place, (target, targetPlace) =>
        {
            queue = ReadQueue(target, targetPlace) ?? queue;
            return ReadTarget(target, queue, targetPlace);
        });
        if (steps.Length == 0)
        {
            Fail($"{place}.targets", "needs at least one target");
        }

        return Error is null ? new WorkflowFilter(name, expression!, steps) : null;
    }

    private WorkflowStep? ReadTarget(AttributeObject target, Sid? queue, string place)
    {
        var knownSid = ReadParsed<AttributePath>(target, "known_worker_sid", place, AttributePath.TryParse);
        var knownName = ReadParsed<AttributePath>(target, "known_worker_friendly_name", place, AttributePath.TryParse);
        if (knownSid is not null && knownName is not null)
        {
            Fail(place, "has both known_worker_sid and known_worker_friendly_name; only one may be given");
        }

        return RequireQueue(queue, place) is not { } sid ? null : new WorkflowStep
        {
            Queue = sid,
            Priority = ReadInteger(target, "priority", place, min: 0),
            TimeoutSeconds = ReadInteger(target, "timeout", place, min: 1),
            Expression = ReadExpression(target, ExpressionContext.Target, place),
            OrderBy = ReadParsed<OrderBy>(target, "order_by", place, OrderBy.TryParse),
            SkipIf = ReadParsed<SkipCondition>(target, "skip_if", place, SkipCondition.TryParse),
            KnownWorkerSid = knownSid,
            KnownWorkerName = knownName,
        };
    }

    // Twilio: a task stays in the default filter, so timeout and skip_if mean nothing there and are not looked at.
    // https://www.twilio.com/docs/taskrouter/workflow-configuration
    private WorkflowStep? ReadDefaultFilter(AttributeValue value)
    {
        const string place = $"{Root}.default_filter";
        if (value.IsNull)
        {
            return null;
        }

        if (value.AsObject is not { } filter)
        {
            Fail(place, "must be an object");
            return null;
        }

        return RequireQueue(ReadQueue(filter, place), place) is not { } queue ? null : new WorkflowStep
        {
            Queue = queue,
            Priority = ReadInteger(filter, "priority", place, min: 0),
            Expression = ReadExpression(filter, ExpressionContext.Target, place),
            OrderBy = ReadParsed<OrderBy>(filter, "order_by", place, OrderBy.TryParse),
        };
    }

    private T[] ReadArray<T>(
        AttributeObject parent, string name, string place, Func<AttributeObject, string, T?> read)
        where T : class
    {
        var value = parent.Find(name);
        if (!value.IsNull && value.AsArray is null)
        {
            Fail($"{place}.{name}", "must be an array");
        }

        var elements = value.AsArray ?? [];
        var results = new List<T>(elements.Length);
        for (var index = 0; index < elements.Length && Error is null; index++)
        {
            var elementPlace = $"{place}.{name}[{index}]";
            if (elements[index].AsObject is not { } element)
            {
                Fail(elementPlace, "must be an object");
            }
            else if (read(element, elementPlace) is { } result)
            {
                results.Add(result);
            }
        }

        return [.. results];
    }

    private Sid? ReadQueue(AttributeObject step, string place) =>
        ReadQueue(step, "queue", place) ?? ReadQueue(step, "task_queue_sid", place);

    private Sid? ReadQueue(AttributeObject step, string name, string place)
    {
        if (ReadText(step, name, place) is not { } text)
        {
            return null;
        }

        if (!Sid.TryParse(text, SidKind.TaskQueue, out var queue))
        {
            Fail($"{place}.{name}", "must be the SID of a task queue");
            return null;
        }

        _queues.Add(queue);
        return queue;
    }

    private Sid? RequireQueue(Sid? queue, string place)
    {
        if (queue is null)
        {
            Fail($"{place}.queue", "is required");
        }

        return queue;
    }

    private Expression? ReadExpression(AttributeObject parent, ExpressionContext context, string place) =>
        ReadParsed(
            parent,
            "expression",
            place,
            (string text, out Expression? expression, out string? error) =>
                Expression.TryParse(text, context, out expression, out error));

    private T? ReadParsed<T>(AttributeObject parent, string name, string place, TryParse<T> tryParse)
        where T : class
    {
        if (ReadText(parent, name, place) is not { } text)
        {
            return null;
        }

        if (!tryParse(text, out var value, out var error))
        {
            Fail($"{place}.{name}", error!);
        }

        return value;
    }

    private string? ReadText(AttributeObject parent, string name, string place)
    {
        var value = parent.Find(name);
        if (!value.IsNull && value.AsText is null)
        {
            Fail($"{place}.{name}", "must be a string");
        }

        return string.IsNullOrWhiteSpace(value.AsText) ? null : value.AsText;
    }

    private int? ReadInteger(AttributeObject parent, string name, string place, int min)
    {
        var value = parent.Find(name);
        if (value.IsNull || (value.AsText is { } blank && string.IsNullOrWhiteSpace(blank)))
        {
            return null;
        }

        // Numbers in quotes are common: the console and older clients write them so.
        var number = value.Kind switch
        {
            JsonValueKind.Number => value.AsNumber!.Value,
            JsonValueKind.String when int.TryParse(
                value.AsText, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) => digits,
            _ => -1,
        };
        if (number >= min && number <= int.MaxValue && double.IsInteger(number))
        {
            return (int)number;
        }

        Fail($"{place}.{name}", $"must be an integer from {min} to {int.MaxValue}");
        return null;
    }

    private void Fail(string place, string reason) => Error ??= $"{place}: {reason}";
}
