using System.Diagnostics.CodeAnalysis;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Workflows;

/// <summary>
/// A workflow's configuration, read and checked once. Immutable; keeps the text, because clients compare it.
/// https://www.twilio.com/docs/taskrouter/workflow-configuration
/// </summary>
public sealed class WorkflowConfiguration
{
    internal WorkflowConfiguration(
        string text, IReadOnlyList<WorkflowFilter> filters, WorkflowStep? defaultFilter, IReadOnlySet<Sid> queues)
    {
        Text = text;
        Filters = filters;
        DefaultFilter = defaultFilter;
        Queues = queues;
    }

    /// <summary>The JSON text exactly as it was sent.</summary>
    public string Text { get; }

    /// <summary>In the order in which they are tried.</summary>
    public IReadOnlyList<WorkflowFilter> Filters { get; }

    /// <summary>Where a task goes that no filter matches; it has no timeout.</summary>
    public WorkflowStep? DefaultFilter { get; }

    /// <summary>Every queue named, for the caller to check that each exists.</summary>
    public IReadOnlySet<Sid> Queues { get; }

    /// <summary>The error names the place, such as <c>task_routing.filters[0].targets[1].timeout</c>.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out WorkflowConfiguration? configuration,
        [NotNullWhen(false)] out string? error)
    {
        var reader = new WorkflowReader();
        configuration = reader.Read(text);
        error = configuration is null ? reader.Error : null;
        return configuration is not null;
    }

    public override string ToString() => Text;
}
