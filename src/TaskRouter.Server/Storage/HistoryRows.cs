using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// The rows that a batch's events leave behind, which are most of what it writes. They can be made event by event,
/// while the batch before is still on its way to disk. Used by one thread at a time.
/// </summary>
internal sealed class HistoryRows
{
    private readonly List<EventRecord> _events = [];
    private readonly List<Fact> _facts = [];
    private readonly List<ActivityStint> _stints = [];
    private readonly List<OccupancyChange> _occupancy = [];

    /// <summary>One for each event.</summary>
    public IReadOnlyList<EventRecord> Events => _events;

    public IReadOnlyList<Fact> Facts => _facts;

    public IReadOnlyList<ActivityStint> Stints => _stints;

    public IReadOnlyList<OccupancyChange> Occupancy => _occupancy;

    /// <summary>Makes the rows of those events that have none yet.</summary>
    /// <param name="events">All of the batch so far, in their order.</param>
    public void AddMissing(IReadOnlyList<RoutingEvent> events)
    {
        var wire = EventWire.OfThread;
        for (var index = _events.Count; index < events.Count; index++)
        {
            var happened = events[index];
            _events.Add(EventRecord.Of(happened, wire));
            Add(_facts, Fact.Of(happened));
            Add(_stints, ActivityStint.Of(happened));
            Add(_occupancy, OccupancyChange.Of(happened));
        }
    }

    private static void Add<TRow>(List<TRow> rows, TRow? row)
        where TRow : class
    {
        if (row is not null)
        {
            rows.Add(row);
        }
    }
}
