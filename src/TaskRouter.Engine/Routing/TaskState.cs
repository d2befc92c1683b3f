using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Routing;

/// <summary>A task as the router works with it.</summary>
internal sealed class TaskState(RoutingTask record, AttributeDocument document, TaskChannelState channel)
{
    private readonly Sid? _targetWorker =
        Sid.TryParse(record.RoutingTarget, SidKind.Worker, out var worker) ? worker : null;

    private readonly bool _targetsQueue = Sid.TryParse(record.RoutingTarget, SidKind.TaskQueue, out _);

    public RoutingTask Record { get; set; } = record;

    public AttributeDocument Document { get; set; } = document;

    public TaskChannelState Channel { get; set; } = channel;

    /// <summary>The configuration it follows; null outside a workflow.</summary>
    public WorkflowVersionState? Workflow { get; set; }

    public QueueState? Queue { get; set; }

    /// <summary>The workflow step it is in; null when it was placed without one.</summary>
    public WorkflowStep? Step { get; set; }

    /// <summary>Where it waits; null unless pending.</summary>
    public WaitingLine? Line { get; set; }

    /// <summary>In order of creation; ended ones stay as long as the task is visible.</summary>
    public List<ReservationState> Reservations { get; } = [];

    /// <summary>
    /// The one worker that may take it, when its routing target names one: no queue or workflow has a say.
    /// </summary>
    public Sid? DirectWorkerSid => Record.LeftWorkflow ? null : _targetWorker;

    /// <summary>Whether its workflow has put it where it is.</summary>
    public bool IsPlacedByWorkflow =>
        Workflow is not null && _targetWorker is null && !_targetsQueue && !Record.LeftWorkflow;

    /// <summary>Whether the workflow's filters may still move it: an accepted task is past them.</summary>
    public bool FollowsFilters => IsPlacedByWorkflow && Record.CompletionDueAt is null;

    /// <summary>The newest transfer, under way or over.</summary>
    public TaskTransfer? Transfer { get; set; }

    /// <summary>All its transfers; they leave with it.</summary>
    public HashSet<Sid> TransferSids { get; } = [];

    public bool IsInTransfer => Transfer is { IsUnderWay: true };

    public Sid Sid => Record.Sid;

    public bool IsPending => Record.AssignmentStatus == AssignmentStatus.Pending;

    public bool IsReserved => Record.AssignmentStatus == AssignmentStatus.Reserved;

    public bool HasPendingReservation()
    {
        foreach (var reservation in Reservations)
        {
            if (reservation.Record.Status == ReservationStatus.Pending)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the worker has an active reservation of this task.</summary>
    public bool IsHeldBy(WorkerState worker)
    {
        foreach (var reservation in Reservations)
        {
            if (reservation.Record.IsActive && reservation.Record.WorkerSid == worker.Record.Sid)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A copy, because ending reservations changes what is pending.</summary>
    public ReservationState[] PendingReservations() =>
        [.. Reservations.Where(each => each.Record.Status == ReservationStatus.Pending)];

    /// <summary>A copy, because ending reservations changes what is active.</summary>
    public ReservationState[] ActiveReservations() => [.. Reservations.Where(each => each.Record.IsActive)];
}

/// <summary>A reservation with the task and the worker's channel that it joins.</summary>
internal sealed class ReservationState(Reservation record, TaskState task, WorkerChannelState? workerChannel)
{
    public Reservation Record { get; set; } = record;

    public TaskState Task { get; } = task;

    public Sid Sid => Record.Sid;

    /// <summary>Null only for an ended reservation whose worker or channel is gone.</summary>
    public WorkerChannelState? WorkerChannel { get; } = workerChannel;

    public WorkerState Worker => WorkerChannel?.Worker
        ?? throw new InvalidOperationException($"Reservation {Record.Sid} has lost its worker.");
}
