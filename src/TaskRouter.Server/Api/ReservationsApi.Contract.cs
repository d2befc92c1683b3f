using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;

namespace TaskRouter.Server.Api;

// What reservations take and show.
internal static partial class ReservationsApi
{
    private static readonly ChoiceParameter<ReservationStatus> Status = new(
        "ReservationStatus",
        "Where the reservation's present status allows it: accepted, rejected, wrapping or completed",
        WireNames.ReservationStatuses,
        WireNames.ReservationStatusOf);

    private static readonly ChoiceParameter<ReservationStatus> OfStatus = Status with
    {
        Meaning = "Only with this status",
    };

    private static readonly SidParameter OfWorker = new("WorkerSid", "Only of this worker", SidKind.Worker);

    private static readonly SidParameter WorkerActivitySid = new(
        "WorkerActivitySid", "Activity of a worker who rejects; left out, it stays as it is", SidKind.Activity);

    private static readonly TextParameter Instruction = new(
        "Instruction",
        "accept, reject, or one that connects calls: dequeue, call, redirect, conference, supervise (below the task); "
        + "counts when there is a ReservationStatus as well",
        "accept");

    public static readonly IReadOnlyList<Parameter> UpdatedOfWorker =
        [Status, WorkerActivitySid, Instruction, .. CallParameters.OfEveryReservation];

    public static readonly IReadOnlyList<Parameter> UpdatedOfTask =
        [.. UpdatedOfWorker, .. CallParameters.OfSupervision];

    private static readonly Resource OfTaskShown = ShownAs("task_reservation", "/WS.../Tasks/WT.../Reservations/WR...");

    private static readonly Resource OfWorkerShown = ShownAs(
        "worker_reservation", "/WS.../Workers/WK.../Reservations/WR...");

    private static Resource ShownAs(string name, string path) => new(
        name,
        "a reservation",
        "reservations",
        Field.Address(path),
        Field.Sid("account_sid", SidKind.Account),
        Field.Instant("date_created"),
        Field.Instant("date_updated"),
        Field.OneOf("reservation_status", WireNames.ReservationStatuses),
        Field.Sid("sid", SidKind.Reservation),
        Field.Sid("task_sid", SidKind.Task),
        Field.Text("worker_name", "Alice", canBeNull: true),
        Field.Sid("worker_sid", SidKind.Worker),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Links("task", "worker", "workspace"))
    {
        HasVersions = true,
    };
}
