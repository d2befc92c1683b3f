using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Explanations;

/// <summary>Why a worker is not offered a task, or why a task is not somewhere else.</summary>
public enum ReasonCode
{
    /// <summary>A clause of the queue's TargetWorkers is false of the worker.</summary>
    QueueExpressionFalse,

    /// <summary>A clause of the step's expression is, or the step is for another, known worker.</summary>
    StepExpressionFalse,
    ActivityUnavailable,
    ChannelUnavailable,
    NoCapacity,

    /// <summary>An offer that nobody has answered yet is part of what fills the capacity.</summary>
    PendingOffer,

    /// <summary>Others came first when the task was offered.</summary>
    RankedLower,

    /// <summary>Were the worker free, another task would come first.</summary>
    TaskAhead,
    StepSkipped,
    StepTimedOut,
    NoFilterMatched,
    NoDefaultQueue,
}

/// <summary>One reason with what makes it plain; what does not apply is null.</summary>
public sealed record Reason(ReasonCode Code)
{
    /// <summary>The part of the expression that is false.</summary>
    public string? Clause { get; init; }

    /// <summary>What the clause reads, as JSON.</summary>
    public string? Actual { get; init; }

    /// <summary>What it compares that with, as JSON.</summary>
    public string? Wanted { get; init; }

    /// <summary>The activity or the channel that is not available.</summary>
    public string? Name { get; init; }

    /// <summary>How long it has been so.</summary>
    public DateTimeOffset? Since { get; init; }

    public int? ConfiguredCapacity { get; init; }

    public int? ActiveTasks { get; init; }

    /// <summary>The task of the pending offer, or the one ahead.</summary>
    public Sid? TaskSid { get; init; }

    public int? Priority { get; init; }

    /// <summary>Seconds.</summary>
    public int? Age { get; init; }

    /// <summary>Counted from 1, behind those who have the offer.</summary>
    public int? Rank { get; init; }

    /// <summary>What workers are ranked by.</summary>
    public string? Key { get; init; }
}

/// <summary>What a worker is to a task, the closest first.</summary>
public enum WorkerVerdict
{
    /// <summary>Has accepted it, or is wrapping it up.</summary>
    Assigned,
    Offered,
    RankedLower,

    /// <summary>
    /// Nothing speaks against it. Of a waiting task it is seen only while the offer is on its way.
    /// </summary>
    Free,
    Busy,
    Unavailable,

    /// <summary>In the queue, but the step does not want the worker.</summary>
    NotInStep,
    NotInQueue,
}
