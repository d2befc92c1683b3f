using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>A page of the log while it is read, block by block.</summary>
/// <param name="from">Where it begins, which is no part of it; null for the end of the log.</param>
/// <param name="count">Events wanted.</param>
/// <param name="scanMax">Events that are looked at, at most.</param>
internal sealed class EventPage(EventQuery query, EventPlace? from, bool older, int count, int scanMax)
{
    private readonly List<EventRecord> _rows = [];
    private int _looked;
    private EventPlace? _beyond;

    /// <summary>Reads on until the page is full, or has looked at enough, or there is no more.</summary>
    public async Task AddAsync(IBlockReader reader, CancellationToken stop)
    {
        while (_beyond is null && await reader.ReadNextAsync(stop) is { Count: > 0 } blocks)
        {
            foreach (var block in blocks)
            {
                var events = EventBlockFormat.Read(block, query.Finds);
                if (older)
                {
                    events.Reverse();
                }

                Add(events);
                if (_beyond is not null)
                {
                    return;
                }
            }
        }
    }

    /// <param name="events">Nearest first.</param>
    public void Add(IReadOnlyList<EventRecord> events)
    {
        foreach (var row in events)
        {
            if (!query.LooksAt(row) || (from is { } place && !(older ? place.IsAfter(row) : place.IsBefore(row))))
            {
                continue;
            }

            var isFound = query.Finds(row);
            if (isFound && _rows.Count == count)
            {
                // One more than was asked for: there is a next page.
                _beyond = EventLog.PlaceOf(_rows[^1]);
                return;
            }

            if (isFound)
            {
                _rows.Add(row);
            }

            if (++_looked == scanMax)
            {
                _beyond = EventLog.PlaceOf(row);
                return;
            }
        }
    }

    public EventSlice Slice() => new(_rows, _beyond);
}
