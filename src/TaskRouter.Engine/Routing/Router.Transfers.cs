using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// An assigned task is offered to somebody else while the first worker still holds it. To a worker: one offer, and with
// it the transfer stands or falls. To a queue: the task waits there until a worker takes it or the transfer is
// canceled.
// https://www.twilio.com/docs/taskrouter/api/event/reference
public sealed partial class Router
{
    private TaskTransfer Start(StartTransfer command)
    {
        var task = Get(_tasks, command.TaskSid, "Tasks");
        var reservation = task.Reservations.Find(each => each.Sid == command.ReservationSid)
            ?? throw Refusal.NotFound(
                $"/Workspaces/{Workspace.Sid}/Tasks/{command.TaskSid}/Reservations/{command.ReservationSid}");
        RefuseUntransferable(task, reservation);
        var attributes = command.Attributes is null || command.Attributes == task.Record.Attributes
            ? null
            : Checks.Attributes(OrEmptyObject(command.Attributes), _limits.AttributesMax);
        Checks.Range(command.Priority, 0, int.MaxValue, nameof(command.Priority));
        var channel = command.To.Kind == SidKind.Worker ? TransferTarget(task, command.To) : null;
        var queue = channel is null ? QueueParameter(command.To, nameof(command.To)) : null;

        var transfer = new TaskTransfer
        {
            Sid = _sids.Next(SidKind.TaskTransfer, _now),
            WorkspaceSid = Workspace.Sid,
            TaskSid = task.Sid,
            TransferTo = command.To,
            Mode = command.Mode,
            InitiatingReservationSid = reservation.Sid,
            InitiatingWorkerSid = reservation.Record.WorkerSid,
            InitiatingTaskQueueSid = task.Record.TaskQueueSid,
            InitiatingWorkflowSid = task.Record.WorkflowSid,
            CreatedAt = _now,
            UpdatedAt = _now,
        };
        if (attributes is not null)
        {
            task.Document = attributes;
        }

        Save(task, transfer);
        Save(task, task.Record with
        {
            Attributes = attributes?.Text ?? task.Record.Attributes,
            Priority = command.Priority ?? task.Record.Priority,
            AssignmentStatus = channel is null ? AssignmentStatus.Pending : AssignmentStatus.Reserved,
            AssignmentCount = task.Record.AssignmentCount + (channel is null ? 0 : 1),
        });
        EmitTransfer(EventTypes.TaskTransferInitiated, task, $"Transfer of task {task.Sid} to {command.To} initiated");
        if (command.Mode == TransferMode.Cold)
        {
            Change(reservation, ReservationStatus.Wrapping);
        }

        if (channel is not null)
        {
            Offer(task, channel);
        }
        else
        {
            MoveInTransfer(task, queue!);
            LineUp(task);
        }

        return transfer;
    }

    private void RefuseUntransferable(TaskState task, ReservationState reservation)
    {
        if (task.IsInTransfer)
        {
            throw Refusal.Invalid($"Task {task.Sid} is already being transferred by {task.Transfer!.Sid}");
        }

        if (reservation.Record.Status != ReservationStatus.Accepted)
        {
            throw Refusal.Invalid($"Cannot transfer task {task.Sid} because reservation {reservation.Sid} is "
                + WireNames.Of(reservation.Record.Status));
        }

        if (IsOfferedOut(task))
        {
            throw Refusal.Invalid(
                $"Cannot transfer task {task.Sid} because it was offered {task.Record.AssignmentCount} times already");
        }
    }

    private WorkerChannelState TransferTarget(TaskState task, Sid sid)
    {
        if (!_workers.TryGetValue(sid, out var worker))
        {
            throw Refusal.Invalid($"Invalid To: Worker {sid} does not exist in this workspace");
        }

        if (!worker.Activity.Record.Available)
        {
            throw Refusal.Invalid($"Cannot transfer task {task.Sid} because worker {sid} is not available");
        }

        if (task.IsHeldBy(worker))
        {
            throw Refusal.Invalid($"Cannot transfer task {task.Sid} to worker {sid}, which has it already");
        }

        return worker.ChannelFor(task.Channel)!;
    }

    private TaskTransfer Cancel(CancelTransfer command)
    {
        var task = Get(_tasks, command.TaskSid, "Tasks");
        if (!_transfers.TryGetValue(command.Sid, out var transfer) || transfer.TaskSid != task.Sid)
        {
            throw Refusal.NotFound($"/Workspaces/{Workspace.Sid}/Tasks/{task.Sid}/Transfers/{command.Sid}");
        }

        if (!transfer.IsUnderWay)
        {
            // The blank before the full stop is Twilio's.
            throw Refusal.Invalid(
                $"Transfer {transfer.Sid} is already {WireNames.Of(transfer.Status)} . Cannot cancel transfer.");
        }

        TakeOutOfLine(task);
        Save(task, transfer with { Status = TransferStatus.Canceled });
        Save(task, task.Record with { AssignmentStatus = StatusWithoutOffer(task) });
        foreach (var offer in task.PendingReservations())
        {
            End(offer, ReservationStatus.Canceled);
        }

        EmitTransfer(EventTypes.TaskTransferCanceled, task, $"Transfer {transfer.Sid} canceled");
        BringBack(task);
        return task.Transfer!;
    }

