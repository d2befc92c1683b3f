using System.Globalization;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// What is told to the world. An event takes the records as they are, so it is emitted once all of them are right.
// https://www.twilio.com/docs/taskrouter/api/event/reference
public sealed partial class Router
{
    private void Emit(RoutingEvent routingEvent) => _changes.Events.Add(routingEvent);

    private RoutingEvent NewEvent(string type, string resourceType, Sid resourceSid, string description) => new()
    {
        Sid = _sids.Next(SidKind.Event, _now),
        Sequence = ++_eventSequence,
        Type = type,
        At = _now,
        Description = description,
        Workspace = Workspace,
        Actor = _actor,
        ResourceType = resourceType,
        ResourceSid = resourceSid,
    };

    private void EmitWorkspace(string type, string verb) => Emit(NewEvent(
        type, "workspace", Workspace.Sid, $"Workspace {Workspace.FriendlyName} {verb}"));

    private void Emit(string type, Activity activity) => Emit(
        NewEvent(type, "activity", activity.Sid, $"Activity {activity.FriendlyName} {Verb(type)}") with
        {
            Activity = activity,
        });

    private void Emit(string type, TaskChannel channel) => Emit(
        NewEvent(type, "taskchannel", channel.Sid, $"TaskChannel {channel.FriendlyName} {Verb(type)}") with
        {
            Channel = channel,
        });

    private void Emit(string type, TaskQueue queue)
    {
        var description = type == EventTypes.TaskQueueExpressionUpdated
            ? $"TaskQueue {queue.Sid} expression updated to '{queue.TargetWorkers}'"
            : $"TaskQueue {queue.FriendlyName} {Verb(type)}";
        Emit(NewEvent(type, "taskqueue", queue.Sid, description) with { Queue = queue });
    }

    private void Emit(string type, Workflow workflow) => Emit(
        NewEvent(type, "workflow", workflow.Sid, $"Workflow {workflow.FriendlyName} {Verb(type)}") with
        {
            Workflow = workflow,
        });

    private void Emit(string type, WorkerState worker)
    {
        var description = type == EventTypes.WorkerAttributesUpdate
            ? $"Worker {worker.Record.FriendlyName} attributes updated"
            : $"Worker {worker.Record.FriendlyName} {Verb(type)}";
        Emit(NewWorkerEvent(type, worker, description));
    }

    private void EmitActivityChange(WorkerState worker, ActivityState previous, TimeSpan spent)
    {
        var activity = worker.Activity.Record;
        var description = $"Worker {worker.Record.FriendlyName} updated to {activity.FriendlyName} Activity";
        Emit(NewWorkerEvent(EventTypes.WorkerActivityUpdate, worker, description) with
        {
            PreviousActivity = previous.Record,
            TimeInPreviousActivity = spent,
        });
    }

