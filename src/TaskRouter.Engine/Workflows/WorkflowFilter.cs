using TaskRouter.Engine.Expressions;

namespace TaskRouter.Engine.Workflows;

/// <summary>One rule: the tasks it is for, and the steps they take, first to last.</summary>
public sealed class WorkflowFilter
{
    internal WorkflowFilter(string name, Expression expression, IReadOnlyList<WorkflowStep> steps)
    {
        Name = name;
        Expression = expression;
        Steps = steps;
    }

    /// <summary>What events show as WorkflowFilterName; empty when the configuration gives none.</summary>
    public string Name { get; }

    /// <summary>About the task alone.</summary>
    public Expression Expression { get; }

    /// <summary>Never empty.</summary>
    public IReadOnlyList<WorkflowStep> Steps { get; }
}
