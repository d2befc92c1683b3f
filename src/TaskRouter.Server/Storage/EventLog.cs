using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>A place in the log. Times do not fall within a life of the server; sequences never do.</summary>
internal readonly record struct EventPlace(DateTimeOffset At, long Sequence, Sid Sid);

/// <param name="Beyond">The last place that was looked at, when there may be more behind it.</param>
internal sealed record EventSlice(List<EventRecord> Rows, EventPlace? Beyond);

/// <summary>
/// The events on disk. Every change that was acknowledged is in the log, because both are one transaction.
/// </summary>
internal sealed class EventLog(IDbContextFactory<RouterDb> databases)
{
    /// <summary>
    /// Rows that one page looks at, at most: a filter that hardly anything passes makes short pages, not slow ones.
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
        if (await EventLookup.ResolveAsync(db, query, stop) is not { } resolved)
        {
            return new EventSlice([], null);
        }

        var found = InOrder(Beyond(UpTo(resolved, from, older).Find(db.Events), from, older), older);
        var rows = await InOrder(resolved.Filter(found.Take(ScanMax)), older).Take(count + 1).ToListAsync(stop);
        if (rows.Count > count)
        {
            rows.RemoveAt(count);
            return new EventSlice(rows, PlaceOf(rows[^1]));
        }

        // Fewer than were asked for: the log has no more, or the page has looked at as many as it may.
        var last = await found.Skip(ScanMax - 1)
            .Select(row => new { row.At, row.Sequence, row.Sid })
            .FirstOrDefaultAsync(stop);
        return new EventSlice(rows, last is null ? null : new EventPlace(last.At, last.Sequence, last.Sid));
    }

    /// <summary>Events after one sequence and up to another, oldest first.</summary>
    /// <param name="types">Null for all types.</param>
    public async Task<List<EventRecord>> ReadAsync(
        Sid workspaceSid, long after, long upTo, IReadOnlyCollection<string>? types, int count, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        var rows = db.Events
            .Where(row => row.WorkspaceSid == workspaceSid && row.Sequence > after && row.Sequence <= upTo);
        if (types is not null)
        {
            rows = rows.Where(row => types.Contains(row.Type));
        }

        return await rows.OrderBy(row => row.Sequence).Take(count).ToListAsync(stop);
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

    // The window ends at the place, so that each side has one bound: of two on one side SQLite would use one and take
    // the other for a reason to read by time alone, whatever else was asked for.
    private static EventQuery UpTo(EventQuery query, EventPlace? from, bool older)
    {
        if (from is not { } place)
        {
            return query;
        }

        return older
            ? query with { End = place.At < query.End ? place.At : query.End ?? place.At }
            : query with { Start = place.At > query.Start ? place.At : query.Start ?? place.At };
    }

    private static IQueryable<EventRecord> Beyond(IQueryable<EventRecord> rows, EventPlace? from, bool older)
    {
        if (from is not { } place)
        {
            return rows;
        }

        return older
            ? rows.Where(row => row.At < place.At || row.Sequence < place.Sequence)
            : rows.Where(row => row.At > place.At || row.Sequence > place.Sequence);
    }

    private static IOrderedQueryable<EventRecord> InOrder(IQueryable<EventRecord> rows, bool older) => older
        ? rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Sequence)
        : rows.OrderBy(row => row.At).ThenBy(row => row.Sequence);
}
