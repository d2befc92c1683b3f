using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Explanations;

/// <summary>
/// Says where a task is, why there and until when, and what every worker is to it. It reads records alone and asks each
/// worker and each task once, so that it costs routing nothing.
/// </summary>
/// <param name="shownMax">Workers to tell about one by one; all are counted.</param>
/// <param name="only">The one worker to tell about.</param>
public sealed class TaskExplainer(IWorkspaceView view, DateTimeOffset now, int shownMax, Sid? only = null)
{
    public TaskExplanation Explain(RoutingTask task)
    {
        var attributes = AttributeDocument.TryParse(task.Attributes, out var document, out _)
            ? document
            : AttributeDocument.Empty;
        var configuration = ConfigurationOf(task);
        var filters = configuration is null ? null : new FilterTrail(configuration, task, attributes);
        var (ahead, first) = task.AssignmentStatus == AssignmentStatus.Pending ? TasksAhead(task) : (0, null);
        var workers = WorkersOf(task, filters?.Step, attributes, first);
        return new TaskExplanation(
            task,
            filters?.Filters() ?? [],
            configuration?.Filters.Count ?? 0,
            StepsOf(task, filters, workers),
            ReasonsOf(task, filters),
            ahead,
            NextEventOf(task),
            SummaryOf(task, workers));
    }

    public WorkersExplanation Explain(TaskQueue queue) =>
        new WorkerAudit(view, WorkerTerms.OfQueue(queue), null, now).Explain(shownMax, only);

    // Of an ended task the configuration may be gone. Transfers and tasks that name worker or queue have none.
    private WorkflowConfiguration? ConfigurationOf(RoutingTask task) =>
        task.WorkflowSid is { } workflow
        && !task.LeftWorkflow
        && DirectWorkerOf(task) is null
        && !Sid.TryParse(task.RoutingTarget, SidKind.TaskQueue, out _)
        && view.FindConfiguration(workflow, task.WorkflowVersion) is { } text
        && WorkflowConfiguration.TryParse(text, out var configuration, out _)
            ? configuration
            : null;

    private static Sid? DirectWorkerOf(RoutingTask task) =>
        !task.LeftWorkflow && Sid.TryParse(task.RoutingTarget, SidKind.Worker, out var worker) ? worker : null;

    private (int Count, RoutingTask? First) TasksAhead(RoutingTask task)
    {
        var queue = task.TaskQueueSid is { } sid ? view.FindTaskQueue(sid) : null;
        var direct = DirectWorkerOf(task);
        var order = TaskOrder.Of(direct is null && queue is not null ? queue.TaskOrder : QueueOrder.Fifo);
        var (count, first) = (0, (RoutingTask?)null);
        foreach (var other in view.Tasks)
        {
            if (other.AssignmentStatus == AssignmentStatus.Pending
                && other.TaskQueueSid == task.TaskQueueSid
                && other.TaskChannelSid == task.TaskChannelSid
                && (direct is null || other.RoutingTarget == task.RoutingTarget)
                && order.Compare(other, task) < 0)
            {
                count++;
                first = first is null || order.Compare(other, first) < 0 ? other : first;
            }
        }

        return (count, first);
    }

    // Once somebody has accepted it nobody else is looked for, but for a transfer, which makes it wait again.
    private WorkersExplanation? WorkersOf(
        RoutingTask task, WorkflowStep? step, AttributeDocument attributes, RoutingTask? ahead)
    {
        if (task.AssignmentStatus is not (AssignmentStatus.Pending or AssignmentStatus.Reserved))
        {
            return null;
        }

        var terms = DirectWorkerOf(task) is { } worker ? WorkerTerms.OfDirectTask(worker, task, attributes)
            : task.TaskQueueSid is { } queueSid && view.FindTaskQueue(queueSid) is { } queue
                ? WorkerTerms.OfTask(queue, step, task, attributes)
                : null;
        return terms is null ? null : new WorkerAudit(view, terms, ahead, now).Explain(shownMax, only);
    }

