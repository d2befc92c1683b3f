using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>Reads blocks away from a place, nearest first, a few at a time.</summary>
internal interface IBlockReader
{
    /// <summary>The next blocks; none at the end.</summary>
    Task<IReadOnlyList<EventBlock>> ReadNextAsync(CancellationToken stop);
}

/// <summary>All blocks of a window, as they lie.</summary>
internal sealed class WindowBlockReader : IBlockReader
{
    private const int FirstCount = 8;
    private const int CountMax = 256;

    private readonly IQueryable<EventBlock> _all;
    private readonly bool _older;
    private int _count = FirstCount;
    private (DateTimeOffset At, long FirstSequence)? _last;

    public WindowBlockReader(RouterDb db, EventQuery query, EventPlace? from, bool older)
    {
        _older = older;
        var (start, end) = (query.Start, query.End);
        if (from is { } place)
        {
            // One bound on each side: of two SQLite would use one and read on from there.
            end = older && !(end < place.At) ? place.At : end;
            start = !older && !(start > place.At) ? place.At : start;
        }

        _all = db.EventBlocks.Where(row => row.WorkspaceSid == query.WorkspaceSid);
        _all = start is { } first ? _all.Where(row => row.At >= first) : _all;
        _all = end is { } last ? _all.Where(row => row.At <= last) : _all;
    }

    public async Task<IReadOnlyList<EventBlock>> ReadNextAsync(CancellationToken stop)
    {
        var rows = _all;
        if (_last is { } last)
        {
            rows = _older
                ? rows.Where(row => row.At <= last.At && (row.At < last.At || row.FirstSequence < last.FirstSequence))
                : rows.Where(
                    row => row.At >= last.At && (row.At > last.At || row.FirstSequence > last.FirstSequence));
        }

        var ordered = _older
            ? rows.OrderByDescending(row => row.At).ThenByDescending(row => row.FirstSequence)
            : rows.OrderBy(row => row.At).ThenBy(row => row.FirstSequence);
        var blocks = await ordered.Take(_count).ToListAsync(stop);
        if (blocks.Count > 0)
        {
            _last = (blocks[^1].At, blocks[^1].FirstSequence);
            _count = Math.Min(2 * _count, CountMax);
        }

        return blocks;
    }
}

/// <summary>The blocks of one task or worker, by their keys.</summary>
// Keys lie in the order of their last event, and none begins before the one before it has ended. So the key that a
// place belongs to is the first that does not end before it. (Unless two runs of the server, one of them with its clock
// set back, have told of the same worker within one fifth of a second: then a page may begin that much off.)
internal sealed class KeyedBlockReader(RouterDb db, EventQuery query, Sid key, EventPlace? from, bool older)
    : IBlockReader
{
    private const int KeysAtOnce = 16;
    private const int BlocksAtOnce = 32;

    private readonly Guid _key = key.ToGuid();
    private readonly Queue<long> _waiting = new();
    private (DateTimeOffset At, long LastSequence)? _last;
    private bool _isBegun;

    public async Task<IReadOnlyList<EventBlock>> ReadNextAsync(CancellationToken stop)
    {
        while (_waiting.Count == 0)
        {
            if (!await ReadKeysAsync(stop))
            {
                return [];
            }
        }

        var wanted = new List<long>();
        while (wanted.Count < BlocksAtOnce && _waiting.TryDequeue(out var sequence))
        {
            wanted.Add(sequence);
        }

        var blocks = await db.EventBlocks
            .Where(row => row.WorkspaceSid == query.WorkspaceSid && wanted.Contains(row.FirstSequence))
            .ToListAsync(stop);
        blocks.Sort((left, right) => left.FirstSequence.CompareTo(right.FirstSequence) * (older ? -1 : 1));

        // Retention may have taken all of these, and not yet those behind them.
        return blocks.Count > 0 ? blocks : await ReadNextAsync(stop);
    }

    private async Task<bool> ReadKeysAsync(CancellationToken stop)
    {
        var all = db.EventKeys.Where(row => row.WorkspaceSid == query.WorkspaceSid && row.OfBits == _key);
        var keys = await (older ? Older(all, await BeginAsync(all, stop)) : Newer(all)).Take(KeysAtOnce)
            .ToListAsync(stop);
        foreach (var row in keys)
        {
            var sequences = row.FirstSequences();
            if (older)
            {
                sequences.Reverse();
            }

            sequences.ForEach(_waiting.Enqueue);
            _last = (row.At, row.LastSequence);
        }

        return keys.Count > 0;
    }

    /// <summary>The end of the first key to be read, when it is not the newest one.</summary>
    private async Task<DateTimeOffset?> BeginAsync(IQueryable<EventKey> all, CancellationToken stop)
    {
        if (_isBegun)
        {
            return null;
        }

        _isBegun = true;
        var end = from is { } place && !(query.End < place.At) ? place.At : query.End;
        return end is null ? null : await all.Where(row => row.At >= end)
            .OrderBy(row => row.At).ThenBy(row => row.LastSequence)
            .Select(row => (DateTimeOffset?)row.At)
            .FirstOrDefaultAsync(stop);
    }

    private IQueryable<EventKey> Older(IQueryable<EventKey> rows, DateTimeOffset? begin)
    {
        rows = query.Start is { } start ? rows.Where(row => row.At >= start) : rows;
        rows = begin is { } first ? rows.Where(row => row.At <= first) : rows;
        rows = _last is { } last
            ? rows.Where(row => row.At <= last.At && (row.At < last.At || row.LastSequence < last.LastSequence))
            : rows;
        return rows.OrderByDescending(row => row.At).ThenByDescending(row => row.LastSequence);
    }

    private IQueryable<EventKey> Newer(IQueryable<EventKey> rows)
    {
        var start = from is { } place && !(query.Start > place.At) ? place.At : query.Start;
        rows = start is { } first ? rows.Where(row => row.At >= first) : rows;
        rows = _last is { } last
            ? rows.Where(row => row.At >= last.At && (row.At > last.At || row.LastSequence > last.LastSequence))
            : rows;
        return rows.OrderBy(row => row.At).ThenBy(row => row.LastSequence);
    }
}
