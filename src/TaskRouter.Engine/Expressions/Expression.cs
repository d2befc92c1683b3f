using System.Diagnostics.CodeAnalysis;

namespace TaskRouter.Engine.Expressions;

/// <summary>What an expression is written for, and so what its names mean.</summary>
public enum ExpressionContext
{
    /// <summary>TargetWorkers of a queue: one worker.</summary>
    Worker,

    /// <summary>A workflow filter: one task.</summary>
    Task,

    /// <summary>A workflow target: a task and a worker of the step's queue.</summary>
    Target,
}

/// <summary>
/// A condition in TaskRouter's SQL-like language: text, then tokens, then syntax, then the tree that is evaluated.
/// Immutable, and may be asked from any thread. https://www.twilio.com/docs/taskrouter/expression-syntax
/// </summary>
public sealed class Expression
{
    private readonly Condition _condition;
    private readonly IReadOnlyList<TaskAttribute> _taskReads;

    private Expression(string text, Condition condition, Roots roots)
    {
        Text = text;
        _condition = condition;
        _taskReads = roots.TaskReads;
        UsesWorkerActivity = roots.UsesWorkerActivity;
        UsesWorkerChannels = roots.UsesWorkerChannels;
        UsesWorkerIdentity = roots.UsesWorkerIdentity;
    }

    public string Text { get; }

    /// <summary>Whether the answer may change with the worker's activity.</summary>
    public bool UsesWorkerActivity { get; }

    /// <summary>Whether the answer may change with the worker's capacity or reservations.</summary>
    public bool UsesWorkerChannels { get; }

    /// <summary>Whether the answer may change with the worker's SID or friendly name.</summary>
    public bool UsesWorkerIdentity { get; }

    /// <summary>Of each of these lists a worker needs at least one text, or it cannot match.</summary>
    internal IReadOnlyList<AttributeText[]> Requirements => _condition.Requirements;

    /// <summary>
    /// Checks syntax only: names that nothing has are accepted and read as null. The error ends with the position,
    /// counted from 1, of the text it is about. Blank text is an expression for a worker, and matches none.
    /// </summary>
    public static bool TryParse(
        string text,
        ExpressionContext context,
        [NotNullWhen(true)] out Expression? expression,
        [NotNullWhen(false)] out string? error)
    {
        var roots = Roots.Of(context);
        if (context == ExpressionContext.Worker && string.IsNullOrWhiteSpace(text))
        {
            // Twilio: an empty TargetWorkers selects no worker. https://www.twilio.com/docs/taskrouter/api/task-queue
            expression = new Expression(text, Condition.Never, roots);
            error = null;
            return true;
        }

        expression = Parser.TryParseCondition(text, out var syntax, out error)
            ? new Expression(text, new Compiler(roots).Compile(syntax), roots)
            : null;
        return expression is not null;
    }

    /// <summary>Never allocates and never fails. What the context does not have is null to it.</summary>
    public bool Matches(AttributeDocument? task, WorkerDocument? worker) =>
        _condition.IsTrue(new Scope(task, worker));

    /// <summary>
    /// Everything the expression can learn about a task, as one text: tasks with equal projections get the same
    /// answer from every worker. Empty when it looks at no task.
    /// </summary>
    public string ProjectTask(AttributeDocument task) => Projection.Of(task, _taskReads);

    public override string ToString() => Text;
}
