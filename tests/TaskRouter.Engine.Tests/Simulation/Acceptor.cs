using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Tests.Simulation.Worlds;

namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>
/// Watches from outside: does not predict what a router does, but says of every event and every row whether the
/// documented rules allow it now. What both twins get wrong in the same way is found here.
/// https://www.twilio.com/docs/taskrouter/lifecycle-task-state
/// </summary>
internal sealed partial class Acceptor
{
    private readonly Dictionary<Sid, ReservationStatus> _reservations = [];
    private readonly Dictionary<Sid, RoutingTask> _tasks = [];
    private long _lastSequence;
    private Sid _lastSid;
    private string? _broken;

    /// <summary>What one command, or one firing of deadlines, has done.</summary>
    /// <param name="Command">Null when deadlines were fired.</param>
    /// <param name="Before">What readers saw until now.</param>
    private readonly record struct Turn(
        Command? Command, Outcome Outcome, Changes Changes, WorkspaceRows Before, DateTimeOffset Now);

    /// <summary>The first rule that is broken, or null. The changes are published to the rows.</summary>
    public string? Check(Command? command, Outcome outcome, Changes changes, WorkspaceRows rows, DateTimeOffset now)
    {
        _broken = null;
        var turn = new Turn(command, outcome, changes, rows, now);
        LearnConfigurations(changes);
        CheckCommand(turn);
        CheckRows(turn);
        foreach (var each in changes.Events)
        {
            CheckLog(each, now);
            CheckReservation(each, turn);
            CheckTask(each, turn);
            CheckPlacement(each, now);
            Learn(each);
        }

        rows.Publish(changes);
        CheckSkipping(changes, rows);
        return _broken;
    }

    /// <summary>What must hold whenever nothing is due.</summary>
    public static IEnumerable<string> Quiet(WorkspaceRows rows, DateTimeOffset now)
    {
        foreach (var reservation in rows.Reservations.Values.Where(each => each.Status == ReservationStatus.Pending))
        {
            if (reservation.ExpiresAt <= now)
            {
                yield return $"Reservation {reservation.Sid} outlives its timeout";
            }

            if (rows.Tasks[reservation.TaskSid].AssignmentStatus != AssignmentStatus.Reserved)
            {
                yield return $"Reservation {reservation.Sid} is pending, but its task is not reserved";
            }
        }

        foreach (var task in rows.Tasks.Values)
        {
            var isPending = task.AssignmentStatus == AssignmentStatus.Pending;
            if (task.ExpiresAt <= now || task.CompletionDueAt <= now || task.RemoveAt <= now || task.TargetDueAt <= now
                || (isPending && task.StepExpiresAt <= now))
            {
                yield return $"Task {task.Sid} outlives a deadline";
            }

            var target = default(Sid);
            var isDirect = !task.LeftWorkflow && Sid.TryParse(task.RoutingTarget, SidKind.Worker, out target);
            if (isPending && isDirect && !rows.Workers.ContainsKey(target))
            {
                yield return $"Task {task.Sid} waits for a worker who is gone";
            }

            if (isPending && isDirect != task.TargetDueAt.HasValue)
            {
                yield return $"Task {task.Sid} waits for one worker without a limit";
            }
        }
    }

    private void CheckLog(RoutingEvent each, DateTimeOffset now)
    {
        Require(each.Sequence == _lastSequence + 1, $"event {each.Sequence} follows event {_lastSequence}");
        Require(each.Sid > _lastSid, $"event {each.Sequence} sorts after the one before");
        Require(each.At == now, $"event {each.Sequence} has the time of what caused it");
        (_lastSequence, _lastSid) = (each.Sequence, each.Sid);
    }

    private void CheckRows(Turn turn)
    {
        CheckOnce(turn.Changes.Tasks);
        CheckOnce(turn.Changes.Reservations);
        CheckOnce(turn.Changes.Transfers);
        CheckOnce(turn.Changes.Workers);
        CheckOnce(turn.Changes.WorkerChannels);
        foreach (var (sid, task) in turn.Changes.Tasks.Written)
        {
            if (turn.Before.Tasks.TryGetValue(sid, out var before) && before != task)
            {
                Require(
                    task.Version > before.Version && task.UpdatedAt == turn.Now,
                    $"task {sid} changes with its version");
                Require(!before.IsEnded || task.AssignmentStatus == before.AssignmentStatus, $"task {sid} ends once");
            }
        }

        foreach (var (sid, worker) in turn.Changes.Workers.Written)
        {
            if (turn.Before.Workers.TryGetValue(sid, out var before) && before != worker)
            {
                Require(
                    worker.Version > before.Version && worker.UpdatedAt == turn.Now,
                    $"worker {sid} changes with its version");
                Require(
                    (worker.ActivitySid == before.ActivitySid) == (worker.StatusChangedAt == before.StatusChangedAt)
                    || worker.StatusChangedAt == turn.Now,
                    $"worker {sid} has the time of its last activity");
            }
        }

        foreach (var (sid, reservation) in turn.Changes.Reservations.Written)
        {
            if (turn.Before.Reservations.TryGetValue(sid, out var before) && before.Status != reservation.Status)
            {
                Require(
                    reservation.Version > before.Version && reservation.UpdatedAt == turn.Now,
                    $"reservation {sid} changes with its version");
                Require(
                    reservation.TaskSid == before.TaskSid && reservation.WorkerSid == before.WorkerSid,
                    $"reservation {sid} keeps its task and worker");
            }
        }

        foreach (var sid in turn.Changes.Tasks.Forgotten)
        {
            var visibility = WorldGenerator.Limits.EndedTaskVisibility;
            Require(
                turn.Before.Tasks[sid] is { EndedAt: { } end } && end + visibility <= turn.Now,
                $"task {sid} is forgotten when its time is over");
        }
    }

    private void CheckOnce<TRow>(RowChanges<TRow> changes)
        where TRow : class => Require(
            !changes.Deleted.Overlaps(changes.Written.Keys) && !changes.Deleted.Overlaps(changes.Shown.Keys),
            $"a deleted {typeof(TRow).Name} is not written");

    private void Learn(RoutingEvent each)
    {
        if (each.Task is { } task)
        {
            _tasks[task.Sid] = task;
        }

        if (each.Reservation is { } reservation)
        {
            _reservations[reservation.Sid] = reservation.Status;
        }
    }

    private void Require(bool holds, string rule) => _broken ??= holds ? null : $"broken: {rule}";
}
