using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Explanations;

/// <summary>
/// What a worker must be to be offered something: what a queue, and maybe a step and a task, ask for.
/// </summary>
internal sealed class WorkerTerms
{
    private WorkerTerms()
    {
    }

    public static WorkerTerms OfQueue(TaskQueue queue)
    {
        var clauses = Expressions.Clause.Of(queue.TargetWorkers, ExpressionContext.Worker);
        return new WorkerTerms
        {
            QueueClauses = clauses,
            UsesChannels = clauses.Any(clause => clause.UsesWorkerChannels),
        };
    }

    /// <param name="step">Null when the task was placed without one.</param>
    public static WorkerTerms OfTask(
        TaskQueue queue, WorkflowStep? step, RoutingTask task, AttributeDocument attributes)
    {
        var ofQueue = OfQueue(queue);
        return new WorkerTerms
        {
            QueueClauses = ofQueue.QueueClauses,
            Step = step,
            StepClauses = step?.Expression is { } expression
                ? Expressions.Clause.Of(expression.Text, ExpressionContext.Target)
                : [],
            Known = KnownWorker.Of(step, attributes),
            Task = task,
            Attributes = attributes,
            UsesChannels = ofQueue.UsesChannels || step is { Expression.UsesWorkerChannels: true }
                or { OrderBy.UsesWorkerChannels: true },
        };
    }

    /// <summary>A task that names its worker asks for nothing else.</summary>
    public static WorkerTerms OfDirectTask(Sid workerSid, RoutingTask task, AttributeDocument attributes) => new()
    {
        DirectWorkerSid = workerSid,
        Task = task,
        Attributes = attributes,
    };

    public IReadOnlyList<Clause> QueueClauses { get; private init; } = [];

    public WorkflowStep? Step { get; private init; }

    public IReadOnlyList<Clause> StepClauses { get; private init; } = [];

    public KnownWorker? Known { get; private init; }

    public Sid? DirectWorkerSid { get; private init; }

    public RoutingTask? Task { get; private init; }

    public AttributeDocument? Attributes { get; private init; }

    /// <summary>Whether anything here reads a worker's capacity or reservations.</summary>
    public bool UsesChannels { get; private init; }

    public int ClauseCount => QueueClauses.Count + StepClauses.Count;

    /// <summary>Those of the queue first.</summary>
    public Clause Clause(int index) =>
        index < QueueClauses.Count ? QueueClauses[index] : StepClauses[index - QueueClauses.Count];

    public bool IsTrue(int index, WorkerDocument worker) => index < QueueClauses.Count
        ? QueueClauses[index].IsTrue(null, worker)
        : StepClauses[index - QueueClauses.Count].IsTrue(Attributes, worker);

    /// <summary>Whether the step is not for somebody else.</summary>
    public bool AllowsKnown(Worker worker) => Known is not { } known
        || known.Value == (known.IsName ? worker.NameKey : worker.Sid.ToString());
}
