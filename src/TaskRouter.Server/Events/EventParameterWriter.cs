using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Events;

/// <summary>
/// Tells an event's parameters one by one, and none that has no value. Who takes them decides how they are written.
/// https://www.twilio.com/docs/taskrouter/api/event/reference
/// </summary>
internal abstract class EventParameterWriter
{
    protected abstract void WriteText(EventParameter parameter, string value);

    public abstract void Write(EventParameter parameter, Sid value);

    public abstract void Write(EventParameter parameter, long value);

    public abstract void Write(EventParameter parameter, bool value);

    protected void WriteAll(RoutingEvent happened)
    {
        WriteCommon(happened);
        WriteGroups(happened, EventGroupsOfType.Of(happened.Type));
    }

    private void WriteCommon(RoutingEvent happened)
    {
        Write(EventParameter.EventType, happened.Type);
        Write(EventParameter.Sid, happened.Sid);
        Write(EventParameter.AccountSid, happened.Workspace.AccountSid);
        Write(EventParameter.WorkspaceSid, happened.Workspace.Sid);
        Write(EventParameter.WorkspaceName, happened.Workspace.FriendlyName);
        Write(EventParameter.EventDescription, happened.Description);
        Write(EventParameter.ResourceType, happened.ResourceType);
        Write(EventParameter.ResourceSid, happened.ResourceSid);
        WriteSeconds(EventParameter.Timestamp, happened.At);
        Write(EventParameter.TimestampMs, happened.At.ToUnixTimeMilliseconds());
    }

    private void WriteGroups(RoutingEvent happened, EventGroups groups)
    {
        if (groups.HasFlag(EventGroups.Reservation) && happened.Reservation is { } reservation)
        {
            WriteReservation(reservation);
        }

        if (groups.HasFlag(EventGroups.Task) && happened.Task is { } task)
        {
            WriteTask(task, happened);
        }

        if (groups.HasFlag(EventGroups.Queue) && happened.Queue is { } queue)
        {
            Write(EventParameter.TaskQueueSid, queue.Sid);
            Write(EventParameter.TaskQueueName, queue.FriendlyName);
            Write(EventParameter.TaskQueueTargetExpression, queue.TargetWorkers);
        }

        if (groups.HasFlag(EventGroups.Workflow) && happened.Workflow is { } workflow)
        {
            Write(EventParameter.WorkflowSid, workflow.Sid);
            Write(EventParameter.WorkflowName, workflow.FriendlyName);
        }

        if (groups.HasFlag(EventGroups.Step) && happened.Step is { } step)
        {
            WriteStep(step);
        }

        if (groups.HasFlag(EventGroups.Move))
        {
            WriteMove(happened);
        }

        if (groups.HasFlag(EventGroups.Worker) && happened.Worker is { } worker)
        {
            WriteWorker(worker, happened.Activity);
        }

        if (groups.HasFlag(EventGroups.Transfer) && happened.Transfer is { } transfer)
        {
            WriteTransfer(transfer);
        }

        if (groups.HasFlag(EventGroups.WorkerActivityChange))
        {
            WriteActivityChange(happened);
        }

        if (groups.HasFlag(EventGroups.WorkerChannelChange) && happened.WorkerChannel is { } workerChannel)
        {
            WriteWorkerChannel(workerChannel, happened);
        }

        if (groups.HasFlag(EventGroups.Activity) && happened.Activity is { } activity)
        {
            Write(EventParameter.ActivitySid, activity.Sid);
            Write(EventParameter.ActivityName, activity.FriendlyName);
            Write(EventParameter.ActivityAvailable, activity.Available);
        }

        if (groups.HasFlag(EventGroups.TaskChannel) && happened.Channel is { } channel)
        {
            Write(EventParameter.TaskChannelSid, channel.Sid);
            Write(EventParameter.TaskChannelName, channel.FriendlyName);
            Write(EventParameter.TaskChannelUniqueName, channel.UniqueName);
            Write(EventParameter.TaskChannelOptimizedRouting, channel.ChannelOptimizedRouting);
        }
    }

    private void WriteReservation(Reservation reservation)
    {
        Write(EventParameter.ReservationSid, reservation.Sid);
        Write(EventParameter.ReservationVersion, reservation.Version);
        Write(EventParameter.ReservationTimeout, reservation.TimeoutSeconds);
    }

