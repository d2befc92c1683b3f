using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// https://www.twilio.com/docs/taskrouter/api/task and https://www.twilio.com/docs/taskrouter/lifecycle-task-state
public sealed partial class Router
{
    private RoutingTask Create(CreateTask command)
    {
        var attributes = Checks.Attributes(OrEmptyObject(command.Attributes), _limits.AttributesMax);
        Checks.Range(command.Priority, 0, int.MaxValue, nameof(command.Priority));
        Checks.Range(command.TimeoutSeconds, 1, _limits.TaskTimeoutSecondsMax, "Timeout");
        Checks.VirtualStart(command.VirtualStartAt, _now);
        var channel = ChannelParameter(command.TaskChannel);
        var placement = PlacementOf(command);

        var timeout = command.TimeoutSeconds ?? RoutingTask.DefaultTimeoutSeconds;
        var isDirect = command.RoutingTarget?.Kind == SidKind.Worker;
        var ignoresCapacity = isDirect && (command.IgnoreCapacity ?? true);
        var task = new TaskState(
            new RoutingTask
            {
                Sid = _sids.Next(SidKind.Task, _now),
                WorkspaceSid = Workspace.Sid,
                Attributes = attributes.Text,
                Priority = command.Priority ?? 0,
                TimeoutSeconds = timeout,
                TaskChannelSid = channel.Record.Sid,
                RoutingTarget = command.RoutingTarget?.ToString(),
                IgnoreCapacity = ignoresCapacity,
                VirtualStartAt = command.VirtualStartAt ?? _now,
                ExpiresAt = _now.AddSeconds(timeout),
                TargetDueAt = isDirect ? _now + _limits.RoutingTargetWait : null,
                CreatedAt = _now,
                UpdatedAt = _now,
            },
            attributes,
            channel);
        RefuseUnmatched(task, placement);

        _tasks.Add(task.Sid, task);
        channel.OpenTasks++;
        _deadlines.Add(DeadlineKind.TaskTimeToLive, task.Sid, task.Record.ExpiresAt);
        _deadlines.Add(DeadlineKind.RoutingTarget, task.Sid, task.Record.TargetDueAt);
        if (placement.Workflow is not null)
        {
            Follow(task, placement.Workflow);
        }

        _creating = task;
        EmitTask(EventTypes.TaskCreated, task, $"Task {task.Sid} created");
        Enter(task, placement);
        Save(task, task.Record);
        _creating = null;
        return task.Record;
    }

    /// <summary>Where a new task starts: in its workflow, straight in a queue, or at one worker.</summary>
    private readonly record struct Placement(WorkflowVersionState? Workflow, QueueState? Queue, bool ByWorkflow);

    private Placement PlacementOf(CreateTask command)
    {
        var target = command.RoutingTarget;
        if (target is { Kind: not (SidKind.Worker or SidKind.TaskQueue or SidKind.Workflow) })
        {
            throw Refusal.Invalid($"Invalid RoutingTarget: {target} is not a Worker, TaskQueue or Workflow");
        }

        var queue = QueueParameter(
            target?.Kind == SidKind.TaskQueue ? target : command.TaskQueueSid,
            target?.Kind == SidKind.TaskQueue ? nameof(command.RoutingTarget) : nameof(command.TaskQueueSid));
        if (target?.Kind == SidKind.Worker && !_workers.ContainsKey(target.Value))
        {
            throw Refusal.Invalid($"Invalid RoutingTarget: Worker {target} does not exist in this workspace");
        }

        var workflowSid = target?.Kind == SidKind.Workflow ? target : command.WorkflowSid;
        WorkflowState? workflow = null;
        if (workflowSid is { } sid && !_workflows.TryGetValue(sid, out workflow))
        {
            throw Refusal.Invalid($"Invalid WorkflowSid: Workflow {sid} does not exist in this workspace");
        }

        // https://www.twilio.com/docs/taskrouter/api/task: optional where the workspace has exactly one workflow.
        workflow ??= _workflows.Count == 1 ? _workflows.Values.First() : null;
        var bypasses = target?.Kind is SidKind.Worker or SidKind.TaskQueue;
        if (workflow is null && queue is null && !bypasses)
        {
            throw Refusal.Invalid("WorkflowSid is required, because this workspace has not exactly one workflow");
        }

        return new Placement(workflow?.Current, queue, workflow is not null && !bypasses);
    }

    private QueueState? QueueParameter(Sid? sid, string parameter)
    {
        if (sid is not { } given)
        {
            return null;
        }

        return _queues.TryGetValue(given, out var queue)
            ? queue
            : throw Refusal.Invalid($"Invalid {parameter}: TaskQueue {given} does not exist in this workspace");
    }

    private static void RefuseUnmatched(TaskState task, Placement placement)
    {
        if (placement.ByWorkflow
            && placement.Workflow!.Configuration is { DefaultFilter: null } configuration
            && FirstMatchingFilter(configuration, task) < 0)
        {
            throw Refusal.Invalid("No workflow filter matched the task and no default filter is defined");
        }
    }

