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
}

internal static class FactKinds
{
    public static readonly IReadOnlyList<FactKind> All = Enum.GetValues<FactKind>();

    /// <summary>What happens to a worker as well as to a task.</summary>
    public static readonly IReadOnlyList<FactKind> OfReservations =
        [.. All.Where(kind => kind >= FactKind.ReservationCreated)];

    // What no figure of a workspace, workflow or queue shows has no rows of hours there: a quarter of all.
    public static readonly IReadOnlyList<FactKind> OfWorkspaceHours =
        [.. All.Where(kind => kind is not (FactKind.WorkflowEntered or FactKind.TaskQueueEntered))];

    public static readonly IReadOnlyList<FactKind> OfWorkflowHours =
        [.. All.Where(kind => kind is not (FactKind.TaskCreated or FactKind.TaskQueueEntered))];

    public static readonly IReadOnlyList<FactKind> OfQueueHours = [.. All.Where(kind =>
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
}
