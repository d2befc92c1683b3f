using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Deletes what has become too old, one small batch for each call: no statement holds up a commit for longer than it
/// takes to delete so many rows. Only rows that no workspace has in memory any more.
/// </summary>
internal sealed class History(Database database)
{
    /// <summary>Rows that one statement deletes at most.</summary>
    public const int BatchMax = 500;

    private static readonly string[] EventKeyKey = ["of_bits", "at", "last_sequence"];
    private static readonly string[] FactKey = ["kind", "at", "sequence"];
    private static readonly string[] HourKey = ["of_sid", "kind", "hour", "task_channel_sid"];
    private static readonly string[] StintKey = ["worker_sid", "ended_at", "sequence"];
    private static readonly string[] OccupancyKey = ["at", "sequence"];

    // Tables whose rows outlive what they tell of. The others are small and go with their workspace.
    private static readonly (string Table, string[] Key)[] Logs =
    [
        ("events", ["sequence"]),
        ("event_blocks", ["first_sequence"]),
        ("event_keys", EventKeyKey),
        ("commits", ["position"]),
        ("facts", FactKey),
        ("fact_hours", HourKey),
        ("activity_stints", StintKey),
        ("occupancy_changes", OccupancyKey),
        ("calls", ["sid"]),
        ("reservations", ["sid"]),
        ("task_transfers", ["sid"]),
        ("tasks", ["sid"]),
    ];

    // Ended tasks that are next to go. Times that are past stay the same, so every statement finds the same tasks.
    private static readonly string OldTasks =
        $"SELECT sid FROM tasks WHERE workspace_sid = $1 AND remove_at < $2 ORDER BY remove_at, sid LIMIT {BatchMax}";

    /// <summary>Events before the instant. True when there may be more.</summary>
    public async Task<bool> DeleteEventsAsync(Sid workspaceSid, DateTimeOffset before, CancellationToken stop) =>
        await DeleteAsync(Older("event_blocks", ["first_sequence"], "at", null, workspaceSid, before), stop)
        || await DeleteAsync(Older("event_keys", EventKeyKey, "at", null, workspaceSid, before), stop);

    /// <summary>Calls before the instant. True when there may be more.</summary>
    public Task<bool> DeleteCallsAsync(Sid workspaceSid, DateTimeOffset before, CancellationToken stop) => DeleteAsync(
        new SqlStatement(
            "DELETE FROM calls WHERE workspace_sid = $1 AND sid IN (SELECT sid FROM calls "
                + $"WHERE workspace_sid = $1 AND sid < $2 ORDER BY sid LIMIT {BatchMax})",
            workspaceSid,
            JournalTables.FirstAt(SidKind.Call, before)),
        stop);

    /// <summary>Alerts of any account before the instant. True when there may be more.</summary>
    public Task<bool> DeleteAlertsAsync(DateTimeOffset before, CancellationToken stop) => DeleteAsync(
        new SqlStatement(
            "DELETE FROM alerts WHERE (account_sid, sid) IN (SELECT account_sid, sid FROM alerts "
                + $"WHERE sid < $1 ORDER BY sid LIMIT {BatchMax})",
            JournalTables.FirstAt(SidKind.Alert, before)),
        stop);

    /// <summary>
    /// What statistics counted before the instant: hours only when they are over by then. True when there may be more.
    /// </summary>
    public async Task<bool> DeleteStatisticsAsync(Sid workspaceSid, DateTimeOffset before, CancellationToken stop)
    {
        foreach (var kind in FactKinds.All)
        {
            if (await DeleteAsync(Older("facts", FactKey, "at", kind, workspaceSid, before), stop))
            {
                return true;
            }
        }

        var hour = FactHour.HourOf(before);
        return await DeleteAsync(Older("fact_hours", HourKey, "hour", null, workspaceSid, hour), stop)
            || await DeleteAsync(Older("activity_stints", StintKey, "ended_at", null, workspaceSid, before), stop)
            || await DeleteAsync(Older("occupancy_changes", OccupancyKey, "at", null, workspaceSid, before), stop);
    }

    /// <summary>
    /// Tasks that were out of sight before the instant. What belongs to them goes first, so that a crash leaves no row
    /// without its task. True when there may be more.
    /// </summary>
    public async Task<bool> DeleteTasksAsync(Sid workspaceSid, DateTimeOffset before, CancellationToken stop) =>
        await DeleteAsync(OfOldTasks("reservations", workspaceSid, before), stop)
        || await DeleteAsync(OfOldTasks("task_transfers", workspaceSid, before), stop)
        || await DeleteAsync(
            new SqlStatement(
                $"DELETE FROM tasks WHERE workspace_sid = $1 AND sid IN ({OldTasks})", workspaceSid, before),
            stop);

    /// <summary>
    /// Rows of workspaces that are gone. A deletion takes everything with it; what was written beside it, or by a
    /// version with a mistake, goes here. True when there may be more.
    /// </summary>
    public async Task<bool> DeleteOrphansAsync(CancellationToken stop)
    {
        await DeleteAsync(
            new SqlStatement(
                "DELETE FROM event_deliveries "
                + "WHERE workspace_sid NOT IN (SELECT workspace_sid FROM workspaces)"),
            stop);
        foreach (var (table, key) in Logs)
        {
            if (await DeleteAsync(OrphansOf(table, key), stop))
            {
                return true;
            }
        }

        return false;
    }

    private static SqlStatement Older(
        string table, string[] key, string time, FactKind? kind, Sid workspaceSid, DateTimeOffset before)
    {
        var columns = string.Join(", ", key);
        var ofKind = kind is { } one ? $" AND kind = {(short)one}" : "";
        return new SqlStatement(
            $"DELETE FROM {table} WHERE workspace_sid = $1{ofKind} AND ({columns}) IN (SELECT {columns} FROM {table} "
                + $"WHERE workspace_sid = $1{ofKind} AND {time} < $2 ORDER BY {time} LIMIT {BatchMax})",
            workspaceSid,
            before);
    }

    private static SqlStatement OfOldTasks(string table, Sid workspaceSid, DateTimeOffset before) => new(
        $"DELETE FROM {table} WHERE workspace_sid = $1 AND sid IN (SELECT sid FROM {table} "
            + $"WHERE workspace_sid = $1 AND task_sid IN ({OldTasks}) LIMIT {BatchMax})",
        workspaceSid,
        before);

    // Walks from workspace to workspace by the index instead of reading every row.
    private static SqlStatement OrphansOf(string table, string[] key) => new(
        $"""
        DELETE FROM {table} WHERE (workspace_sid, {string.Join(", ", key)}) IN (
            WITH RECURSIVE seen (workspace_sid) AS (
                SELECT * FROM (SELECT workspace_sid FROM {table} ORDER BY workspace_sid LIMIT 1) AS first
                UNION ALL
                SELECT (SELECT later.workspace_sid FROM {table} AS later
                    WHERE later.workspace_sid > seen.workspace_sid ORDER BY later.workspace_sid LIMIT 1)
                FROM seen WHERE seen.workspace_sid IS NOT NULL)
            SELECT rows.workspace_sid, {string.Join(", ", key.Select(column => "rows." + column))}
            FROM seen JOIN {table} AS rows ON rows.workspace_sid = seen.workspace_sid
            WHERE NOT EXISTS (SELECT 1 FROM workspaces WHERE workspaces.workspace_sid = seen.workspace_sid)
            LIMIT {BatchMax})
        """);

    private async Task<bool> DeleteAsync(SqlStatement statement, CancellationToken stop) =>
        await database.ExecuteAsync(statement, stop) >= BatchMax;
}
