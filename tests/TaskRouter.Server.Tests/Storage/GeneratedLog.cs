using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>Events as runs of a server write them: all SIDs from one source, in the order of the log.</summary>
internal sealed class GeneratedLog(StoredWorkspace stored)
{
    // As many SIDs as one millisecond has room for.
    private const int MillisecondFull = 4_096;

    private SidSource _sids = new(Random.Shared.NextBytes);
    private Sid _last;

    /// <summary>Two days ago, in whole milliseconds.</summary>
    public static readonly DateTimeOffset Start =
        DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.AddDays(-2).ToUnixTimeMilliseconds());

    public DateTimeOffset Now { get; set; } = Start;

    public List<RoutingEvent> Events { get; } = [];

    /// <summary>SIDs that lie between those of events and belong to none.</summary>
    public List<Sid> Skipped { get; } = [];

    /// <summary>Another run of the server, whose clock may tell another time.</summary>
    public void Restart(TimeSpan clock)
    {
        Now += clock;
        _sids = new SidSource(Random.Shared.NextBytes);
        _sids.StartAfter(_last);
    }

    public void FillMillisecond()
    {
        for (var sid = 0; sid < MillisecondFull; sid++)
        {
            _sids.Next(SidKind.Task, Now);
        }
    }

    public void Add(int count)
    {
        for (var index = 0; index < count; index++)
        {
            Skipped.Add(_sids.Next(SidKind.Event, Now));
            Add(stored.Event(EventTypes.WorkerCreated));
        }
    }

    /// <summary>A reservation and the events of its life.</summary>
    public Reservation AddReservation(RoutingTask task)
    {
        var reservation = stored.OfferOf(task) with { Sid = _sids.Next(SidKind.Reservation, Now) };
        foreach (var type in new[] { EventTypes.ReservationCreated, EventTypes.ReservationRejected })
        {
            Add(stored.Event(type) with { Reservation = reservation, Task = task });
            Add(stored.Event(EventTypes.TaskUpdated) with { Task = task });
            Now += TimeSpan.FromSeconds(1);
        }

        return reservation;
    }

    public Task SaveAsync() => stored.SaveAsync(changes => changes.Events.AddRange(Events));

    public void Add(RoutingEvent happened)
    {
        _last = _sids.Next(SidKind.Event, Now);
        Events.Add(happened with { Sid = _last, At = Now });
    }
}
