using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>What a reservation is shown with.</summary>
/// <param name="Incoming">The transfer that made the reservation.</param>
/// <param name="Outgoing">The transfer under way by which its worker hands the task over.</param>
internal sealed record ReservationScene(
    Sid AccountSid,
    string? WorkerName,
    RoutingTask Task,
    TaskNames TaskNames,
    TaskTransfer? Incoming,
    TaskTransfer? Outgoing)
{
    /// <summary>Null when the task is gone, and the reservation with it.</summary>
    public static ReservationScene? Of(Reservation reservation, CommittedView view) =>
        view.Workspace is { } workspace && view.Tasks.Find(reservation.TaskSid) is { } task
            ? new ReservationScene(
                workspace.AccountSid,
                view.Workers.Find(reservation.WorkerSid)?.FriendlyName,
                task,
                TaskNames.Of(task, view),
                reservation.TaskTransferSid is { } transfer ? view.Transfers.Find(transfer) : null,
                OutgoingOf(reservation, view))
            : null;

    /// <summary>As it was when the event happened.</summary>
    public static ReservationScene Of(RoutingEvent happened, Reservation reservation, CommittedView view) => new(
        happened.Workspace.AccountSid,
        happened.Worker?.FriendlyName,
        happened.Task!,
        TaskNames.Of(happened),
        happened.Transfer,
        OutgoingOf(reservation, view));

    private static TaskTransfer? OutgoingOf(Reservation reservation, CommittedView view) => view
        .TransfersOfTask(reservation.TaskSid)
        .After(null)
        .FirstOrDefault(transfer => transfer.IsUnderWay && transfer.InitiatingReservationSid == reservation.Sid);
}
