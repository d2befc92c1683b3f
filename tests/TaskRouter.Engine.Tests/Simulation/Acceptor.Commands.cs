using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation;

// What a command that was obeyed must have done, and which must not have been obeyed.
internal sealed partial class Acceptor
{
    private void CheckCommand(Turn turn)
    {
        if (turn.Command is null || turn.Outcome.Refusal is not null)
        {
            return;
        }

        Require(SeenVersion(turn) is not { Seen: { } seen, Now: { } version } || seen == version, "a stale version is refused");
        switch (turn.Command)
        {
            case UpdateWorker { RejectPendingReservations: true } command:
                CheckRejected(command, turn);
                break;
            case UpdateReservation { Status: { } wanted }:
                Require((turn.Outcome.Answer as Reservation)?.Status == wanted, "a reservation becomes what was asked");
                break;
            case UpdateTask { AssignmentStatus: { } wanted }:
                Require(
                    (turn.Outcome.Answer as RoutingTask)?.AssignmentStatus == wanted, "a task becomes what was asked");
                break;
            case UpdateWorkerChannel command:
                var channel = turn.Outcome.Answer as WorkerChannel;
                Require(
                    channel?.ConfiguredCapacity == (command.Capacity ?? channel?.ConfiguredCapacity)
                    && channel?.Available == (command.Available ?? channel?.Available),
                    "a worker's channel becomes what was asked");
                break;
            case CreateTask command:
                CheckCreated(command, (RoutingTask)turn.Outcome.Answer!, turn);
                break;
        }
    }

    private void CheckRejected(UpdateWorker command, Turn turn)
    {
        foreach (var (sid, reservation) in turn.Before.Reservations)
        {
            if (reservation.WorkerSid == command.Sid && reservation.Status == ReservationStatus.Pending)
            {
                Require(
                    turn.Changes.Reservations.Written.GetValueOrDefault(sid)?.Status == ReservationStatus.Rejected,
                    $"reservation {sid} is rejected with the others");
            }
        }
    }

    private void CheckCreated(CreateTask command, RoutingTask task, Turn turn)
    {
        var isDirect = command.RoutingTarget?.Kind == SidKind.Worker;
        Require(task.Version == 0 && task.CreatedAt == turn.Now, "a new task has version 0 and was made now");
        Require(task.VirtualStartAt == (command.VirtualStartAt ?? turn.Now), "a task starts when it says");
        Require(
            task.ExpiresAt is null || task.ExpiresAt == turn.Now.AddSeconds(command.TimeoutSeconds ?? 86_400),
            "a task lives as long as it says");
        Require(
            task.IsEnded || task.TargetDueAt == (isDirect ? turn.Now.AddSeconds(10) : null),
            "a task for one worker waits ten seconds");
        Require(task.IgnoreCapacity == (isDirect && command.IgnoreCapacity is not false), "only a direct task ignores capacity");
        if (task.WorkflowSid is { } workflow)
        {
            Require(
                task.WorkflowVersion == turn.Before.Workflows[workflow].ConfigurationVersion,
                "a task enters with the current configuration");
        }
    }

    private static (int? Seen, int? Now) SeenVersion(Turn turn) => turn.Command switch
    {
        UpdateWorker { Sid: var sid, IfVersion: var seen } => (seen, turn.Before.Workers.GetValueOrDefault(sid)?.Version),
        DeleteWorker { Sid: var sid, IfVersion: var seen } => (seen, turn.Before.Workers.GetValueOrDefault(sid)?.Version),
        UpdateTask { Sid: var sid, IfVersion: var seen } => (seen, turn.Before.Tasks.GetValueOrDefault(sid)?.Version),
        DeleteTask { Sid: var sid, IfVersion: var seen } => (seen, turn.Before.Tasks.GetValueOrDefault(sid)?.Version),
        UpdateReservation { Sid: var sid, IfVersion: var seen } =>
            (seen, turn.Before.Reservations.GetValueOrDefault(sid)?.Version),
        _ => default,
    };
}