    private void Enter(TaskState task, Placement placement)
    {
        if (placement.ByWorkflow)
        {
            EmitTask(EventTypes.WorkflowEntered, task, $"Task {task.Sid} entered workflow");
            EnterFilter(task, 0, afterTimeout: false, reason: null);
        }
        else if (placement.Queue is { } queue)
        {
            Place(task, queue, null, null, reason: null);
        }
        else
        {
            LineUp(task);
        }
    }

    private RoutingTask Update(UpdateTask command)
    {
        var task = Get(_tasks, command.Sid, "Tasks");
        RefuseStale(command.IfVersion, task.Record.Version, $"Task {command.Sid}");
        var attributes = command.Attributes is null || command.Attributes == task.Record.Attributes
            ? null
            : Checks.Attributes(OrEmptyObject(command.Attributes), _limits.AttributesMax);
        Checks.Range(command.Priority, 0, int.MaxValue, nameof(command.Priority));
        Checks.Text(command.Reason, _limits.TextMax, nameof(command.Reason));
        Checks.VirtualStart(command.VirtualStartAt, _now);
        var channel = command.TaskChannel is null ? task.Channel : ChannelParameter(command.TaskChannel);
        if (channel != task.Channel && (!task.IsPending || task.IsInTransfer))
        {
            throw Refusal.Invalid($"Cannot change the TaskChannel of task {task.Sid} because it is "
                + (task.IsInTransfer ? "being transferred" : "not pending"));
        }

        RefuseIllegal(task, command.AssignmentStatus);
        UpdateFields(task, command, attributes, channel);
        switch (command.AssignmentStatus)
        {
            case AssignmentStatus.Canceled:
                Cancel(task, command.Reason);
                break;
            case AssignmentStatus.Wrapping:
                Wrap(task);
                break;
            case AssignmentStatus.Completed:
                Complete(task, command.Reason);
                break;
        }

        return task.Record;
    }

    // The wording is Twilio's: its libraries show it to their users.
    // https://www.twilio.com/docs/taskrouter/lifecycle-task-state
    private void RefuseIllegal(TaskState task, AssignmentStatus? wanted)
    {
        var status = task.Record.AssignmentStatus;
        var isLegal = wanted switch
        {
            null => true,
            AssignmentStatus.Canceled => status is AssignmentStatus.Pending or AssignmentStatus.Reserved
                && !(task.IsInTransfer && task.IsHeld),
            AssignmentStatus.Wrapping => status == AssignmentStatus.Assigned,
            AssignmentStatus.Completed => status is AssignmentStatus.Assigned or AssignmentStatus.Wrapping,

            // Clients send a resource back as they got it: what changes nothing is no transition.
            _ => wanted == status,
        };
        if (isLegal)
        {
            return;
        }

        var where = $"{task.Sid} in workspace {Workspace.Sid} for account {Workspace.AccountSid}";
        throw Refusal.Invalid(wanted switch
        {
            AssignmentStatus.Canceled or AssignmentStatus.Wrapping or AssignmentStatus.Completed
                when task.IsInTransfer =>
                $"Cannot set task {where} to {WireNames.Of(wanted.Value)} because it is being transferred.",
            AssignmentStatus.Canceled => $"Cannot cancel task {where} because it is not pending or reserved.",
            AssignmentStatus.Wrapping => $"Cannot wrap up a task {where} because it's not currently assigned",
            AssignmentStatus.Completed => $"Cannot complete task {where} because it is not currently assigned.",
            _ => $"Cannot set task {where} to {WireNames.Of(wanted!.Value)} because it is {WireNames.Of(status)}.",
        });
    }

    private void UpdateFields(
        TaskState task, UpdateTask command, AttributeDocument? attributes, TaskChannelState channel)
    {
        var updated = task.Record with
        {
            Attributes = attributes?.Text ?? task.Record.Attributes,
            Priority = command.Priority ?? task.Record.Priority,
            VirtualStartAt = command.VirtualStartAt ?? task.Record.VirtualStartAt,
            TaskChannelSid = channel.Record.Sid,
        };
        if (updated == task.Record)
        {
            return;
        }

        TakeOutOfLine(task);
        var isReEvaluated = task.IsPending && attributes is not null && task.FollowsFilters;
        var filter = isReEvaluated ? FirstMatchingFilter(task.Workflow!.Configuration, task) : -1;
        if (attributes is not null)
        {
            task.Document = attributes;
        }

        if (channel != task.Channel)
        {
            task.Channel.OpenTasks--;
            channel.OpenTasks++;
            task.Channel = channel;
        }

        Save(task, updated);
        EmitTask(EventTypes.TaskUpdated, task, $"Task {task.Sid} updated");
        if (isReEvaluated)
        {
            ReEvaluateFilters(task, filter);
        }
        else if (task.IsPending)
        {
            LineUp(task);
        }
    }

    private object? Delete(DeleteTask command)
    {
        var task = Get(_tasks, command.Sid, "Tasks");
        RefuseStale(command.IfVersion, task.Record.Version, $"Task {command.Sid}");
        Remove(task, EventTypes.TaskDeleted);
        return null;
    }
}
