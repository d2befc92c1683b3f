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

        var (seen, version) = SeenVersion(turn);
        Require(seen is null || seen == version, "a stale version is refused");
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
            case UpdateWorkflow { ReEvaluateTasks: true }:
                CheckReEvaluated((Workflow)turn.Outcome.Answer!, turn);
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
        Require(
            task.IgnoreCapacity == (isDirect && command.IgnoreCapacity is not false),
            "only a direct task ignores capacity");
        if (task.WorkflowSid is { } workflow)
        {
            Require(
                task.WorkflowVersion == turn.Before.Workflows[workflow].ConfigurationVersion,
                "a task enters with the current configuration");
        }
    }

    // Tasks that wait follow at once, offered ones when they wait again.
    // https://www.twilio.com/docs/taskrouter/api/workflow
    private void CheckReEvaluated(Workflow workflow, Turn turn)
    {
        foreach (var (sid, before) in turn.Before.Tasks)
        {
            var follows = before.WorkflowSid == workflow.Sid && !before.LeftWorkflow && before.CompletionDueAt is null
                && before.RoutingTarget?.StartsWith("WW", StringComparison.Ordinal) is not false;
            if (!follows || before.WorkflowVersion == workflow.ConfigurationVersion)
            {
                continue;
            }

            var after = turn.Changes.Tasks.Written.GetValueOrDefault(sid, before);
            Require(before.AssignmentStatus != AssignmentStatus.Reserved || after.ReEvaluationDue,
                $"offered task {sid} is to be evaluated again");
            var configuration = _configurations[(workflow.Sid, workflow.ConfigurationVersion)];
            var isForIt = InFilter(before, configuration, 0, afterTimeout: false, turn.Now) is not null;
            Require(
                before.AssignmentStatus != AssignmentStatus.Pending || !isForIt
                || after.WorkflowVersion == workflow.ConfigurationVersion,
                $"waiting task {sid} follows the new configuration");
        }
    }

    private static (int? Seen, int? Now) SeenVersion(Turn turn) => turn.Command switch
    {
        UpdateWorker { Sid: var sid, IfVersion: var seen } =>
            (seen, turn.Before.Workers.GetValueOrDefault(sid)?.Version),
        PatchWorkerAttributes { Sid: var sid, IfVersion: var seen } =>
            (seen, turn.Before.Workers.GetValueOrDefault(sid)?.Version),
        DeleteWorker { Sid: var sid, IfVersion: var seen } =>
            (seen, turn.Before.Workers.GetValueOrDefault(sid)?.Version),
        UpdateTask { Sid: var sid, IfVersion: var seen } => (seen, turn.Before.Tasks.GetValueOrDefault(sid)?.Version),
        DeleteTask { Sid: var sid, IfVersion: var seen } => (seen, turn.Before.Tasks.GetValueOrDefault(sid)?.Version),
        UpdateReservation { Sid: var sid, IfVersion: var seen } =>
            (seen, turn.Before.Reservations.GetValueOrDefault(sid)?.Version),
        _ => default,
    };
}
