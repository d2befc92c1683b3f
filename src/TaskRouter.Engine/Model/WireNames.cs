namespace TaskRouter.Engine.Model;

/// <summary>Enumerations as Twilio spells them: written as documented, read in any letter case.</summary>
public static class WireNames
{
    private static readonly string[] Assignments =
        ["pending", "reserved", "assigned", "wrapping", "completed", "canceled"];

    private static readonly string[] Reservations =
        ["pending", "accepted", "rejected", "timeout", "canceled", "rescinded", "wrapping", "completed"];

    private static readonly string[] Orders = ["FIFO", "LIFO"];

    private static readonly string[] TransferModes = ["WARM", "COLD"];

    private static readonly string[] Transfers = ["initiated", "complete", "failed", "canceled"];

    public static IReadOnlyList<string> AssignmentStatuses => Assignments;

    public static IReadOnlyList<string> ReservationStatuses => Reservations;

    public static IReadOnlyList<string> QueueOrders => Orders;

    public static string Of(AssignmentStatus status) => Assignments[(int)status];

    public static string Of(ReservationStatus status) => Reservations[(int)status];

    public static string Of(QueueOrder order) => Orders[(int)order];

    public static string Of(TransferMode mode) => TransferModes[(int)mode];

    public static string Of(TransferStatus status) => Transfers[(int)status];

    public static AssignmentStatus? AssignmentStatusOf(string text) =>
        IndexOf(Assignments, text) is { } index ? (AssignmentStatus)index : null;

    public static ReservationStatus? ReservationStatusOf(string text) =>
        IndexOf(Reservations, text) is { } index ? (ReservationStatus)index : null;

    public static QueueOrder? QueueOrderOf(string text) =>
        IndexOf(Orders, text) is { } index ? (QueueOrder)index : null;

    public static TransferMode? TransferModeOf(string text) =>
        IndexOf(TransferModes, text) is { } index ? (TransferMode)index : null;

    private static int? IndexOf(string[] names, string text)
    {
        var index = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : index;
    }
}
