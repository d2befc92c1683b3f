using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// https://www.twilio.com/docs/taskrouter/api/reservations
public sealed partial class Router
{
    private Reservation Update(UpdateReservation command)
    {
        var reservation = _reservations.TryGetValue(command.Sid, out var found)
            ? found
            : throw Refusal.NotFound($"/Workspaces/{Workspace.Sid}/Reservations/{command.Sid}");
        RefuseStale(command.IfVersion, reservation.Record.Version, $"Reservation {command.Sid}");
        var activity = ActivityParameter(command.WorkerActivitySid, nameof(command.WorkerActivitySid));
        if (command.Status is { } wanted)
        {
            RefuseIllegal(reservation, wanted);
            Answer(reservation, wanted, activity);
        }

        return reservation.Record;
    }

    /// <summary>What the assignment callback's answer asks for, if anything; then nothing is owed any more.</summary>
    private object? SettleCallback(SettleAssignmentCallback command)
    {
        if (!_reservations.TryGetValue(command.ReservationSid, out var reservation))
        {
            return null;
        }

        var activity = ActivityParameter(command.WorkerActivitySid, nameof(command.WorkerActivitySid));
        if (command.Status is { } wanted)
        {
            RefuseIllegal(reservation, wanted);
            Answer(reservation, wanted, activity);
        }
        else if (reservation.Record.CallbackDue)
        {
            reservation.Record = reservation.Record with { CallbackDue = false };
            _changes.Reservations.Write(reservation.Sid, reservation.Record);
        }

        return null;
    }

    private static void RefuseIllegal(ReservationState reservation, ReservationStatus wanted)
    {
        var status = reservation.Record.Status;
        var isLegal = wanted switch
        {
            ReservationStatus.Accepted or ReservationStatus.Rejected => status == ReservationStatus.Pending,
            ReservationStatus.Wrapping => status == ReservationStatus.Accepted,
            ReservationStatus.Completed => status is ReservationStatus.Accepted or ReservationStatus.Wrapping,
            _ => false,
        };
        if (isLegal)
        {
            return;
        }

        var message = $"Cannot set reservation {reservation.Sid} to {WireNames.Of(wanted)} "
            + $"because it is {WireNames.Of(status)}";

        // Another worker was faster: the offer existed, and is gone.
        throw wanted == ReservationStatus.Accepted && status == ReservationStatus.Rescinded
            ? Refusal.Gone(message)
            : Refusal.Invalid(message);
    }

    private void Answer(ReservationState reservation, ReservationStatus wanted, ActivityState? activity)
    {
        switch (wanted)
        {
            case ReservationStatus.Accepted:
                Accept(reservation);
                break;
            case ReservationStatus.Rejected:
                Reject(reservation, activity);
                break;
            case ReservationStatus.Wrapping:
                WrapUp(reservation);
                break;
            case ReservationStatus.Completed:
                Complete(reservation);
                break;
        }
    }

    /// <summary>Offers the task to each of these workers at once.</summary>
    private void Reserve(TaskState task, List<WorkerChannelState> chosen)
    {
        TakeOutOfLine(task);
        Save(task, task.Record with
        {
            AssignmentStatus = AssignmentStatus.Reserved,
            AssignmentCount = task.Record.AssignmentCount + 1,
            TargetDueAt = null,
        });
        foreach (var channel in chosen)
        {
            Offer(task, channel);
        }
    }

    private void Offer(TaskState task, WorkerChannelState channel)
    {
        var worker = channel.Worker;
        var workflow = task.Workflow?.Workflow.Record;
        var timeout = workflow?.TaskReservationTimeoutSeconds ?? Workflow.DefaultReservationTimeoutSeconds;
        var reservation = new ReservationState(
            new Reservation
            {
                Sid = _sids.Next(SidKind.Reservation, _now),
                WorkspaceSid = Workspace.Sid,
                TaskSid = task.Sid,
                WorkerSid = worker.Record.Sid,
                TaskChannelSid = channel.Channel.Record.Sid,
                TaskQueueSid = task.Record.TaskQueueSid,
                WorkflowSid = task.Record.WorkflowSid,
                TaskTransferSid = task.IsInTransfer ? task.Transfer!.Sid : null,
                WorkerPreviousActivitySid = worker.Activity.Record.Sid,
                TimeoutSeconds = timeout,
                ExpiresAt = _now.AddSeconds(timeout),
                CallbackDue = workflow?.AssignmentCallbackUrl is not null,
                CreatedAt = _now,
                UpdatedAt = _now,
            },
            task,
            channel);
        _reservations.Add(reservation.Sid, reservation);
        task.Add(reservation);
        _changes.Reservations.Write(reservation.Sid, reservation.Record);
        _deadlines.Add(DeadlineKind.ReservationTimeout, reservation.Sid, reservation.Record.ExpiresAt);

        Unlist(worker);
        worker.Active.Add(reservation);
        channel.Record = channel.Record with { LastReservedAt = _now };
        worker.LastReservedAt = _now;
        Recount(channel);
        _changes.WorkerChannels.Write(channel.Record.Sid, channel.Record);
        Save(worker, worker.Record);
        Regroup(worker, _pools.UsingChannels);
        Relist(worker);

        EmitReservation(EventTypes.ReservationCreated, reservation);
        MoveInSingleTasking(worker, task.Queue?.Record.ReservationActivitySid);
    }

