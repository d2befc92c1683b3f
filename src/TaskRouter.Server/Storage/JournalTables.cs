using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Journal;

namespace TaskRouter.Server.Storage;

/// <param name="Beyond">The last row that was looked at, when there may be more behind it.</param>
internal sealed record JournalSlice<TRow>(List<TRow> Rows, Sid? Beyond);

/// <summary>Which alerts of an account are looked for; null asks for nothing.</summary>
internal sealed record AlertQuery(Sid AccountSid)
{
    public AlertLevel? Level { get; init; }

    public int? Code { get; init; }

    public Sid? WorkspaceSid { get; init; }

    /// <summary>Inclusive, as all windows.</summary>
    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? End { get; init; }
}

/// <summary>Which calls of a workspace are looked for; null asks for nothing.</summary>
internal sealed record CallQuery(Sid WorkspaceSid)
{
    public Sid? TaskSid { get; init; }

    public Sid? ReservationSid { get; init; }

    public Sid? WorkerSid { get; init; }
}

/// <summary>
/// Alerts and calls on disk. SIDs carry times, so the primary key is also the order and a window is a stretch of it.
/// </summary>
internal sealed class JournalTables(IDbContextFactory<RouterDb> databases)
{
    /// <summary>
    /// Rows that one page looks at, at most: a filter that hardly anything passes makes short pages, not slow ones.
    /// </summary>
    public int ScanMax { get; init; } = 20_000;

    public async Task<Alert?> FindAlertAsync(Sid accountSid, Sid sid, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        return await db.Alerts.SingleOrDefaultAsync(row => row.AccountSid == accountSid && row.Sid == sid, stop);
    }

    public async Task<RecordedCall?> FindCallAsync(Sid workspaceSid, Sid sid, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        return await db.Calls.SingleOrDefaultAsync(row => row.WorkspaceSid == workspaceSid && row.Sid == sid, stop);
    }

    /// <summary>Reads away from a row, older ones or newer ones, nearest first.</summary>
    public async Task<JournalSlice<Alert>> ReadAsync(
        AlertQuery query, Sid? from, bool older, int count, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        var found = db.Alerts.Where(row => row.AccountSid == query.AccountSid);
        if (query.Start is { } start)
        {
            var first = FirstAt(SidKind.Alert, start);
            found = found.Where(row => row.Sid >= first);
        }

        if (query.End is { } end)
        {
            var last = LastAt(SidKind.Alert, end);
            found = found.Where(row => row.Sid <= last);
        }

        return await ReadAsync(found, Filter, row => row.Sid, from, older, count, stop);

        IQueryable<Alert> Filter(IQueryable<Alert> rows)
        {
            rows = query.Level is { } level ? rows.Where(row => row.Level == level) : rows;
            rows = query.Code is { } code ? rows.Where(row => row.Code == code) : rows;
            return query.WorkspaceSid is { } sid ? rows.Where(row => row.WorkspaceSid == sid) : rows;
        }
    }

    /// <inheritdoc cref="ReadAsync(AlertQuery, Sid?, bool, int, CancellationToken)"/>
    public async Task<JournalSlice<RecordedCall>> ReadAsync(
        CallQuery query, Sid? from, bool older, int count, CancellationToken stop)
    {
        await using var db = databases.CreateDbContext();
        var found = db.Calls.Where(row => row.WorkspaceSid == query.WorkspaceSid);
        return await ReadAsync(found, Filter, row => row.Sid, from, older, count, stop);

        IQueryable<RecordedCall> Filter(IQueryable<RecordedCall> rows)
        {
            rows = query.TaskSid is { } task ? rows.Where(row => row.TaskSid == task) : rows;
            rows = query.ReservationSid is { } reservation
                ? rows.Where(row => row.ReservationSid == reservation)
                : rows;
            return query.WorkerSid is { } worker ? rows.Where(row => row.WorkerSid == worker) : rows;
        }
    }

    /// <summary>The lowest SID that a row of this instant, or of a later one, can have.</summary>
    public static Sid FirstAt(SidKind kind, DateTimeOffset instant) =>
        new(kind, (ulong)Math.Max(0, instant.ToUnixTimeMilliseconds()) << 16, 0);

    private static Sid LastAt(SidKind kind, DateTimeOffset instant) =>
        new(kind, FirstAt(kind, instant).High | 0xFFFF, ulong.MaxValue);

    private async Task<JournalSlice<TRow>> ReadAsync<TRow>(
        IQueryable<TRow> found,
        Func<IQueryable<TRow>, IQueryable<TRow>> filter,
        Func<TRow, Sid> sidOf,
        Sid? from,
        bool older,
        int count,
        CancellationToken stop)
        where TRow : class
    {
        if (from is { } place)
        {
            found = older
                ? found.Where(row => EF.Property<Sid>(row, nameof(Sid)) < place)
                : found.Where(row => EF.Property<Sid>(row, nameof(Sid)) > place);
        }

        found = InOrder(found, older);
        var rows = await InOrder(filter(found.Take(ScanMax)), older).Take(count + 1).ToListAsync(stop);
        if (rows.Count > count)
        {
            rows.RemoveAt(count);
            return new JournalSlice<TRow>(rows, sidOf(rows[^1]));
        }

        // Fewer than were asked for: there are no more, or the page has looked at as many as it may.
        var last = await found.Skip(ScanMax - 1).Take(1).ToListAsync(stop);
        return new JournalSlice<TRow>(rows, last.Count == 0 ? null : sidOf(last[0]));
    }

    private static IOrderedQueryable<TRow> InOrder<TRow>(IQueryable<TRow> rows, bool older)
        where TRow : class => older
        ? rows.OrderByDescending(row => EF.Property<Sid>(row, nameof(Sid)))
        : rows.OrderBy(row => EF.Property<Sid>(row, nameof(Sid)));
}
