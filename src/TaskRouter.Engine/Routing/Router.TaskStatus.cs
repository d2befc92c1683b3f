using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// How a task's status changes, and what goes with it. https://www.twilio.com/docs/taskrouter/lifecycle-task-state
public sealed partial class Router
{
    // All that happens while a task is being created belongs to its first version.
    private TaskState? _creating;

    private void Save(TaskState task, RoutingTask record)
    {
        var version = task == _creating ? 0 : task.Record.Version + 1;
        task.Record = record with { Version = version, UpdatedAt = _now };
        _changes.Tasks.Write(task.Sid, task.Record);
    }

    private void Cancel(TaskState task, string? reason)
    {
        TakeOutOfLine(task);
        EndTransfer(task);
        Finish(task, AssignmentStatus.Canceled, reason);
        EndReservations(task);
        EmitTask(EventTypes.TaskCanceled, task, reason ?? $"Task {task.Sid} canceled");
    }

    // The event's payload is the task: there is no reservation to speak of.
    private void FailDirect(TaskState task)
    {
        TakeOutOfLine(task);
        Finish(task, AssignmentStatus.Canceled, CancelReasons.TargetNotReservedInTime);
        EmitTask(EventTypes.ReservationFailed, task, CancelReasons.TargetNotReservedInTime);
        EmitTask(EventTypes.TaskCanceled, task, CancelReasons.TargetNotReservedInTime);
    }

    private void Complete(TaskState task, string? reason)
    {
        Finish(task, AssignmentStatus.Completed, reason);
        EndReservations(task);
        EmitTask(EventTypes.TaskCompleted, task, $"Task {task.Sid} completed");
    }

    private void Wrap(TaskState task)
    {
        Save(task, task.Record with { AssignmentStatus = AssignmentStatus.Wrapping });
        foreach (var reservation in task.ActiveReservations())
        {
            if (reservation.Record.Status == ReservationStatus.Accepted)
            {
                Change(reservation, ReservationStatus.Wrapping);
            }
        }

        EmitTask(EventTypes.TaskWrapup, task, $"Task {task.Sid} is wrapping up");
    }

    /// <summary>The task disappears at once, in any state. https://www.twilio.com/docs/taskrouter/api/task</summary>
    private void Remove(TaskState task, string eventType)
    {
        TakeOutOfLine(task);
        if (!task.Record.IsEnded)
        {
            Release(task);
        }

        EndTransfer(task);
        EndReservations(task);
        EmitTask(eventType, task, $"Task {task.Sid} deleted");
        _tasks.Remove(task.Sid);
        _changes.Tasks.Delete(task.Sid);
        foreach (var transfer in task.TransferSids)
        {
            _transfers.Remove(transfer);
            _changes.Transfers.Delete(transfer);
        }

        foreach (var reservation in task.Reservations)
        {
            _reservations.Remove(reservation.Sid);
            _changes.Reservations.Delete(reservation.Sid);
        }
    }

    /// <summary>The end of an ended task's visibility: readers lose sight of it, the disk keeps it.</summary>
    private void Forget(TaskState task)
    {
        _tasks.Remove(task.Sid);
        _changes.Tasks.Forget(task.Sid);
        foreach (var transfer in task.TransferSids)
        {
            _transfers.Remove(transfer);
            _changes.Transfers.Forget(transfer);
        }

        foreach (var reservation in task.Reservations)
        {
            _reservations.Remove(reservation.Sid);
            _changes.Reservations.Forget(reservation.Sid);
        }
    }

    private void Finish(TaskState task, AssignmentStatus status, string? reason)
    {
        Save(task, task.Record with
        {
            AssignmentStatus = status,
            Reason = reason,
            EndedAt = _now,
            RemoveAt = _now + _limits.EndedTaskVisibility,
            ExpiresAt = null,
            StepExpiresAt = null,
            TargetDueAt = null,
            CompletionDueAt = null,
            ReEvaluationDue = false,
        });
        _deadlines.Add(DeadlineKind.TaskRemoval, task.Sid, task.Record.RemoveAt);
        Release(task);
    }

    /// <summary>What has been offered is canceled, what has been taken is completed.</summary>
    private void EndReservations(TaskState task)
    {
        foreach (var reservation in task.ActiveReservations())
        {
            End(reservation, reservation.Record.Status == ReservationStatus.Pending
                ? ReservationStatus.Canceled
                : ReservationStatus.Completed);
        }
    }

    /// <summary>An ended task stops counting as open work of its channel, queue and workflow.</summary>
    private void Release(TaskState task)
    {
        task.Channel.OpenTasks--;
        if (task.Queue is not null)
        {
            task.Queue.OpenTasks--;
        }

        if (task.Workflow is { } version)
        {
            version.Workflow.OpenTasks.Remove(task);
            Unfollow(version);
        }

        task.ForgetDocument();
    }

    /// <summary>A task that has lost its last offer goes on waiting, unless it has waited enough.</summary>
    private void WaitAgain(ReservationState lost)
    {
        var task = lost.Task;
        if (lost.Record.TaskTransferSid is not null && !task.HasPendingReservation())
        {
            GoOnAfterOffer(task);
            return;
        }

        if (!task.IsPending || task.Line is not null)
        {
            return;
        }

        if (task.DirectWorkerSid is { } worker)
        {
            Cancel(task, CancelReasons.TargetUnavailable(worker));
        }
        else if (IsOfferedOut(task))
        {
            Cancel(task, CancelReasons.AssignmentCount);
        }
        else
        {
            ResumeWorkflow(task);
        }
    }

    // https://www.twilio.com/docs/taskrouter/limits
    private bool IsOfferedOut(TaskState task) => task.Record.AssignmentCount >= _limits.AssignmentsMax;

    private void ResumeWorkflow(TaskState task)
    {
        if (task.Record.ReEvaluationDue)
        {
            ReEvaluateWorkflow(task);
        }

        if (!task.IsPending || task.Line is not null)
        {
            return;
        }

        // A step's deadline never cuts an offer short; it takes effect when the offer has ended.
        if (task.Record.StepExpiresAt <= _now)
        {
            LeaveExpiredStep(task);
        }
        else
        {
            LineUp(task);
        }
    }
}