    private void Accept(ReservationState reservation)
    {
        var task = reservation.Task;

        // An accepted task is past its workflow and its time-to-live; from now on it has to be completed in time.
        Save(task, task.Record with
        {
            AssignmentStatus = AssignmentStatus.Assigned,
            ExpiresAt = null,
            StepExpiresAt = null,
            ReEvaluationDue = false,
            CompletionDueAt = task.Record.CompletionDueAt ?? _now + _limits.CompletionLimit,
        });
        _deadlines.Add(DeadlineKind.TaskCompletion, task.Sid, task.Record.CompletionDueAt);
        var completesTransfer = task.IsInTransfer && reservation.Record.TaskTransferSid == task.Transfer!.Sid;
        if (completesTransfer)
        {
            Save(task, task.Transfer! with { Status = TransferStatus.Complete, FailedReason = null });
        }

        Change(reservation, ReservationStatus.Accepted);
        foreach (var other in task.PendingReservations())
        {
            End(other, ReservationStatus.Rescinded);
        }

        if (completesTransfer)
        {
            EmitTransfer(EventTypes.TaskTransferCompleted, task, $"Transfer {task.Transfer!.Sid} completed");
        }

        MoveInSingleTasking(reservation.Worker, task.Queue?.Record.AssignmentActivitySid);
    }

    private void Reject(ReservationState reservation, ActivityState? activity)
    {
        Withdraw(reservation, ReservationStatus.Rejected);
        if (activity is not null)
        {
            SetActivity(reservation.Worker, activity);
        }
        else
        {
            RestoreActivity(reservation);
        }

        WaitAgain(reservation);
    }

    // https://www.twilio.com/docs/taskrouter/api/activity: whoever does not answer is taken for away.
    private void TimeOut(ReservationState reservation)
    {
        Withdraw(reservation, ReservationStatus.Timeout);
        SetActivity(reservation.Worker, _activities[Workspace.TimeoutActivitySid]);
        WaitAgain(reservation);
    }

    private void WrapUp(ReservationState reservation)
    {
        var task = reservation.Task;
        var isLast = !task.IsInTransfer && AllOthersWrap(reservation);
        if (isLast)
        {
            Save(task, task.Record with { AssignmentStatus = AssignmentStatus.Wrapping });
        }

        Change(reservation, ReservationStatus.Wrapping);
        if (isLast)
        {
            EmitTask(EventTypes.TaskWrapup, task, $"Task {task.Sid} is wrapping up");
        }
    }

    private static bool AllOthersWrap(ReservationState reservation) =>
        reservation.Task.ActiveReservations().All(other =>
            other == reservation || other.Record.Status == ReservationStatus.Wrapping);

    private void Complete(ReservationState reservation)
    {
        // While the task is handed over, whoever hands over ends alone: it lives on with the next.
        var task = reservation.Task;
        if (!task.IsInTransfer && task.ActiveReservations().All(other => other == reservation))
        {
            Complete(task, reason: null);
            return;
        }

        // After a transfer two may hold the task: with the last of them at work gone, only wrapping up is left.
        var isWrapping = task.Record.AssignmentStatus == AssignmentStatus.Assigned && AllOthersWrap(reservation);
        if (isWrapping)
        {
            Save(task, task.Record with { AssignmentStatus = AssignmentStatus.Wrapping });
        }

        End(reservation, ReservationStatus.Completed);
        if (isWrapping)
        {
            EmitTask(EventTypes.TaskWrapup, task, $"Task {task.Sid} is wrapping up");
        }
    }

