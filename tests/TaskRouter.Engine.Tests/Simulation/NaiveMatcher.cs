using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>
/// The rules of matching as they are documented and nothing else: every pending task in routing order is tried with
/// every worker. Reads records alone, no index that the router keeps, and remembers nothing.
/// https://www.twilio.com/docs/taskrouter/multitasking
/// </summary>
internal sealed class NaiveMatcher(Router router) : IMatcher
{
    public bool IsSettled => true;

    public void Touch(WorkerState worker)
    {
    }

    public void Touch(WaitingLine line)
    {
    }

    public void Forget(WorkerState worker)
    {
    }

    public Pairing? Next(QueueOrder preferred)
    {
        var pending = router.Tasks.Where(task => task.Record.AssignmentStatus == AssignmentStatus.Pending).ToList();
        if (pending.Count == 0)
        {
            return null;
        }

        var active = router.Tasks.SelectMany(task => task.Reservations).Select(reservation => reservation.Record)
            .Where(IsActive).ToLookup(reservation => reservation.WorkerSid);
        var workers = router.Workers.Select(worker => new NaiveWorker(worker, [.. active[worker.Record.Sid]])).ToList();
        foreach (var task in InRoutingOrder(pending, preferred))
        {
            var takers = workers.Where(worker => MayTake(worker, task)).ToList();
            if (takers.Count > 0)
            {
                var chosen = InWorkerOrder(takers, task).Take(task.Queue?.Record.MaxReservedWorkers ?? 1);
                return new Pairing(task, [.. chosen.Select(worker => worker.On(task.Record.TaskChannelSid)!)]);
            }
        }

        return null;
    }

    // https://www.twilio.com/docs/taskrouter/queue-ordering-last-first-out-lifo
    private static IEnumerable<TaskState> InRoutingOrder(IReadOnlyList<TaskState> pending, QueueOrder preferred)
    {
        var fifo = pending.Where(task => !IsInLifoQueue(task))
            .OrderByDescending(task => task.Record.Priority)
            .ThenBy(task => task.Record.VirtualStartAt)
            .ThenBy(task => task.Record.Sid.ToString(), StringComparer.Ordinal);
        var lifo = pending.Where(IsInLifoQueue)
            .OrderByDescending(task => task.Record.VirtualStartAt)
            .ThenByDescending(task => task.Record.Sid.ToString(), StringComparer.Ordinal);
        return preferred == QueueOrder.Lifo ? lifo.Concat(fifo) : fifo.Concat(lifo);
    }

    private static bool IsInLifoQueue(TaskState task) =>
        TargetOf(task) is null && task.Queue!.Record.TaskOrder == QueueOrder.Lifo;

    private bool MayTake(NaiveWorker worker, TaskState task)
    {
        if (worker.On(task.Record.TaskChannelSid) is not { } channel
            || worker.Active.Exists(reservation => reservation.TaskSid == task.Record.Sid))
        {
            return false;
        }

        if (TargetOf(task) is { } target)
        {
            return worker.Record.Sid == target && (task.Record.IgnoreCapacity || IsFree(worker, channel.Record));
        }

        var document = Parsed.Document(task.Record.Attributes);
        return IsFree(worker, channel.Record)
            && Parsed.TargetWorkers(task.Queue!.Record.TargetWorkers).Matches(null, worker.Document)
            && (task.Step?.Expression is not { } expression || expression.Matches(document, worker.Document))
            && (task.Step?.KnownWorkerSid is not { } sid || sid.Resolve(document).AsText == worker.Document.Sid)
            && (task.Step?.KnownWorkerName is not { } name || string.Equals(
                name.Resolve(document).AsText, worker.Record.FriendlyName, StringComparison.OrdinalIgnoreCase));
    }

    private bool IsFree(NaiveWorker worker, WorkerChannel channel) =>
        worker.Activity.Available
        && channel.Available
        && worker.Active.Count(each => each.TaskChannelSid == channel.TaskChannelSid) < channel.ConfiguredCapacity
        && (router.Workspace.MultiTaskEnabled || worker.Active.Count == 0);

    // https://www.twilio.com/docs/taskrouter/order-workers, then the longest idle, then the oldest.
    private static IOrderedEnumerable<NaiveWorker> InWorkerOrder(List<NaiveWorker> workers, TaskState task)
    {
        var ordered = workers.OrderBy(_ => 0);
        foreach (var term in task.Step?.OrderBy?.Text.Split(',') ?? [])
        {
            var (path, isDescending) = (term.Trim().Split(' ')[0], term.EndsWith("DESC", StringComparison.Ordinal));
            ordered = ordered.ThenBy(worker => worker.Integer(path) is null);
            ordered = isDescending
                ? ordered.ThenByDescending(worker => worker.Integer(path))
                : ordered.ThenBy(worker => worker.Integer(path));
        }

        return ordered.ThenBy(worker => worker.IdleSince(task.Record.TaskChannelSid))
            .ThenBy(worker => worker.Record.Sid.ToString(), StringComparer.Ordinal);
    }

    private static Sid? TargetOf(TaskState task) =>
        !task.Record.LeftWorkflow && Sid.TryParse(task.Record.RoutingTarget, SidKind.Worker, out var sid) ? sid : null;

    private static bool IsActive(Reservation reservation) => reservation.Status
        is ReservationStatus.Pending or ReservationStatus.Accepted or ReservationStatus.Wrapping;
}