    private IReadOnlyList<StepExplanation> StepsOf(
        RoutingTask task, FilterTrail? filters, WorkersExplanation? workers)
    {
        if (filters is { CurrentFilter: { } filter })
        {
            return [.. filter.Steps.Select((step, index) => StepOf(task, filters, step, index, workers))];
        }

        var queueSid = task.TaskQueueSid;
        return queueSid is null && workers is null ? [] :
        [
            new StepExplanation(
                null,
                queueSid,
                queueSid is { } sid ? view.FindTaskQueue(sid)?.FriendlyName : null,
                PlaceState.Current,
                task.QueueEnteredAt ?? task.CreatedAt,
                task.TargetDueAt,
                null,
                null,
                null,
                null,
                null,
                [],
                workers),
        ];
    }

    private StepExplanation StepOf(
        RoutingTask task, FilterTrail filters, WorkflowStep step, int index, WorkersExplanation? workers)
    {
        var current = task.StepIndex!.Value;
        var isCurrent = index == current;
        return new StepExplanation(
            index,
            step.Queue,
            view.FindTaskQueue(step.Queue)?.FriendlyName,
            isCurrent ? PlaceState.Current : index < current ? PlaceState.Left : PlaceState.NotReached,
            isCurrent ? filters.StepEnteredAt : null,
            isCurrent ? task.StepExpiresAt : null,
            step.TimeoutSeconds,
            step.Expression is { } expression ? ClauseText.Short(expression.Text) : null,
            step.OrderBy is { } order ? ClauseText.Short(order.Text) : null,
            step.SkipIf is { } skipIf ? ClauseText.Short(skipIf.Text) : null,
            (step.KnownWorkerSid ?? step.KnownWorkerName)?.Text is { } known ? ClauseText.Short(known) : null,
            index < current ? filters.WhyLeft(index) : [],
            isCurrent ? workers : null);
    }

    private static List<Reason> ReasonsOf(RoutingTask task, FilterTrail? filters)
    {
        var reasons = new List<Reason>();
        if (filters is { CurrentFilter: null, MatchesNone: true })
        {
            reasons.Add(new Reason(ReasonCode.NoFilterMatched));
        }

        if (task is { AssignmentStatus: AssignmentStatus.Canceled, Reason: CancelReasons.WorkflowTimeout })
        {
            reasons.Add(new Reason(ReasonCode.StepTimedOut));
        }

        if (task is { AssignmentStatus: AssignmentStatus.Canceled, Reason: CancelReasons.WorkflowSkipped })
        {
            reasons.Add(new Reason(ReasonCode.StepSkipped));
            reasons.Add(new Reason(ReasonCode.NoDefaultQueue));
        }

        return reasons;
    }

    private NextEvent? NextEventOf(RoutingTask task)
    {
        var isWaiting = task.AssignmentStatus == AssignmentStatus.Pending;
        var offers = view.ReservationsOfTask(task.Sid)
            .Select(reservation => (NextEventKind.ReservationTimeout, reservation.ExpiresAt));
        (NextEventKind Kind, DateTimeOffset? At)[] events =
        [
            .. offers,
            (NextEventKind.StepTimeout, isWaiting ? task.StepExpiresAt : null),
            (NextEventKind.TaskTimeout, task.ExpiresAt),
            (NextEventKind.TargetTimeout, isWaiting ? task.TargetDueAt : null),
            (NextEventKind.CompletionLimit, task.CompletionDueAt),
            (NextEventKind.Removal, task.RemoveAt),
        ];
        var due = events.Where(each => each.At is not null).MinBy(each => each.At);
        return due.At is { } at ? new NextEvent(due.Kind, at) : null;
    }

    private string SummaryOf(RoutingTask task, WorkersExplanation? workers)
    {
        var status = WireNames.Of(task.AssignmentStatus).ToUpperInvariant();
        if (task.IsEnded)
        {
            return string.IsNullOrEmpty(task.Reason) ? status : $"{status}: {ClauseText.Short(task.Reason)}";
        }

        if (task.AssignmentStatus == AssignmentStatus.Pending)
        {
            return workers?.Summary ?? status;
        }

        var holders = view.ReservationsOfTask(task.Sid).Where(reservation => reservation.IsActive)
            .Select(reservation => reservation.WorkerSid)
            .ToHashSet();
        var names = view.Workers.Where(worker => holders.Contains(worker.Sid)).Select(worker => worker.FriendlyName);
        return $"{(task.AssignmentStatus == AssignmentStatus.Reserved ? "OFFERED: to" : $"{status}: to")} "
            + string.Join(", ", names);
    }
}
