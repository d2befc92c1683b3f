using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Tests.Simulation.Worlds;

namespace TaskRouter.Engine.Tests.Simulation;

// The two state machines and their clocks. https://www.twilio.com/docs/taskrouter/api/reservations
internal sealed partial class Acceptor
{
    private void CheckReservation(RoutingEvent each, Turn turn)
    {
        if (each is not { ResourceType: "reservation", Reservation: { } reservation })
        {
            return;
        }

        var sid = reservation.Sid;
        var isNew = !_reservations.TryGetValue(sid, out var previous);
        Require(each.Type == EventTypes.Of(reservation.Status), $"event {each.Type} tells of reservation {sid}");
        Require(isNew ? reservation.Status == ReservationStatus.Pending : MayFollow(previous, reservation.Status),
            $"reservation {sid} goes from {previous} to {reservation.Status}");
        if (reservation.Status == ReservationStatus.Pending)
        {
            CheckOffer(each, reservation, turn);
        }
        else if (reservation.Status == ReservationStatus.Accepted)
        {
            CheckAcceptance(each.Task!, reservation, turn);
        }
        else if (reservation.Status == ReservationStatus.Timeout)
        {
            Require(
                turn.Command is null && reservation.CreatedAt.AddSeconds(reservation.TimeoutSeconds) <= turn.Now,
                $"reservation {sid} times out when its time is over");
            var timeout = each.Workspace.TimeoutActivitySid;
            Require(
                each.Activity!.Sid == timeout || turn.Changes.Events.Exists(later => later.Sequence > each.Sequence
                    && later.Type == EventTypes.WorkerActivityUpdate && later.ResourceSid == reservation.WorkerSid
                    && later.Activity!.Sid == timeout),
                $"the worker of reservation {sid} is taken for away");
        }
    }

    private void CheckOffer(RoutingEvent each, Reservation reservation, Turn turn)
    {
        var (sid, task) = (reservation.Sid, each.Task!);
        var seconds = each.Workflow?.TaskReservationTimeoutSeconds ?? 120;
        Require(task.AssignmentStatus == AssignmentStatus.Reserved, $"the task of offer {sid} is reserved");
        Require(
            task.AssignmentCount > (turn.Before.Tasks.GetValueOrDefault(task.Sid)?.AssignmentCount ?? 0),
            $"offer {sid} is counted");
        Require(reservation.ExpiresAt == turn.Now.AddSeconds(seconds), $"offer {sid} lapses as its workflow says");
        Require(each.Activity!.Available || IsForced(task, each.Transfer), $"the worker of offer {sid} is available");
        Require(
            reservation.CallbackDue == (each.Workflow?.AssignmentCallbackUrl is not null),
            $"offer {sid} owes its callback");
        if (each.Queue is { } queue)
        {
            var atOnce = turn.Changes.Events.Count(other => other.Type == each.Type && other.Task!.Sid == task.Sid
                && other.Task.AssignmentCount == task.AssignmentCount);
            Require(atOnce <= queue.MaxReservedWorkers, $"offer {sid} is one of no more than the queue allows");
        }
    }

    // Named by the task with IgnoreCapacity, or by the one who hands over.
    private static bool IsForced(RoutingTask task, TaskTransfer? transfer) =>
        transfer?.IsToWorker ?? (task.IgnoreCapacity && !task.LeftWorkflow);

    private void CheckAcceptance(RoutingTask task, Reservation reservation, Turn turn)
    {
        Require(
            task.AssignmentStatus == AssignmentStatus.Assigned,
            $"the task of accepted reservation {reservation.Sid} is assigned");
        Require(
            task.ExpiresAt is null && task.CompletionDueAt <= turn.Now + WorldGenerator.Limits.CompletionLimit,
            $"accepted task {task.Sid} is to be completed in time");
    }

    private static bool MayFollow(ReservationStatus from, ReservationStatus to) => from switch
    {
        ReservationStatus.Pending => to is ReservationStatus.Accepted or ReservationStatus.Rejected
            or ReservationStatus.Timeout or ReservationStatus.Canceled or ReservationStatus.Rescinded,
        ReservationStatus.Accepted => to is ReservationStatus.Wrapping or ReservationStatus.Completed,
        ReservationStatus.Wrapping => to is ReservationStatus.Completed,
        _ => false,
    };

    private void CheckTask(RoutingEvent each, Turn turn)
    {
        if (each is not { ResourceType: "task", Task: { } task })
        {
            return;
        }

        Require(
            _tasks.ContainsKey(task.Sid) != (each.Type == EventTypes.TaskCreated),
            $"task {task.Sid} is created first, and once");
        if (each.Type == EventTypes.TaskCanceled)
        {
            CheckCancellation(task, turn);
        }
        else if (each.Type == EventTypes.TaskSystemDeleted)
        {
            Require(
                turn.Command is null && task.CompletionDueAt <= turn.Now,
                $"task {task.Sid} is deleted when its time is over");
        }

        if (each.Type is EventTypes.TaskCanceled or EventTypes.TaskCompleted)
        {
            Require(
                task.EndedAt == turn.Now && task.RemoveAt == turn.Now + WorldGenerator.Limits.EndedTaskVisibility,
                $"ended task {task.Sid} stays visible for its time");
        }
    }

    private void CheckCancellation(RoutingTask task, Turn turn)
    {
        Require(task.AssignmentStatus == AssignmentStatus.Canceled, $"canceled task {task.Sid} is canceled");
        switch (task.Reason)
        {
            case CancelReasons.TimeToLive:
                Require(
                    turn.Command is null && task.CreatedAt.AddSeconds(task.TimeoutSeconds) <= turn.Now,
                    $"task {task.Sid} ends when its time is over");
                break;
            case CancelReasons.AssignmentCount:
                Require(
                    task.AssignmentCount == WorldGenerator.Limits.AssignmentsMax,
                    $"task {task.Sid} was offered often enough");
                break;
            case CancelReasons.TargetNotReservedInTime:
                Require(
                    turn.Command is null && task.CreatedAt.AddSeconds(10) <= turn.Now,
                    $"task {task.Sid} waited for its worker");
                break;
        }
    }
}
