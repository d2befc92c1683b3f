using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// The rows that a batch's events leave behind, which are most of what it writes. They can be made event by event,
/// while the batch before is still on its way to disk. Used by one thread at a time.
/// </summary>
internal sealed class HistoryRows
{
    private readonly EventBlockBuilder _blocks = new();

    /// <summary>Events whose rows have been made.</summary>
    public int EventCount { get; private set; }

    /// <summary>The last of these; null while there is none.</summary>
    public EventPlace? LastEvent { get; private set; }

    /// <summary>One for each event that is counted, except those that share a row.</summary>
    public List<Fact> Facts { get; } = [];

    public List<ActivityStint> Stints { get; } = [];

    public List<OccupancyChange> Occupancy { get; } = [];

    /// <summary>The events as they are kept.</summary>
    public List<EventBlock> Blocks => _blocks.Finish();

    /// <summary>Which of the blocks tell of which task or worker.</summary>
    public Dictionary<Guid, KeyedBlocks> Keys => _blocks.Keys;

    /// <summary>Makes the rows of those events that have none yet.</summary>
    /// <param name="events">All of the batch so far, in their order.</param>
    public void AddMissing(IReadOnlyList<RoutingEvent> events)
    {
        for (; EventCount < events.Count; EventCount++)
        {
            var happened = events[EventCount];
            LastEvent = new EventPlace(happened.At, happened.Sequence, happened.Sid);
            _blocks.Add(happened);
            AddFact(Fact.Of(happened));
            Add(Stints, ActivityStint.Of(happened));
            Add(Occupancy, OccupancyChange.Of(happened));
        }
    }

    private void AddFact(Fact? fact)
    {
        if (fact is not null && Facts.Count > 0 && Facts[^1].With(fact) is { } joined)
        {
            Facts[^1] = joined;
        }
        else
        {
            Add(Facts, fact);
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
