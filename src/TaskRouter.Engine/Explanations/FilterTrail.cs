using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Explanations;

/// <summary>The way of one task through its workflow, from what its record has kept of it.</summary>
internal sealed class FilterTrail
{
    private readonly WorkflowConfiguration _configuration;
    private readonly RoutingTask _task;
    private readonly AttributeDocument _attributes;
    private readonly bool[] _results;

    public FilterTrail(WorkflowConfiguration configuration, RoutingTask task, AttributeDocument attributes)
    {
        (_configuration, _task, _attributes) = (configuration, task, attributes);
        _results = [.. configuration.Filters.Select(filter => filter.Expression.Matches(attributes, null))];
    }

    public WorkflowFilter? CurrentFilter =>
        _task.FilterIndex is { } index ? _configuration.Filters[index] : null;

    public WorkflowStep? Step =>
        CurrentFilter is { } filter ? filter.Steps[_task.StepIndex!.Value] : _configuration.DefaultFilter;

    public bool MatchesNone => !_results.Contains(true);

    /// <summary>
    /// Where two steps share a queue, moving from one to the other leaves no trace: then it is when the steps before
    /// were over, which is late by a reservation that outlasted them.
    /// </summary>
    public DateTimeOffset? StepEnteredAt
    {
        get
        {
            var over = _task.FilterEnteredAt?.AddSeconds(_task.StepSeconds - (Step?.TimeoutSeconds ?? 0));
            return over > _task.QueueEnteredAt ? over : _task.QueueEnteredAt ?? over;
        }
    }

    public IReadOnlyList<FilterExplanation> Filters() =>
        [.. _configuration.Filters.Take(TaskExplanation.FiltersMax).Select(Explain)];

    /// <summary>
    /// Why the task has left this step of its filter. What can be both, by what the step says, is told from the time
    /// that the record has added up; where even that cannot tell, both are given.
    /// </summary>
    public IReadOnlyList<Reason> WhyLeft(int index)
    {
        var step = CurrentFilter!.Steps[index];
        if (step.SkipIf is null || step.TimeoutSeconds is null)
        {
            return Left(step, step.SkipIf is null, step.TimeoutSeconds is null);
        }

        var passed = CurrentFilter.Steps.Take(_task.StepIndex!.Value).ToList();
        var unclear = passed.Where(each => each is { SkipIf: not null, TimeoutSeconds: not null })
            .Sum(each => (long)each.TimeoutSeconds!.Value);
        var certain = passed.Where(each => each.SkipIf is null).Sum(each => (long)(each.TimeoutSeconds ?? 0));
        var spent = _task.StepSeconds - (Step!.TimeoutSeconds ?? 0) - certain;
        return Left(step, spent == unclear, spent == 0);
    }

    private FilterExplanation Explain(WorkflowFilter filter, int index)
    {
        var result = _results[index];
        var state = StateOf(index);
        var clauses = result
            ? []
            : Clause.Of(filter.Expression.Text, ExpressionContext.Task)
                .Where(clause => !clause.IsTrue(_attributes, null))
                .Take(WorkerReasons.ClausesMax)
                .ToList();
        return new FilterExplanation(
            index,
            filter.Name,
            ClauseText.Short(filter.Expression.Text),
            result,
            state,
            clauses.Count == 0 ? null : ClauseText.Short(clauses[0].Trace(_attributes, null, ClauseText.LengthMax)),
            [.. clauses.Select(FalseClauseOf)],
            state == PlaceState.Left ? WhyLeft(filter) : []);
    }

    private PlaceState StateOf(int index) => _task.FilterIndex is not { } current || index < current
        ? _results[index] ? PlaceState.Left : PlaceState.NotMatched
        : index == current ? PlaceState.Current : PlaceState.NotReached;

    private FalseClause FalseClauseOf(Clause clause) => new(
        ClauseText.Short(clause.Text),
        clause.Actual(_attributes, null, ClauseText.LengthMax),
        clause.Wanted(_attributes, null, ClauseText.LengthMax));

    // All its steps are over.
    private static IReadOnlyList<Reason> WhyLeft(WorkflowFilter filter) => Left(
        filter.Steps[^1],
        filter.Steps.All(step => step.SkipIf is null),
        filter.Steps.All(step => step.TimeoutSeconds is null));

    private static IReadOnlyList<Reason> Left(WorkflowStep step, bool isTimedOut, bool isSkipped)
    {
        var skipped = new Reason(ReasonCode.StepSkipped)
        {
            Clause = step.SkipIf is { } skipIf ? ClauseText.Short(skipIf.Text) : null,
        };
        var timedOut = new Reason(ReasonCode.StepTimedOut);
        return isTimedOut == isSkipped ? [timedOut, skipped] : isTimedOut ? [timedOut] : [skipped];
    }
}
