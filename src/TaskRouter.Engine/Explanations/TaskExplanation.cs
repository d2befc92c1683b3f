using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Explanations;

/// <summary>Where a task is, why there, and why nobody has it yet.</summary>
/// <param name="Filters">The first of its workflow, up to <see cref="FiltersMax"/>; none outside a workflow.</param>
/// <param name="Steps">Of the filter it is in; one without an index in the default filter and elsewhere.</param>
/// <param name="Reasons">Why no filter has it.</param>
public sealed record TaskExplanation(
    RoutingTask Task,
    IReadOnlyList<FilterExplanation> Filters,
    int FilterCount,
    IReadOnlyList<StepExplanation> Steps,
    IReadOnlyList<Reason> Reasons,
    int WaitingAhead,
    NextEvent? NextEvent,
    string Summary)
{
    public const int FiltersMax = 200;
}

public enum PlaceState
{
    NotMatched,
    Left,
    Current,
    NotReached,
}

/// <param name="Result">What its expression says of the task's attributes now.</param>
/// <param name="Trace">The first clause that is false, with values in the place of names.</param>
/// <param name="Clauses">Those that are false.</param>
public sealed record FilterExplanation(
    int Index,
    string Name,
    string Expression,
    bool Result,
    PlaceState State,
    string? Trace,
    IReadOnlyList<FalseClause> Clauses,
    IReadOnlyList<Reason> Reasons);

/// <param name="Actual">JSON.</param>
/// <param name="Wanted">JSON.</param>
public sealed record FalseClause(string Text, string? Actual, string? Wanted);

/// <param name="Entered">Only of the current step.</param>
/// <param name="Until">When it is over, should nobody take the task.</param>
/// <param name="KnownWorker">The attribute that names the one worker the step is for.</param>
/// <param name="Workers">Only of the current step of a task that nobody has accepted.</param>
public sealed record StepExplanation(
    int? Index,
    Sid? QueueSid,
    string? QueueName,
    PlaceState State,
    DateTimeOffset? Entered,
    DateTimeOffset? Until,
    int? TimeoutSeconds,
    string? Expression,
    string? OrderBy,
    string? SkipIf,
    string? KnownWorker,
    IReadOnlyList<Reason> Reasons,
    WorkersExplanation? Workers);

/// <summary>What the router will do next about the task, if nothing else happens.</summary>
public sealed record NextEvent(NextEventKind Kind, DateTimeOffset At);

public enum NextEventKind
{
    ReservationTimeout,
    StepTimeout,
    TaskTimeout,
    TargetTimeout,
    CompletionLimit,
    Removal,
}

/// <summary>What every worker of the workspace is to a queue, or to a task in it.</summary>
/// <param name="Count">All workers of the workspace.</param>
/// <param name="NearMisses">Clauses that are all that keeps somebody out, the one with most workers first.</param>
/// <param name="Shown">The closest, as many as were asked for.</param>
public sealed record WorkersExplanation(
    int Count,
    int InQueue,
    IReadOnlyDictionary<WorkerVerdict, int> ByVerdict,
    IReadOnlyList<NearMiss> NearMisses,
    IReadOnlyList<WorkerExplanation> Shown,
    string Summary);

/// <param name="Available">Those of them whose activity is available.</param>
public sealed record NearMiss(string Clause, string Summary, int Workers, int Available);

/// <param name="WouldMatchIf">What would make the expressions true of the worker.</param>
public sealed record WorkerExplanation(
    Worker Worker,
    string? ActivityName,
    WorkerVerdict Verdict,
    IReadOnlyList<Reason> Reasons,
    IReadOnlyList<string> WouldMatchIf);
