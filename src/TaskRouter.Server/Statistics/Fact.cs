using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>
/// One event as statistics count it, or several of one moment: a few columns of what takes a kilobyte each. Written
/// with the events and never changed. https://www.twilio.com/docs/taskrouter/api/workspace-statistics
/// </summary>
internal sealed record Fact
{
    public required Sid WorkspaceSid { get; init; }

    public required FactKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The event's; the first one's of several.</summary>
    public required long Sequence { get; init; }

    /// <summary>Of a reservation, the queue it was made from; none for a task that names its worker.</summary>
    public required Sid TaskQueueSid { get; init; }

    public required Sid WorkflowSid { get; init; }

    public required Sid TaskChannelSid { get; init; }

    public required Sid TaskSid { get; init; }

    /// <summary>Only of a reservation.</summary>
    public Sid? WorkerSid { get; init; }

    /// <summary>Whole seconds from the task's creation to its acceptance or cancellation; 0 of other kinds.</summary>
    public int WaitSeconds { get; init; }

    /// <summary>The same from entering the queue.</summary>
    public int QueueWaitSeconds { get; init; }

    /// <summary>Whole seconds from a reservation's acceptance to its completion; null of other kinds.</summary>
    public int? HandleSeconds { get; init; }

    /// <summary>Null for an event that is not counted.</summary>
    public static Fact? Of(RoutingEvent happened)
    {
        if (FactKinds.Of(happened) is not { } kind || happened.Task is not { } task)
        {
            return null;
        }

        var reservation = happened.Reservation;
        var waits = kind is FactKind.TaskCanceled
            or FactKind.ReservationAccepted or FactKind.ReservationAcceptedAgain;
        var entered = waits ? task.QueueEnteredAt : null;
        return new Fact
        {
            WorkspaceSid = happened.Workspace.Sid,
            Kind = kind,
            At = happened.At,
            Sequence = happened.Sequence,
            TaskQueueSid = QueueOf(happened, kind) ?? default,
            WorkflowSid = (reservation is null ? happened.Workflow?.Sid : reservation.WorkflowSid) ?? default,
            TaskChannelSid = reservation?.TaskChannelSid ?? task.TaskChannelSid,
            TaskSid = task.Sid,
            WorkerSid = reservation?.WorkerSid,
            WaitSeconds = waits ? task.AgeAt(happened.At) : 0,
            QueueWaitSeconds = entered is { } since ? SecondsFrom(since, happened.At) : 0,
            HandleSeconds = kind == FactKind.ReservationCompleted && reservation?.AcceptedAt is { } taken
                ? SecondsFrom(taken, happened.At)
                : null,
        };
    }

    /// <summary>One row for this and what came next, where no figure can tell them from two; otherwise null.</summary>
    // A row counts as one of each of its kinds, so no figure changes when both are of one moment, workflow, queue and
    // channel. What comes before a task's first queue may join its entering, because no figure of a queue counts that:
    // see FactKinds.OfQueueHours. Worker and handle time are those of the only part that can have them.
    public Fact? With(Fact next) => next.TaskSid == TaskSid
        && next.At == At
        && FactKinds.Joined(Kind, next.Kind) is { } joined
        && next.WorkflowSid == WorkflowSid
        && next.TaskChannelSid == TaskChannelSid
        && (next.TaskQueueSid == TaskQueueSid || (TaskQueueSid.IsNone && next.Kind == FactKind.TaskQueueEntered))
        ? this with
        {
            Kind = joined,
            TaskQueueSid = next.TaskQueueSid,
            WorkerSid = WorkerSid ?? next.WorkerSid,
            HandleSeconds = HandleSeconds ?? next.HandleSeconds,
        }
        : null;

    private static int SecondsFrom(DateTimeOffset start, DateTimeOffset end) =>
        (int)Math.Max(0, (end - start).TotalSeconds);

    // A transfer moves the task on while the first worker's reservation is still that of the first queue.
    private static Sid? QueueOf(RoutingEvent happened, FactKind kind) => happened.Reservation is { } reservation
        ? reservation.TaskQueueSid
        : kind == FactKind.TaskMoved ? happened.PreviousQueue?.Sid : happened.Queue?.Sid;
}