    private void EmitChannel(string type, WorkerChannelState channel, int? previousCapacity)
    {
        var name = channel.Channel.Record.UniqueName;
        var change = previousCapacity is { } capacity
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"capacity on channel {name} updated from {capacity} to {channel.Record.ConfiguredCapacity}")
            : $"channel {name} is now {(channel.Record.Available ? "available" : "not available")}";
        Emit(NewWorkerEvent(type, channel.Worker, $"Worker {channel.Worker.Record.FriendlyName} {change}") with
        {
            Channel = channel.Channel.Record,
            WorkerChannel = channel.Record,
            PreviousCapacity = previousCapacity,
        });
    }

    private RoutingEvent NewWorkerEvent(string type, WorkerState worker, string description) =>
        NewEvent(type, "worker", worker.Record.Sid, description) with
        {
            Worker = worker.Record,
            WorkerHolds = worker.Holds,
            Activity = worker.Activity.Record,
        };

    private void EmitTask(string type, TaskState task, string description) =>
        Emit(NewTaskEvent(type, task, description));

    private RoutingEvent NewTaskEvent(string type, TaskState task, string description) =>
        NewEvent(type, "task", task.Sid, description) with
        {
            Task = task.Record,
            Channel = ChannelOf(task),
            Queue = QueueOf(task),
            Workflow = WorkflowOf(task),
            Step = StepOf(task),

            // The end of work names who did it.
            Worker = type is EventTypes.TaskWrapup or EventTypes.TaskCompleted ? LastWorkerOf(task)?.Record : null,
            Activity = type is EventTypes.TaskWrapup or EventTypes.TaskCompleted
                ? LastWorkerOf(task)?.Activity.Record
                : null,
        };

    // Of several who were offered the task, whoever accepted it.
    private WorkerState? LastWorkerOf(TaskState task)
    {
        var last = task.Reservations.FindLast(reservation => reservation.Record.Status
            is ReservationStatus.Accepted or ReservationStatus.Wrapping or ReservationStatus.Completed);
        return last is null ? null : _workers.GetValueOrDefault(last.Record.WorkerSid);
    }

    private static bool WasAccepted(TaskState task, ReservationState but) =>
        task.Reservations.Exists(reservation => reservation != but && reservation.Record.Status
            is ReservationStatus.Accepted or ReservationStatus.Wrapping or ReservationStatus.Completed);

    // An ended task may outlive its channel, queue and workflow; those that are gone are not told any more, neither
    // before a restart nor after it.
    private TaskChannel? ChannelOf(TaskState task) => task.Record.IsEnded
        ? _channels.GetValueOrDefault(task.Record.TaskChannelSid)?.Record
        : task.Channel.Record;

    private TaskQueue? QueueOf(TaskState task) => task.Record is { IsEnded: true, TaskQueueSid: { } sid }
        ? _queues.GetValueOrDefault(sid)?.Record
        : task.Queue?.Record;

    private Workflow? WorkflowOf(TaskState task) => task.Record is { IsEnded: true, WorkflowSid: { } sid }
        ? _workflows.GetValueOrDefault(sid)?.Record
        : task.Workflow?.Workflow.Record;

    private void EmitReservation(string type, ReservationState reservation)
    {
        var (task, worker) = (reservation.Task, reservation.Worker);
        var name = worker.Record.FriendlyName;
        var description = type switch
        {
            EventTypes.ReservationCreated => $"Reservation {reservation.Sid} created for worker {name}",
            EventTypes.ReservationAccepted => $"Worker {name} accepted reservation {reservation.Sid}",
            EventTypes.ReservationRejected => $"Worker {name} rejected reservation {reservation.Sid}",
            _ => $"Reservation {reservation.Sid} of worker {name} is {Verb(type)}",
        };
        Emit(NewEvent(type, "reservation", reservation.Sid, description) with
        {
            Reservation = reservation.Record,
            IsAcceptedAgain = type == EventTypes.ReservationAccepted && WasAccepted(task, but: reservation),
            Task = task.Record,
            Channel = ChannelOf(task),
            Queue = QueueOf(task),
            Workflow = WorkflowOf(task),
            Step = StepOf(task),
            Transfer = reservation.Record.TaskTransferSid is { } transfer ? _transfers[transfer] : null,
            Worker = worker.Record,
            WorkerHolds = worker.Holds,
            Activity = worker.Activity.Record,
        });
    }

    /// <summary>The task has entered a step: it matched the step's target, and may have changed queues.</summary>
    private void EmitPlacement(TaskState task, QueueState? previousQueue, int previousPriority, string? reason)
    {
        RoutingEvent Told(string type, string description) => NewTaskEvent(type, task, description) with
        {
            PreviousQueue = previousQueue?.Record,
            PreviousPriority = previousQueue is null ? null : previousPriority,
            TargetChangedReason = previousQueue is null ? null : reason,
        };

        var queue = task.Queue!;
        if (task.Step is not null)
        {
            Emit(Told(EventTypes.WorkflowTargetMatched, $"Task {task.Sid} matched a workflow target"));
        }

        if (previousQueue is not null && previousQueue != queue)
        {
            Emit(Told(EventTypes.TaskQueueMoved, $"Task {task.Sid} moved to TaskQueue {queue.Record.FriendlyName}"));
        }

        if (previousQueue != queue)
        {
            EmitTask(
                EventTypes.TaskQueueEntered, task, $"Task {task.Sid} entered TaskQueue {queue.Record.FriendlyName}");
        }
    }

    private WorkflowStepNames? StepOf(TaskState task)
    {
        // The step in which a task ended is told with its end; later the configuration may be gone.
        if (task.Step is not { } step || task.Workflow is not { } workflow || task.Record.EndedAt < _now)
        {
            return null;
        }

        var filter = task.Record.FilterIndex is { } index ? workflow.Configuration.Filters[index] : null;
        return new WorkflowStepNames(
            filter?.Name ?? "Default Filter",
            filter?.Expression.Text ?? "",
            task.Queue?.Record.FriendlyName ?? "",
            step.Expression?.Text ?? "",
            KnownWorker.Of(task) is { } known ? Find(known)?.Record.Sid : null);
    }

    // "task-channel.created" -> "created"
    private static string Verb(string type) => type[(type.LastIndexOf('.') + 1)..];
}
