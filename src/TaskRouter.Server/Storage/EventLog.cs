using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>A place in the log. Times do not fall within a life of the server; sequences never do.</summary>
internal readonly record struct EventPlace(DateTimeOffset At, long Sequence, Sid Sid)
{
    public bool IsBefore(EventRecord row) => row.At != At ? row.At > At : row.Sequence > Sequence;

    public bool IsAfter(EventRecord row) => row.At != At ? row.At < At : row.Sequence < Sequence;
}

/// <param name="Beyond">The last place that was looked at, when there may be more behind it.</param>
internal sealed record EventSlice(List<EventRecord> Rows, EventPlace? Beyond);

/// <summary>
/// The events on disk. Every change that was acknowledged is in the log, because both are one transaction.
/// </summary>
internal sealed class EventLog(IDbContextFactory<RouterDb> databases, CommitLog commits)
{
    private const int BlocksAtOnce = 16;

    /// <summary>
    /// Events that one page looks at, at most: a filter that hardly anything passes makes short pages, not slow ones.
    /// </summary>
    public int ScanMax { get; init; } = 20_000;

    public async Task<EventRecord?> FindAsync(Sid workspaceSid, Sid sid, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        return await EventLookup.FindAsync(db, workspaceSid, sid, stop);
    }

    /// <summary>Reads away from a place, older events or newer ones, nearest first.</summary>
    public async Task<EventSlice> ReadAsync(
        EventQuery query, EventPlace? from, bool older, int count, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        if (query is { ReservationSid: { } reservationSid, TaskSid: null })
        {
            // The reservation itself may be on its way to its table.
            await commits.CatchUpAsync(query.WorkspaceSid, stop);
            var taskSid = await EventLookup.TaskOfAsync(db, query.WorkspaceSid, reservationSid, stop);
            query = query with { ReservationTaskSid = taskSid };
        }

        var page = new EventPage(query, from, older, count, ScanMax);
        if (query.Sid is { } sid)
        {
            page.Add(await EventLookup.FindAsync(db, query.WorkspaceSid, sid, stop) is { } found ? [found] : []);
        }
        else if (query.Key is { } key)
        {
            await commits.CatchUpAsync(query.WorkspaceSid, stop);
            await page.AddAsync(new KeyedBlockReader(db, query, key, from, older), stop);
        }
        else
        {
            await page.AddAsync(new WindowBlockReader(db, query, from, older), stop);
        }

        return page.Slice();
    }

    /// <summary>Events after one sequence and up to another, oldest first.</summary>
    /// <param name="types">Null for all types.</param>
    public async Task<List<EventRecord>> ReadAsync(
        Sid workspaceSid, long after, long upTo, IReadOnlyCollection<string>? types, int count, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        var (found, from) = (new List<EventRecord>(), after);
        while (found.Count < count && after < upTo)
        {
            // A block that holds the next one begins so far before it at most.
            var first = after - EventBlock.EventsMax;
            var blocks = await db.EventBlocks
                .Where(row => row.WorkspaceSid == workspaceSid
                    && row.FirstSequence > first && row.FirstSequence <= upTo && row.LastSequence > after)
                .OrderBy(row => row.FirstSequence)
                .Take(BlocksAtOnce)
                .ToListAsync(stop);
            if (blocks.Count == 0)
            {
                break;
            }

            foreach (var block in blocks.TakeWhile(_ => found.Count < count))
            {
                found.AddRange(EventBlockFormat.Read(block, IsWanted).Where(IsWanted));
            }

            after = blocks[^1].LastSequence;
        }

        return found.Count > count ? found[..count] : found;

        bool IsWanted(EventRecord row) =>
            row.Sequence > from && row.Sequence <= upTo && (types is null || types.Contains(row.Type));
    }

    /// <summary>The sequence of the newest event; 0 for a workspace that is gone.</summary>
    public async Task<long> LastSequenceAsync(Sid workspaceSid, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        return await db.Workspaces
            .Where(row => row.Sid == workspaceSid)
            .Select(row => EF.Property<long>(row, RouterDb.LastEventSequence))
            .SingleOrDefaultAsync(stop);
    }

    public static EventPlace PlaceOf(EventRecord row) => new(row.At, row.Sequence, row.Sid);
}