    /// <summary>The task ends, and with it the transfer that may be under way.</summary>
    private void EndTransfer(TaskState task)
    {
        if (task.IsInTransfer)
        {
            Save(task, task.Transfer! with { Status = TransferStatus.Canceled });
            EmitTransfer(EventTypes.TaskTransferCanceled, task, $"Transfer {task.Transfer!.Sid} canceled");
        }
    }

    /// <summary>
    /// Called while an offer ends unaccepted: with a worker's offer, or the last one the task may have, the whole
    /// transfer has failed.
    /// </summary>
    private void FailTransfer(TaskState task, ReservationStatus ending)
    {
        var transfer = task.Transfer!;
        var what = ending switch
        {
            ReservationStatus.Rejected => "was rejected",
            ReservationStatus.Timeout => "timed out",
            _ => "was canceled",
        };
        if (transfer.IsToWorker || IsOfferedOut(task))
        {
            Save(task, transfer with
            {
                Status = TransferStatus.Failed,
                FailedReason = $"Transfer failed because the reservation {what}",
            });
        }
        else
        {
            var on = ending switch
            {
                ReservationStatus.Rejected => "reject",
                ReservationStatus.Timeout => "timeout",
                _ => "cancel",
            };
            Save(task, transfer with
            {
                FailedReason =
                    $"Transfer attempt failed on reservation {on} because there are no more pending reservations",
            });
        }
    }

    /// <summary>
    /// The task's last offer in a transfer has ended unaccepted: back to its worker, or on to the next one.
    /// </summary>
    private void GoOnAfterOffer(TaskState task)
    {
        var transfer = task.Transfer!;
        if (transfer.IsUnderWay)
        {
            EmitTransfer(EventTypes.TaskTransferAttemptFailed, task, transfer.FailedReason!);
            LineUp(task);
            return;
        }

        EmitTransfer(EventTypes.TaskTransferFailed, task, transfer.FailedReason!);
        BringBack(task);
    }

    /// <summary>
    /// The transfer has come to nothing: the task is its worker's again, or waits when it has none any more.
    /// </summary>
    private void BringBack(TaskState task)
    {
        if (task.Transfer!.InitiatingTaskQueueSid is { } sid && _queues.TryGetValue(sid, out var queue)
            && queue != task.Queue)
        {
            MoveInTransfer(task, queue);
        }

        if (task.IsPending)
        {
            WaitAfterTransfer(task);
        }

        if (!task.Record.IsEnded)
        {
            EmitTask(EventTypes.TaskUpdated, task, $"Task {task.Sid} updated");
        }
    }

    // Its routing target has had it already, so whoever serves its queue may take it.
    private void WaitAfterTransfer(TaskState task)
    {
        if (IsOfferedOut(task))
        {
            Cancel(task, CancelReasons.AssignmentCount);
            return;
        }

        if (task.DirectWorkerSid is { } worker)
        {
            if (task.Queue is not { } queue)
            {
                Cancel(task, CancelReasons.TargetUnavailable(worker));
                return;
            }

            MoveInTransfer(task, queue);
        }

        LineUp(task);
    }

    // Also a transfer to the queue the task is in takes it out of its step, and away from its routing target.
    private void MoveInTransfer(TaskState task, QueueState queue)
    {
        var (previous, priority) = (task.Queue, task.Record.Priority);
        task.Step = null;
        Enter(task, queue);
        Save(task, task.Record with
        {
            TaskQueueSid = queue.Record.Sid,
            QueueEnteredAt = previous == queue ? task.Record.QueueEnteredAt : _now,
            LeftWorkflow = true,
            FilterIndex = null,
            StepIndex = null,
        });
        EmitPlacement(task, previous, priority, "task_transferred");
    }

    // An accepted task is past its workflow: whoever still holds it has it.
    private static AssignmentStatus StatusWithoutOffer(TaskState task)
    {
        var status = AssignmentStatus.Pending;
        foreach (var reservation in task.Reservations)
        {
            if (reservation.Record.Status == ReservationStatus.Accepted)
            {
                return AssignmentStatus.Assigned;
            }

            if (reservation.Record.Status == ReservationStatus.Wrapping)
            {
                status = AssignmentStatus.Wrapping;
            }
        }

        return status;
    }

    private void Save(TaskState task, TaskTransfer transfer)
    {
        var saved = transfer with { UpdatedAt = _now };
        task.Put(saved);
        _transfers[saved.Sid] = saved;
        _changes.Transfers.Write(saved.Sid, saved);
    }

    private void EmitTransfer(string type, TaskState task, string description)
    {
        var transfer = task.Transfer!;
        var initiator = _workers.GetValueOrDefault(transfer.InitiatingWorkerSid);
        Emit(NewTaskEvent(type, task, description) with
        {
            Transfer = transfer,
            Worker = initiator?.Record,
            Activity = initiator?.Activity.Record,
        });
    }
}
