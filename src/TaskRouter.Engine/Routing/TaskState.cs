using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Routing;

/// <summary>A task as the router works with it.</summary>
/// <param name="document">Null to have it read from the record when it is first asked for.</param>
// A hundred thousand may wait: what most of them never have is made when the first one has it.
internal sealed class TaskState(RoutingTask record, AttributeDocument? document, TaskChannelState channel)
{
    private static readonly List<ReservationState> NoReservations = [];
    private static readonly List<Sid> NoTransfers = [];

    // None where it names neither a worker nor a queue.
    private readonly Sid _target = Sid.TryParse(record.RoutingTarget, out var target) ? target : default;

    private AttributeDocument? _document = document;
    private List<ReservationState>? _reservations;
    private List<Sid>? _transferSids;

    public RoutingTask Record { get; set; } = record;

    /// <summary>The record's attributes, as expressions see them.</summary>
    public AttributeDocument Document
    {
        get => _document ??= AttributeDocument.ReadAgain(Record.Attributes);
        set => _document = value;
    }

    public TaskChannelState Channel { get; set; } = channel;

    /// <summary>The configuration it follows; null outside a workflow.</summary>
    public WorkflowVersionState? Workflow { get; set; }

    public QueueState? Queue { get; set; }

    /// <summary>The workflow step it is in; null when it was placed without one.</summary>
    public WorkflowStep? Step { get; set; }

    /// <summary>Where it waits; null unless pending.</summary>
    public WaitingLine? Line { get; set; }

    /// <summary>In order of creation; ended ones stay as long as the task is visible. To be read alone.</summary>
    public List<ReservationState> Reservations => _reservations ?? NoReservations;

    /// <summary>
    /// The one worker that may take it, when its routing target names one: no queue or workflow has a say.
    /// </summary>
    public Sid? DirectWorkerSid => IsDirect && !Record.LeftWorkflow ? _target : null;

    /// <summary>Whether its workflow has put it where it is.</summary>
    public bool IsPlacedByWorkflow =>
        Workflow is not null && !IsDirect && _target.Kind != SidKind.TaskQueue && !Record.LeftWorkflow;

    /// <summary>Whether the workflow's filters may still move it: an accepted task is past them.</summary>
    public bool FollowsFilters => IsPlacedByWorkflow && Record.CompletionDueAt is null;

    /// <summary>The newest transfer, under way or over.</summary>
    public TaskTransfer? Transfer { get; private set; }

    /// <summary>All its transfers; they leave with it. To be read alone.</summary>
    public List<Sid> TransferSids => _transferSids ?? NoTransfers;

    public bool IsInTransfer => Transfer is { IsUnderWay: true };

    public Sid Sid => Record.Sid;

    private bool IsDirect => _target.Kind == SidKind.Worker;

    public bool IsPending => Record.AssignmentStatus == AssignmentStatus.Pending;

    public bool IsReserved => Record.AssignmentStatus == AssignmentStatus.Reserved;

    /// <summary>
    /// Lets go of what expressions have read of it, which is most of its memory. Whoever asks has it read again: of a
    /// task that waits behind others nobody does until it is the first of its line, of an ended one hardly anybody.
    /// </summary>
    public void ForgetDocument() => _document = null;

    public void Add(ReservationState reservation) => (_reservations ??= []).Add(reservation);

    /// <summary>Takes in a transfer that is new or has changed.</summary>
    public void Put(TaskTransfer transfer)
    {
        if (Transfer?.Sid != transfer.Sid)
        {
            (_transferSids ??= []).Add(transfer.Sid);
        }

        Transfer = transfer;
    }

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

    /// <summary>Whether somebody has accepted it and is not done with it.</summary>
    public bool IsHeld => Reservations.Exists(
        each => each.Record.Status is ReservationStatus.Accepted or ReservationStatus.Wrapping);

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
