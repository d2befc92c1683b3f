using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// https://www.twilio.com/docs/taskrouter/api/task-queue
public sealed partial class Router
{
    private TaskQueue Create(CreateTaskQueue command)
    {
        Checks.Name(command.FriendlyName, _limits.LongNameMax);
        Checks.Range(command.MaxReservedWorkers, 1, _limits.MaxReservedWorkersMax, nameof(command.MaxReservedWorkers));
        Checks.Room(_queues.Count, _limits.TaskQueuesMax, "task queues");
        _queueNames.RefuseTaken(command.FriendlyName);
        var reservation = ActivityParameter(command.ReservationActivitySid, nameof(command.ReservationActivitySid));
        var assignment = ActivityParameter(command.AssignmentActivitySid, nameof(command.AssignmentActivitySid));
        var pool = GetOrAddPool(command.TargetWorkers ?? TaskQueue.EveryWorker);

        var queue = new TaskQueue
        {
            Sid = _sids.Next(SidKind.TaskQueue, _now),
            WorkspaceSid = Workspace.Sid,
            FriendlyName = command.FriendlyName,
            TargetWorkers = pool.Text,
            MaxReservedWorkers = command.MaxReservedWorkers ?? 1,
            TaskOrder = command.TaskOrder ?? QueueOrder.Fifo,
            ReservationActivitySid = reservation?.Record.Sid,
            AssignmentActivitySid = assignment?.Record.Sid,
            CreatedAt = _now,
            UpdatedAt = _now,
        };
        pool.Queues++;
        _queues.Add(queue.Sid, new QueueState(queue, pool));
        _queueNames.Add(queue.FriendlyName, queue.Sid);
        _changes.TaskQueues.Write(queue.Sid, queue);
        Emit(EventTypes.TaskQueueCreated, queue);
        return queue;
    }

    private TaskQueue Update(UpdateTaskQueue command)
    {
        var queue = Get(_queues, command.Sid, "TaskQueues");
        if (command.FriendlyName is not null)
        {
            Checks.Name(command.FriendlyName, _limits.LongNameMax);
            _queueNames.RefuseTaken(command.FriendlyName, command.Sid);
        }

        Checks.Range(command.MaxReservedWorkers, 1, _limits.MaxReservedWorkersMax, nameof(command.MaxReservedWorkers));
        var before = queue.Record;
        var updated = before with
        {
            FriendlyName = command.FriendlyName ?? before.FriendlyName,
            TargetWorkers = command.TargetWorkers ?? before.TargetWorkers,
            MaxReservedWorkers = command.MaxReservedWorkers ?? before.MaxReservedWorkers,
            TaskOrder = command.TaskOrder ?? before.TaskOrder,
            ReservationActivitySid = ActivityOrCleared(
                command.ReservationActivitySid, before.ReservationActivitySid, nameof(command.ReservationActivitySid)),
            AssignmentActivitySid = ActivityOrCleared(
                command.AssignmentActivitySid, before.AssignmentActivitySid, nameof(command.AssignmentActivitySid)),
        };
        if (updated == before)
        {
            return before;
        }

        // Refuses a wrong expression, so it comes before anything changes.
        var pool = GetOrAddPool(updated.TargetWorkers);
        if (updated.ReservationActivitySid != before.ReservationActivitySid)
        {
            RestoreActivities(queue);
        }

        _queueNames.Rename(before.FriendlyName, updated.FriendlyName, command.Sid);
        Reline(queue, updated with { UpdatedAt = _now }, pool);
        _changes.TaskQueues.Write(command.Sid, queue.Record);
        if (updated.TargetWorkers != before.TargetWorkers)
        {
            Emit(EventTypes.TaskQueueExpressionUpdated, queue.Record);
        }

        return queue.Record;
    }

    /// <summary>Gives the queue its new record and pool, and lines its waiting tasks up again under them.</summary>
    private void Reline(QueueState queue, TaskQueue updated, WorkerPool pool)
    {
        if (queue.Pool == pool && queue.Record.TaskOrder == updated.TaskOrder
            && queue.Record.MaxReservedWorkers == updated.MaxReservedWorkers)
        {
            queue.Record = updated;
            return;
        }

        var waiting = queue.Lines.Values.SelectMany(line => line.Tasks).ToList();
        foreach (var task in waiting)
        {
            task.Line!.Remove(task);
        }

        queue.Record = updated;
        if (queue.Pool != pool)
        {
            pool.Queues++;
            Release(queue.Pool);
            queue.Pool = pool;
        }

        foreach (var task in waiting)
        {
            LineUp(task);
        }
    }

    private object? Delete(DeleteTaskQueue command)
    {
        var queue = Get(_queues, command.Sid, "TaskQueues");
        if (queue.OpenTasks > 0)
        {
            throw Refusal.Invalid(
                $"Cannot delete TaskQueue {command.Sid} because {Counted(queue.OpenTasks, "task", "is", "are")} in it");
        }

        // The oldest, so that a restart does not change the answer.
        var user = _workflows.Values.Where(workflow => workflow.Current.Configuration.Queues.Contains(command.Sid)
            || workflow.Replaced.Exists(version => version.Configuration.Queues.Contains(command.Sid)))
            .MinBy(workflow => workflow.Record.Sid);
        if (user is not null)
        {
            throw Refusal.Invalid(
                $"Cannot delete TaskQueue {command.Sid} because Workflow {user.Record.Sid} uses it");
        }

        Release(queue.Pool);
        _queues.Remove(command.Sid);
        _queueNames.Remove(queue.Record.FriendlyName);
        _changes.TaskQueues.Delete(command.Sid);
        Emit(EventTypes.TaskQueueDeleted, queue.Record);
        return null;
    }

    private Sid? ActivityOrCleared(Sid? sent, Sid? current, string parameter) => sent switch
    {
        null => current,
        { IsNone: true } => null,
        _ => ActivityParameter(sent, parameter)!.Record.Sid,
    };

    // Not flat in workers on purpose: a new expression has to be asked of every worker once.
    private WorkerPool GetOrAddPool(string targetWorkers)
    {
        if (_pools.TryGet(targetWorkers, out var existing))
        {
            return existing;
        }

        var pool = new WorkerPool(targetWorkers, Checks.TargetWorkers(targetWorkers), _recounted);
        _pools.Add(pool);
        _recounted.Add(pool);
        foreach (var worker in _workers.Values)
        {
            if (pool.Accepts(worker))
            {
                pool.Join(worker);
            }
        }

        return pool;
    }

    private void Release(WorkerPool pool)
    {
        if (--pool.Queues > 0)
        {
            return;
        }

        _pools.Remove(pool);
        _recounted.Add(pool);
        foreach (var worker in pool.Members.ToList())
        {
            pool.Leave(worker);
        }
    }
}
