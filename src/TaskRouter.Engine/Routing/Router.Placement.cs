using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Routing;

// How a task moves through its workflow. https://www.twilio.com/docs/taskrouter/workflow-configuration
public sealed partial class Router
{
    // Tasks that entered a step with a skip_if during this command, and whether a step before it ran out; asked once
    // matching has had its try.
    private readonly List<(TaskState Task, bool AfterTimeout)> _skipChecks = [];

    private static int FirstMatchingFilter(WorkflowConfiguration configuration, TaskState task, int from = 0)
    {
        for (var index = from; index < configuration.Filters.Count; index++)
        {
            if (configuration.Filters[index].Expression.Matches(task.Document, null))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The next filter that matches; else the default filter, or the end of the workflow.</summary>
    /// <param name="afterTimeout">Whether a step ran out: then the default filter does not catch the task.</param>
    private void EnterFilter(TaskState task, int from, bool afterTimeout, string? reason)
    {
        var configuration = task.Workflow!.Configuration;
        var filter = FirstMatchingFilter(configuration, task, from);
        if (filter >= 0)
        {
            task.Record = task.Record with { FilterIndex = filter, FilterEnteredAt = _now, StepSeconds = 0 };
            EnterStep(task, 0, afterTimeout, reason);
        }
        else if (afterTimeout)
        {
            EmitTask(EventTypes.WorkflowTimeout, task, "Workflow timeout");
            Cancel(task, CancelReasons.WorkflowTimeout);
        }
        else if (configuration.DefaultFilter is { } step)
        {
            task.Record = task.Record with { FilterIndex = null, FilterEnteredAt = _now, StepSeconds = 0 };
            Place(task, _queues[step.Queue], step, null, reason);
        }
        else
        {
            Cancel(task, CancelReasons.WorkflowSkipped);
        }
    }

    /// <summary>
    /// Places the task in the first step from <paramref name="first"/> on whose time is not over yet.
    /// </summary>
    private void EnterStep(TaskState task, int first, bool afterTimeout, string? reason)
    {
        var filter = task.Record.FilterIndex!.Value;
        var steps = task.Workflow!.Configuration.Filters[filter].Steps;
        for (var index = first; index < steps.Count; index++)
        {
            var step = steps[index];
            task.Record = task.Record with { StepSeconds = task.Record.StepSeconds + (step.TimeoutSeconds ?? 0) };

            // Deadlines add up from entering the filter, so a long reservation can outlast several steps.
            // https://www.twilio.com/docs/taskrouter/task-evaluation
            if (StepDueAt(task, step) is { } dueAt && dueAt <= _now)
            {
                EmitTask(EventTypes.TaskQueueTimeout, task, "Workflow step timeout");
                afterTimeout = true;
                continue;
            }

            Place(task, _queues[step.Queue], step, index, reason);
            if (step.SkipIf is not null)
            {
                _skipChecks.Add((task, afterTimeout));
            }

            return;
        }

        EnterFilter(task, filter + 1, afterTimeout, reason);
    }

    private static DateTimeOffset? StepDueAt(TaskState task, WorkflowStep step) => step.TimeoutSeconds is null
        ? null
        : task.Record.FilterEnteredAt!.Value.AddSeconds(task.Record.StepSeconds);

    private void Place(TaskState task, QueueState queue, WorkflowStep? step, int? stepIndex, string? reason)
    {
        TakeOutOfLine(task);
        var (previousQueue, previousPriority) = (task.Queue, task.Record.Priority);
        var moved = previousQueue != queue;
        Save(task, task.Record with
        {
            TaskQueueSid = queue.Record.Sid,
            Priority = step?.Priority ?? task.Record.Priority,
            StepIndex = stepIndex,
            StepExpiresAt = stepIndex is null ? null : StepDueAt(task, step!),
            QueueEnteredAt = moved ? _now : task.Record.QueueEnteredAt,
        });
        _deadlines.Add(DeadlineKind.WorkflowStep, task.Sid, task.Record.StepExpiresAt);
        task.Step = step;
        Enter(task, queue);
        WarnOfKnownWorker(task, queue);

        EmitPlacement(task, previousQueue, previousPriority, reason);
        LineUp(task);
    }

    private static void Enter(TaskState task, QueueState queue)
    {
        queue.OpenTasks++;
        if (task.Queue is not null)
        {
            task.Queue.OpenTasks--;
        }

        task.Queue = queue;
    }

    /// <summary>Puts a pending task where it waits. Only a line that was empty needs a search for workers.</summary>
    private void LineUp(TaskState task)
    {
        var line = task.DirectWorkerSid is { } worker
            ? DirectLineOf(task, _workers[worker])
            : LineOf(task, task.Queue!);
        if (line.IsEmpty)
        {
            _matcher.Touch(line);
        }

        line.Add(task);
        if (line.Head != task)
        {
            task.ForgetDocument();
        }
    }

    private static WaitingLine LineOf(TaskState task, QueueState queue)
    {
        var step = task.Step;
        var known = KnownWorker.Of(task);
        var hasTerms = step is { Expression: not null } or { OrderBy: not null };
        var projection = task.IsInTransfer ? task.Sid.ToString() : step?.Expression?.ProjectTask(task.Document) ?? "";
        var key = new LineKey(task.Channel, hasTerms ? step : null, known, projection);
        if (!queue.Lines.TryGetValue(key, out var line))
        {
            queue.Lines[key] = line = WaitingLine.InQueue(key, queue);
        }

        return line;
    }

    private static WaitingLine DirectLineOf(TaskState task, WorkerState worker)
    {
        var key = new LineKey(task.Channel, null, null, task.Record.IgnoreCapacity ? "any" : "free");
        return worker.DirectLines.Find(line => line.Key == key) ?? WaitingLine.Direct(key, worker);
    }

    // Somebody who may yet come, or enter the queue: the task waits in the step all the same.
    private void WarnOfKnownWorker(TaskState task, QueueState queue)
    {
        if (KnownWorker.Of(task) is not { } known || KnownWorker.IsNobody(task))
        {
            return;
        }

        if (Find(known) is not { } worker)
        {
            _changes.Warnings.Add(new RoutingWarning(
                RoutingWarning.UnknownWorkerCode, task.Sid, "The known worker is missing or unknown here"));
        }
        else if (!queue.Pool.Members.Contains(worker))
        {
            _changes.Warnings.Add(new RoutingWarning(
                RoutingWarning.KnownWorkerNotInQueueCode,
                task.Sid,
                $"The known worker {worker.Record.Sid} is not in task queue {queue.Record.Sid}"));
        }
    }

    private static void TakeOutOfLine(TaskState task) => task.Line?.Remove(task);

    /// <summary>The time of the task's step is over while it is pending.</summary>
    private void LeaveExpiredStep(TaskState task)
    {
        EmitTask(EventTypes.TaskQueueTimeout, task, "Workflow step timeout");
        EnterStep(task, task.Record.StepIndex!.Value + 1, afterTimeout: true, "target_timeout");
    }

    // Asked on entering the step, when nobody could be reserved. https://www.twilio.com/docs/taskrouter/worker-presence
    private bool SkipSteps()
    {
        if (_skipChecks.Count == 0)
        {
            return false;
        }

        var checks = _skipChecks.ToArray();
        _skipChecks.Clear();
        foreach (var (task, afterTimeout) in checks)
        {
            if (task.IsPending && task.Record.StepIndex is { } index && task.Step?.SkipIf is { } skipIf
                && skipIf.IsTrue(task.Queue!.Pool))
            {
                EmitTask(EventTypes.WorkflowSkipped, task, "Workflow step skipped");
                task.Record = task.Record with
                {
                    StepSeconds = task.Record.StepSeconds - (task.Step.TimeoutSeconds ?? 0),
                };
                EnterStep(task, index + 1, afterTimeout, "target_skipped");
            }
        }

        return true;
    }

    /// <summary>
    /// The attributes of a waiting task have changed. Step and clock are kept while the first filter that matches is
    /// the one it is in, or the one that was the first before: then it has gone on from there in time, and would have
    /// to begin again with each change. Without any match it stays where it is.
    /// </summary>
    /// <param name="before">The first filter that matched the attributes as they were; negative for none.</param>
    private void ReEvaluateFilters(TaskState task, int before)
    {
        var configuration = task.Workflow!.Configuration;
        var filter = FirstMatchingFilter(configuration, task);
        var stays = filter == before || (filter >= 0
            ? filter == task.Record.FilterIndex
            : task.Record.FilterIndex is null || configuration.DefaultFilter is null);
        if (stays)
        {
            LineUp(task);
        }
        else
        {
            EnterFilter(task, 0, afterTimeout: false, "task_updated");
        }
    }

    /// <summary>
    /// Moves a pending task to its workflow's current configuration; without a match it stays where it is.
    /// </summary>
    private void ReEvaluateWorkflow(TaskState task)
    {
        var current = task.Workflow!.Workflow.Current;
        if (task.Record.ReEvaluationDue)
        {
            Save(task, task.Record with { ReEvaluationDue = false });
        }

        if (task.Workflow == current || !task.FollowsFilters)
        {
            return;
        }

        if (FirstMatchingFilter(current.Configuration, task) < 0 && current.Configuration.DefaultFilter is null)
        {
            return;
        }

        Follow(task, current);
        EnterFilter(task, 0, afterTimeout: false, "workflow_updated");
    }

    private void Follow(TaskState task, WorkflowVersionState version)
    {
        var previous = task.Workflow;
        task.Workflow = version;
        task.Record = task.Record with
        {
            WorkflowSid = version.Workflow.Record.Sid,
            WorkflowVersion = version.Version,
        };
        version.OpenTasks++;
        version.Workflow.OpenTasks.Add(task);
        Unfollow(previous);
    }

    /// <summary>One task less follows this configuration; a replaced one goes with its last task.</summary>
    private void Unfollow(WorkflowVersionState? version)
    {
        if (version is not null && --version.OpenTasks == 0 && version.Workflow.Replaced.Remove(version))
        {
            var key = (version.Workflow.Record.Sid, version.Version);
            _changes.WrittenVersions.Remove(key);
            _changes.DeletedVersions.Add(key);
        }
    }
}
