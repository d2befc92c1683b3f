using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Workflows;

/// <summary>
/// One target of a filter, or the default filter. A class and not a record: a step is where a task is, so two steps
/// that say the same are still two. https://www.twilio.com/docs/taskrouter/workflow-configuration#targets
/// </summary>
public sealed class WorkflowStep
{
    internal WorkflowStep()
    {
    }

    /// <summary>Its own queue, or the one before it in the filter.</summary>
    public required Sid Queue { get; init; }

    /// <summary>The priority a task takes on when it enters; null leaves the task's own.</summary>
    public int? Priority { get; init; }

    /// <summary>How long a task may stay, on top of the steps before; null means without limit.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Narrows the queue's workers for this step, given the task.</summary>
    public Expression? Expression { get; init; }

    public OrderBy? OrderBy { get; init; }

    public SkipCondition? SkipIf { get; init; }

    /// <summary>The task attribute that holds the SID of the one worker to offer the task to.</summary>
    public AttributePath? KnownWorkerSid { get; init; }

    /// <summary>The same by friendly name; never together with <see cref="KnownWorkerSid"/>.</summary>
    public AttributePath? KnownWorkerName { get; init; }
}