    /// <summary>Ends an offer without acceptance; with the last one the task is no longer reserved.</summary>
    private void Withdraw(ReservationState reservation, ReservationStatus status)
    {
        SetStatus(reservation, status);
        var task = reservation.Task;
        if (task.IsReserved && !task.HasPendingReservation())
        {
            if (task.IsInTransfer)
            {
                FailTransfer(task, status);
            }

            // In a transfer that has failed, whoever handed over has the task again.
            var next = task.IsInTransfer ? AssignmentStatus.Pending : StatusWithoutOffer(task);
            Save(task, task.Record with { AssignmentStatus = next });
        }

        EmitReservation(EventTypes.Of(status), reservation);
    }

    /// <summary>Ends a reservation whose task has already moved on.</summary>
    private void End(ReservationState reservation, ReservationStatus status)
    {
        Change(reservation, status);
        if (status is ReservationStatus.Canceled or ReservationStatus.Rescinded)
        {
            RestoreActivity(reservation);
        }
    }

    private void Change(ReservationState reservation, ReservationStatus status)
    {
        SetStatus(reservation, status);
        EmitReservation(EventTypes.Of(status), reservation);
    }

    /// <summary>
    /// Changes the record and the worker's load; the event is the caller's, once all records are right.
    /// </summary>
    private void SetStatus(ReservationState reservation, ReservationStatus status)
    {
        reservation.Record = reservation.Record with
        {
            Status = status,
            ExpiresAt = null,
            AcceptedAt = status == ReservationStatus.Accepted ? _now : reservation.Record.AcceptedAt,
            CallbackDue = false,
            Version = reservation.Record.Version + 1,
            UpdatedAt = _now,
        };
        _changes.Reservations.Write(reservation.Sid, reservation.Record);

        var channel = reservation.WorkerChannel!;
        Unlist(channel.Worker);
        if (!reservation.Record.IsActive)
        {
            channel.Worker.Active.Remove(reservation);
        }

        Recount(channel);
        _changes.WorkerChannels.Show(channel.Record.Sid, channel.Record);
        Regroup(channel.Worker, _pools.UsingChannels);
        Relist(channel.Worker);
    }

    private static void Recount(WorkerChannelState channel)
    {
        var (accepted, wrapping, active) = (0, 0, 0);
        foreach (var reservation in channel.Worker.Active)
        {
            if (reservation.WorkerChannel == channel)
            {
                active++;
                accepted += reservation.Record.Status == ReservationStatus.Accepted ? 1 : 0;
                wrapping += reservation.Record.Status == ReservationStatus.Wrapping ? 1 : 0;
            }
        }

        channel.Record = channel.Record with { AssignedTasks = accepted + wrapping, ActiveTasks = active };
        channel.Fields.AcceptedTasks = accepted;
        channel.Fields.ActiveTasks = active;
    }

    // https://www.twilio.com/docs/taskrouter/multitasking: only a single-tasking workspace moves workers by itself.
    private void MoveInSingleTasking(WorkerState worker, Sid? activitySid)
    {
        if (!Workspace.MultiTaskEnabled && activitySid is { } sid)
        {
            SetActivity(worker, _activities[sid]);
        }
    }

    /// <summary>
    /// In a single-tasking workspace, a worker that is still "reserved" goes back to what it was doing.
    /// </summary>
    private void RestoreActivity(ReservationState reservation)
    {
        var worker = reservation.Worker;
        var isReserved = !Workspace.MultiTaskEnabled
            && reservation.Task.Queue?.Record.ReservationActivitySid == worker.Activity.Record.Sid;
        if (isReserved && _activities.TryGetValue(reservation.Record.WorkerPreviousActivitySid, out var previous))
        {
            SetActivity(worker, previous);
        }
    }

    /// <summary>
    /// Before offers stop moving workers into the activity that these ones have moved theirs to: nobody would find out
    /// later that they are to be called back from there.
    /// </summary>
    /// <param name="of">The queue whose offers they are; null for all.</param>
    private void RestoreActivities(QueueState? of)
    {
        var offers = _reservations.Values.Where(each =>
            each.Record.Status == ReservationStatus.Pending && (of is null || each.Task.Queue == of));
        foreach (var offer in offers.OrderBy(each => each.Sid).ToList())
        {
            RestoreActivity(offer);
        }
    }

    private static void RefuseStale(int? seen, int version, string resource)
    {
        if (seen is { } expected && expected != version)
        {
            throw Refusal.Stale(resource);
        }
    }
}