    private void WriteTask(RoutingTask task, RoutingEvent happened)
    {
        Write(EventParameter.TaskSid, task.Sid);
        Write(EventParameter.TaskAttributes, task.Attributes);
        Write(EventParameter.TaskAge, task.AgeAt(happened.At));
        Write(EventParameter.TaskPriority, task.Priority);
        Write(EventParameter.TaskAssignmentStatus, WireNames.Of(task.AssignmentStatus));
        Write(EventParameter.Reason, task.Reason);
        if (task.AssignmentStatus is AssignmentStatus.Canceled)
        {
            Write(EventParameter.TaskCanceledReason, task.Reason);
        }
        else if (task.AssignmentStatus is AssignmentStatus.Completed)
        {
            Write(EventParameter.TaskCompletedReason, task.Reason);
        }

        Write(EventParameter.TaskVersion, task.Version);
        Write(EventParameter.TaskTimeout, task.TimeoutSeconds);
        Write(EventParameter.TaskChannelSid, task.TaskChannelSid);
        Write(EventParameter.TaskChannelUniqueName, happened.Channel?.UniqueName);
        WriteSeconds(EventParameter.TaskDateCreated, task.CreatedAt);
        WriteSeconds(EventParameter.TaskVirtualStartTime, task.VirtualStartAt);
        if (task.QueueEnteredAt is { } entered)
        {
            WriteSeconds(EventParameter.TaskQueueEnteredDate, entered);
            var inQueue = (task.EndedAt ?? happened.At) - entered;
            Write(EventParameter.TaskAgeInQueue, (long)Math.Max(0, inQueue.TotalSeconds));
        }

        Write(EventParameter.TaskIgnoreCapacity, task.IgnoreCapacity);
        Write(EventParameter.TaskRoutingTarget, task.RoutingTarget);
    }

    private void WriteStep(WorkflowStepNames step)
    {
        Write(EventParameter.WorkflowFilterName, step.FilterName);
        Write(EventParameter.WorkflowFilterExpression, step.FilterExpression);
        Write(EventParameter.WorkflowFilterTargetName, step.TargetName);
        Write(EventParameter.WorkflowFilterTargetExpression, step.TargetExpression);
        if (step.KnownWorkerSid is { } known)
        {
            Write(EventParameter.KnownWorkerSid, known);
        }
    }

    private void WriteMove(RoutingEvent happened)
    {
        if (happened.PreviousQueue is { } queue)
        {
            Write(EventParameter.PreviousTaskQueueSid, queue.Sid);
            Write(EventParameter.PreviousTaskQueueName, queue.FriendlyName);
        }

        if (happened.PreviousPriority is { } priority)
        {
            Write(EventParameter.PreviousTaskPriority, priority);
        }

        Write(EventParameter.TargetChangedReason, happened.TargetChangedReason);
    }

    private void WriteTransfer(TaskTransfer transfer)
    {
        Write(EventParameter.TaskTransferSid, transfer.Sid);
        Write(EventParameter.TransferType, transfer.IsToWorker ? "WORKER" : "QUEUE");
        Write(EventParameter.TransferTo, transfer.TransferTo);
        Write(EventParameter.TransferMode, WireNames.Of(transfer.Mode));
        Write(EventParameter.TransferStatus, WireNames.Of(transfer.Status));
        WriteSeconds(EventParameter.TransferStarted, transfer.CreatedAt);
        Write(EventParameter.TransferFailedReason, transfer.FailedReason);
        Write(EventParameter.TransferInitiatingWorkerSid, transfer.InitiatingWorkerSid);
        Write(EventParameter.TransferInitiatingReservationSid, transfer.InitiatingReservationSid);
    }

    private void WriteWorker(Worker worker, Activity? activity)
    {
        Write(EventParameter.WorkerSid, worker.Sid);
        Write(EventParameter.WorkerName, worker.FriendlyName);
        Write(EventParameter.WorkerAttributes, worker.Attributes);
        Write(EventParameter.WorkerActivitySid, worker.ActivitySid);
        Write(EventParameter.WorkerActivityName, activity?.FriendlyName);
        Write(EventParameter.WorkerVersion, worker.Version);
    }

    private void WriteActivityChange(RoutingEvent happened)
    {
        if (happened.TimeInPreviousActivity is { } spent)
        {
            Write(EventParameter.WorkerTimeInPreviousActivity, (long)spent.TotalSeconds);
            Write(EventParameter.WorkerTimeInPreviousActivityMs, (long)spent.TotalMilliseconds);
        }

        if (happened.PreviousActivity is { } previous)
        {
            Write(EventParameter.WorkerPreviousActivitySid, previous.Sid);
            Write(EventParameter.WorkerPreviousActivityName, previous.FriendlyName);
        }
    }

    private void WriteWorkerChannel(WorkerChannel channel, RoutingEvent happened)
    {
        Write(EventParameter.WorkerChannelAvailable, channel.Available);
        Write(EventParameter.WorkerChannelAvailableCapacity, channel.AvailableCapacityPercentage);
        Write(EventParameter.WorkerChannelConsumedCapacity, 100 - channel.AvailableCapacityPercentage);
        Write(EventParameter.WorkerChannelCapacity, channel.ConfiguredCapacity);
        if (happened.PreviousCapacity is { } capacity)
        {
            Write(EventParameter.WorkerChannelPreviousCapacity, capacity);
        }

        Write(EventParameter.WorkerChannelTaskCount, channel.AssignedTasks);
        Write(EventParameter.TaskChannelSid, channel.TaskChannelSid);
        Write(EventParameter.TaskChannelUniqueName, happened.Channel?.UniqueName);
    }

    private void Write(EventParameter parameter, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            WriteText(parameter, value);
        }
    }

    private void WriteSeconds(EventParameter parameter, DateTimeOffset value) =>
        Write(parameter, value.ToUnixTimeSeconds());
}
