using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

// Tasks, reservations and transfers.
internal sealed partial class WorldGenerator
{
    private static readonly DateTimeOffset LongAgo = new(2025, 12, 31, 0, 0, 0, TimeSpan.Zero);

    private Func<Names, Command> CreateTask()
    {
        var (workflow, attributes) = (Maybe(85, OneWorkflow), Chance(90) ? TaskAttributes() : _ => null!);
        var (priority, timeout) = (Maybe(50, () => _random.Next(-1, 4)), Maybe(40, () => One(0, 5, 30, 600, 86_400)));
        var channel = TaskChannelName(60);
        var target = _random.Next(20) switch
        {
            0 or 1 => OneOf(_rows.Workers, SidKind.Worker),
            2 => OneQueue(),
            3 => OneWorkflow(),
            _ => (Sid?)null,
        };
        var (ignores, queue, start) = (Maybe(50, () => Chance(20)), Maybe(5, OneQueue), VirtualStart());
        return names => new CreateTask(
            names[workflow], attributes(names), priority, timeout, channel, start, names[target], ignores,
            names[queue]);
    }

    private Func<Names, Command> UpdateTask()
    {
        var sid = OneOf(_rows.Tasks, SidKind.Task);
        var task = _rows.Tasks.GetValueOrDefault(sid);
        var attributes = Chance(35) ? TaskAttributes() : _ => null!;
        AssignmentStatus? status = !Chance(45) ? null : Chance(15) ? (AssignmentStatus)_random.Next(6)
            : task?.AssignmentStatus switch
            {
                AssignmentStatus.Assigned => One(AssignmentStatus.Wrapping, AssignmentStatus.Completed),
                AssignmentStatus.Wrapping => AssignmentStatus.Completed,
                _ => AssignmentStatus.Canceled,
            };
        var (reason, priority) = (Maybe(20, () => "as asked"), Maybe(25, () => _random.Next(-1, 5)));
        var (channel, start, seen) = (TaskChannelName(10), VirtualStart(), SeenVersion(task?.Version));
        return names => new UpdateTask(names[sid], attributes(names), status, reason, priority, channel, start, seen);
    }

    private Func<Names, Command> DeleteTask()
    {
        var sid = OneOf(_rows.Tasks, SidKind.Task);
        var seen = SeenVersion(_rows.Tasks.GetValueOrDefault(sid)?.Version);
        return names => new DeleteTask(names[sid], seen);
    }

    private Func<Names, Command> UpdateReservation()
    {
        var (reservation, task, index) = OneReservation();
        var status = Chance(5) ? (ReservationStatus)_random.Next(8) : Likely(reservation?.Status);
        var (activity, seen) = (Maybe(15, OneActivity), SeenVersion(reservation?.Version));
        ReservationStatus? sent = Chance(2) ? null : status;
        return names => new UpdateReservation(names.Reservation(task, index), sent, names[activity], seen);
    }

    private Func<Names, Command> SettleCallback()
    {
        var (_, task, index) = OneReservation();
        var status = Maybe(60, () => One(ReservationStatus.Accepted, ReservationStatus.Rejected));
        var activity = Maybe(20, OneActivity);
        return names => new SettleAssignmentCallback(names.Reservation(task, index), status, names[activity]);
    }

    private Func<Names, Command> StartTransfer()
    {
        var accepted = _rows.Reservations.Values.Where(each => each.Status == ReservationStatus.Accepted).ToList();
        var reservation = accepted.Count == 0 || Chance(5) ? OneReservation().Reservation : One([.. accepted]);
        var (task, index) = (reservation?.TaskSid ?? default, IndexOf(reservation));
        var to = Chance(50) ? OneOf(_rows.Workers, SidKind.Worker) : OneQueue();
        var mode = One(TransferMode.Warm, TransferMode.Cold);
        var attributes = Chance(20) ? TaskAttributes() : _ => null!;
        var priority = Maybe(20, () => _random.Next(-1, 4));
        return names => new StartTransfer(
            names[task], names.Reservation(task, index), names[to], mode, attributes(names), priority);
    }

    private Func<Names, Command> CancelTransfer()
    {
        var transfers = _rows.Transfers.Values.Where(each => each.IsUnderWay || Chance(20)).ToList();
        var transfer = transfers.Count == 0 ? null : One([.. transfers]);
        var task = transfer?.TaskSid ?? default;
        var index = _rows.Transfers.Values.Count(each => each.TaskSid == task && each.Sid < transfer!.Sid);
        return names => new CancelTransfer(names[task], names.Transfer(task, index));
    }

    /// <summary>Mostly one that is still open; named by its task and its place among the task's offers.</summary>
    private (Reservation? Reservation, Sid Task, int Index) OneReservation()
    {
        var open = _rows.Reservations.Values.Where(each => each.IsActive).ToList();
        var reservation = open.Count > 0 && Chance(90) ? One([.. open])
            : _rows.Reservations.GetValueOrDefault(OneOf(_rows.Reservations, SidKind.Reservation));
        return (reservation, reservation?.TaskSid ?? default, IndexOf(reservation));
    }

    private int IndexOf(Reservation? reservation) => reservation is null ? 0 : _rows.Reservations.Values
        .Count(each => each.TaskSid == reservation.TaskSid && each.Sid < reservation.Sid);

    private ReservationStatus Likely(ReservationStatus? status) => status switch
    {
        ReservationStatus.Accepted =>
            One(ReservationStatus.Wrapping, ReservationStatus.Completed, ReservationStatus.Completed),
        ReservationStatus.Wrapping => ReservationStatus.Completed,
        _ => One(ReservationStatus.Accepted, ReservationStatus.Accepted, ReservationStatus.Rejected),
    };

    private string? TaskChannelName(int percent) =>
        Maybe(percent, () => Chance(3) ? "nowhere" : One(ChannelNames));

    private DateTimeOffset? VirtualStart() => _random.Next(30) switch
    {
        0 or 1 or 2 => LongAgo.AddMinutes(_random.Next(4)),
        3 => LongAgo.AddYears(_random.Next(2) == 0 ? 10 : -130),
        _ => null,
    };

    /// <summary>In any letter case, as known-worker routing reads it.</summary>
    private string NameOfWorker()
    {
        var name = _rows.Workers.GetValueOrDefault(OneOf(_rows.Workers, SidKind.Worker))?.FriendlyName ?? "nobody";
        return Chance(50) ? name : name.ToUpperInvariant();
    }

    private Func<Names, string> TaskAttributes()
    {
        if (Chance(2))
        {
            var wrong = One("", "7", "{\"type\":'a'}");
            return _ => wrong;
        }

        var parts = new List<string>();
        AddPart(parts, 80, () => $"\"type\":\"{One("a", "b", "c")}\"");
        AddPart(parts, 50, () => $"\"level\":{One("1", "2", "3", "\"3\"")}");
        AddPart(parts, 50, () => $"\"skill\":\"{One("a", "b", "c")}\"");
        AddPart(parts, 50, () => $"\"lang\":\"{One("en", "de")}\"");
        AddPart(parts, 30, () => $"\"vip\":{One("true", "false")}");
        AddPart(parts, 40, () => $"\"worker_name\":\"{NameOfWorker()}\"");
        AddPart(parts, 20, () => $"\"not_worker\":\"worker {One("0", "1", "2")}\"");
        var worker = Maybe(40, () => OneOf(_rows.Workers, SidKind.Worker));
        return names =>
        {
            var all = worker is { } sid ? parts.Append($"\"worker\":\"{names[sid]}\"") : parts;
            return $"{{{string.Join(',', all)}}}";
        };
    }
}
