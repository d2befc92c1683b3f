using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>What cumulative statistics count. Stored as numbers, so the order is for ever.</summary>
internal enum FactKind
{
    TaskCreated,
    WorkflowEntered,
    TaskQueueEntered,

    /// <summary>Of the queue that the task has left.</summary>
    TaskMoved,
    WorkflowTimeout,
    TaskCanceled,
    TaskCompleted,
    TaskDeleted,
    ReservationCreated,

    /// <summary>The first acceptance of its task.</summary>
    ReservationAccepted,

    /// <summary>An acceptance of a task that somebody had accepted before: transfers.</summary>
    ReservationAcceptedAgain,
    ReservationRejected,
    ReservationTimeout,
    ReservationCanceled,
    ReservationRescinded,
    ReservationWrapup,
    ReservationCompleted,

    /// <summary>Task created and workflow entered.</summary>
    TaskStarted,

    /// <summary>The same, and the first queue entered.</summary>
    TaskArrived,

    /// <summary>The same, and a reservation created without waiting.</summary>
    TaskReservedOnArrival,

    /// <summary>Reservation completed, and its task with it.</summary>
    TaskCompletedWithReservation,
}

internal static class FactKinds
{
    /// <summary>Those that rows of facts have.</summary>
    public static readonly IReadOnlyList<FactKind> All = Enum.GetValues<FactKind>();

    // What most tasks go through in one moment is one row. Rows cost more than anything else that a commit writes, so
    // these are the frequent ones alone. Acceptances and cancellations stay by themselves: only they have waits.
    private static readonly Dictionary<(FactKind Before, FactKind Next), FactKind> Joints = new()
    {
        [(FactKind.TaskCreated, FactKind.WorkflowEntered)] = FactKind.TaskStarted,
        [(FactKind.TaskStarted, FactKind.TaskQueueEntered)] = FactKind.TaskArrived,
        [(FactKind.TaskArrived, FactKind.ReservationCreated)] = FactKind.TaskReservedOnArrival,
        [(FactKind.ReservationCompleted, FactKind.TaskCompleted)] = FactKind.TaskCompletedWithReservation,
    };

    private static readonly IReadOnlyList<FactKind>[] Parts = [.. All.Select(kind => SinglesIn(kind).ToArray())];

    /// <summary>Those of one event. Figures and hours are by these.</summary>
    public static readonly IReadOnlyList<FactKind> Singles = [.. All.Except(Joints.Values)];

    /// <summary>What happens to a worker as well as to a task.</summary>
    public static readonly IReadOnlyList<FactKind> OfReservations =
        [.. Singles.Where(kind => kind >= FactKind.ReservationCreated)];

    // What no figure of a workspace, workflow or queue shows has no rows of hours there: a quarter of all.
    public static readonly IReadOnlyList<FactKind> OfWorkspaceHours =
        [.. Singles.Where(kind => kind is not (FactKind.WorkflowEntered or FactKind.TaskQueueEntered))];

    public static readonly IReadOnlyList<FactKind> OfWorkflowHours =
        [.. Singles.Where(kind => kind is not (FactKind.TaskCreated or FactKind.TaskQueueEntered))];

    public static readonly IReadOnlyList<FactKind> OfQueueHours = [.. Singles.Where(kind =>
        kind is not (FactKind.TaskCreated or FactKind.WorkflowEntered or FactKind.WorkflowTimeout))];

    /// <summary>Null for an event that is not counted.</summary>
    public static FactKind? Of(RoutingEvent happened) => happened.Type switch
    {
        EventTypes.TaskCreated => FactKind.TaskCreated,
        EventTypes.WorkflowEntered => FactKind.WorkflowEntered,
        EventTypes.TaskQueueEntered => FactKind.TaskQueueEntered,
        EventTypes.TaskQueueMoved => FactKind.TaskMoved,
        EventTypes.WorkflowTimeout => FactKind.WorkflowTimeout,
        EventTypes.TaskCanceled => FactKind.TaskCanceled,
        EventTypes.TaskCompleted => FactKind.TaskCompleted,
        EventTypes.TaskDeleted => FactKind.TaskDeleted,
        EventTypes.ReservationCreated => FactKind.ReservationCreated,
        EventTypes.ReservationAccepted when happened.IsAcceptedAgain => FactKind.ReservationAcceptedAgain,
        EventTypes.ReservationAccepted => FactKind.ReservationAccepted,
        EventTypes.ReservationRejected => FactKind.ReservationRejected,
        EventTypes.ReservationTimeout => FactKind.ReservationTimeout,
        EventTypes.ReservationCanceled => FactKind.ReservationCanceled,
        EventTypes.ReservationRescinded => FactKind.ReservationRescinded,
        EventTypes.ReservationWrapup => FactKind.ReservationWrapup,
        EventTypes.ReservationCompleted => FactKind.ReservationCompleted,
        _ => null,
    };

    /// <summary>The kind of one row for two facts that follow each other; null when they have a row each.</summary>
    public static FactKind? Joined(FactKind before, FactKind next) =>
        Joints.TryGetValue((before, next), out var joined) ? joined : null;

    /// <summary>What a row of this kind counts as, once as each.</summary>
    public static IReadOnlyList<FactKind> PartsOf(FactKind kind) => Parts[(int)kind];

    /// <summary>The kinds of all rows that count as at least one of these.</summary>
    public static IReadOnlyList<FactKind> StoredAs(IReadOnlyCollection<FactKind> singles) =>
        [.. All.Where(kind => PartsOf(kind).Any(singles.Contains))];

    private static IEnumerable<FactKind> SinglesIn(FactKind kind) => Joints
        .Where(joint => joint.Value == kind)
        .SelectMany(joint => SinglesIn(joint.Key.Before).Concat(SinglesIn(joint.Key.Next)))
        .DefaultIfEmpty(kind);
}
