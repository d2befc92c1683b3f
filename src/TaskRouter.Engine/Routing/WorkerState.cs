using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>A worker as the router works with it: the record, what expressions see, and where it is listed.</summary>
internal sealed class WorkerState(Worker record, WorkerDocument document, ActivityState activity)
{
    public Worker Record { get; set; } = record;

    public WorkerDocument Document { get; } = document;

    public ActivityState Activity { get; set; } = activity;

    public List<WorkerChannelState> Channels { get; } = [];

    /// <summary>The pools whose expression this worker matches.</summary>
    public List<WorkerPool> Pools { get; } = [];

    /// <summary>Pending, accepted and wrapping reservations.</summary>
    public List<ReservationState> Active { get; } = [];

    /// <summary>Accepted and wrapping ones of these.</summary>
    public int Holds => Active.Count(active => active.Record.Status != ReservationStatus.Pending);

    /// <summary>Tasks that only this worker may take, because they name it as their routing target.</summary>
    public List<WaitingLine> DirectLines { get; } = [];

    /// <summary>Whether it waits to be matched again at the end of the current command.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Whether it was touched since settling began.</summary>
    public bool IsMatching { get; set; }

    /// <summary>When it was last offered anything: the idle key of channels that are not optimized.</summary>
    public DateTimeOffset LastReservedAt { get; set; }

    public WorkerChannelState? ChannelFor(TaskChannelState channel)
    {
        foreach (var candidate in Channels)
        {
            if (candidate.Channel == channel)
            {
                return candidate;
            }
        }

        return null;
    }
}

/// <summary>A worker's capacity on one channel, and whether some of it is free.</summary>
internal sealed class WorkerChannelState(
    WorkerState worker, TaskChannelState channel, WorkerChannel record, ChannelFields fields)
{
    public WorkerState Worker { get; } = worker;

    public TaskChannelState Channel { get; } = channel;

    public WorkerChannel Record { get; set; } = record;

    /// <summary>What expressions see of this channel.</summary>
    public ChannelFields Fields { get; } = fields;

    /// <summary>Whether it stands in the free lists of its worker's pools.</summary>
    public bool IsListed { get; set; }

    public DateTimeOffset IdleSince =>
        Channel.Record.ChannelOptimizedRouting ? Record.LastReservedAt : Worker.LastReservedAt;

    // https://www.twilio.com/docs/taskrouter/multitasking: pending, accepted and wrapping reservations fill capacity.
    public bool IsFree(bool multiTasking) =>
        Worker.Activity.Record.Available
        && Record.Available
        && Record.ActiveTasks < Record.ConfiguredCapacity
        && (multiTasking || Worker.Active.Count == 0);
}
