using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Tests.Kill;

internal sealed record TaskRow(string Sid, AssignmentStatus Status, string Attributes, DateTimeOffset? ExpiresAt);

internal sealed record ReservationRow(
    string Sid,
    string TaskSid,
    string WorkerSid,
    string ChannelSid,
    ReservationStatus Status,
    DateTimeOffset? ExpiresAt)
{
    public bool FillsCapacity => Status
        is ReservationStatus.Pending or ReservationStatus.Accepted or ReservationStatus.Wrapping;
}

internal sealed record CapacityRow(string WorkerSid, string ChannelSid, int Capacity);

internal sealed record EventRow(long Sequence, string Type, string? TaskSid, string? ReservationSid);

/// <summary>
/// What the database itself holds of the one workspace, read past the server in one transaction: its tables, and over
/// them the commits that are not in the tables yet.
/// </summary>
internal sealed class Snapshot
{
    public required IReadOnlyDictionary<string, TaskRow> Tasks { get; init; }

    public required IReadOnlyDictionary<string, ReservationRow> Reservations { get; init; }

    public required IReadOnlyList<CapacityRow> Capacities { get; init; }

    /// <summary>In the order of their sequence.</summary>
    public required IReadOnlyList<EventRow> Events { get; init; }

    /// <param name="withEvents">False for a look at tasks and reservations alone: a test that waits takes many.</param>
    public static async Task<Snapshot> ReadAsync(string dataDirectory, string? postgres, bool withEvents = true)
    {
        if (postgres is not null)
        {
            await using var connection = new NpgsqlConnection(postgres);
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
            return await ReadAsync(connection, transaction, withEvents);
        }

        var file = Path.Combine(dataDirectory, "taskrouter.db");
        await using var sqlite = new SqliteConnection($"Data Source={file};Pooling=False");
        await sqlite.OpenAsync();
        await using var read = sqlite.BeginTransaction(deferred: true);
        return await ReadAsync(sqlite, read, withEvents);
    }

    private static async Task<Snapshot> ReadAsync(
        DbConnection connection, DbTransaction transaction, bool withEvents)
    {
        Task<List<TRow>> QueryAsync<TRow>(string sql, Func<DbDataReader, TRow> read) =>
            Snapshot.QueryAsync(connection, transaction, sql, read);

        var tasks = await QueryAsync(
            "SELECT sid, assignment_status, attributes, expires_at FROM tasks",
            row => new TaskRow(
                Sid(row, 0, "WT")!, (AssignmentStatus)row.GetInt32(1), row.GetString(2), Instant(row, 3)));
        var reservations = await QueryAsync(
            "SELECT sid, task_sid, worker_sid, task_channel_sid, status, expires_at FROM reservations",
            row => new ReservationRow(
                Sid(row, 0, "WR")!,
                Sid(row, 1, "WT")!,
                Sid(row, 2, "WK")!,
                Sid(row, 3, "TC")!,
                (ReservationStatus)row.GetInt32(4),
                Instant(row, 5)));
        var capacities = await QueryAsync(
            "SELECT worker_sid, task_channel_sid, configured_capacity FROM worker_channels",
            row => new CapacityRow(Sid(row, 0, "WK")!, Sid(row, 1, "TC")!, row.GetInt32(2)));
        var blocks = withEvents
            ? await QueryAsync(
                "SELECT first_sequence, last_sequence, data FROM event_blocks ORDER BY first_sequence",
                row => BlockOf(row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)))
            : [];
        var waiting = Waiting(
            await QueryAsync(
                "SELECT position, data FROM commits ORDER BY position",
                row => CommitOf(row.GetInt64(0), (byte[])row.GetValue(1))),
            connection is NpgsqlConnection);
        return new Snapshot
        {
            Tasks = Over(tasks, waiting.Tasks.Values, row => row.Sid, RowOf),
            Reservations = Over(reservations, waiting.Reservations.Values, row => row.Sid, RowOf),
            Capacities = [.. Over(
                capacities, waiting.WorkerChannels.Values, row => row.WorkerSid + row.ChannelSid, RowOf).Values],
            Events = [.. blocks.SelectMany(block => EventBlockFormat.Read(block)).Select(RowOf)],
        };
    }

    private static ProjectedRows Waiting(List<Commit> commits, bool isPostgres)
    {
        var waiting = new ProjectedRows();
        using RouterDb db = isPostgres
            ? new PostgresRouterDb(new DbContextOptionsBuilder<PostgresRouterDb>().UseNpgsql().Options)
            : new SqliteRouterDb(new DbContextOptionsBuilder<SqliteRouterDb>().UseSqlite().Options);
        var codec = new CommitCodec(db.Model);
        commits.ForEach(commit => codec.Read(commit, waiting));
        return waiting;
    }

    private static Commit CommitOf(long position, byte[] data) =>
        new() { WorkspaceSid = default, Position = position, Data = data };

    private static EventBlock BlockOf(long first, long last, byte[] data) => new()
    {
        WorkspaceSid = default,
        FirstSequence = first,
        LastSequence = last,
        At = default,
        FirstEventSid = default,
        Data = data,
    };

    private static EventRow RowOf(EventRecord row) =>
        new(row.Sequence, row.Type, row.TaskSid?.ToString(), row.ReservationSid?.ToString());

    private static Dictionary<string, TRow> Over<TRow, TWaiting>(
        List<TRow> rows, IEnumerable<TWaiting> waiting, Func<TRow, string> sid, Func<TWaiting, TRow> convert)
    {
        var all = rows.ToDictionary(sid);
        foreach (var row in waiting.Select(convert))
        {
            all[sid(row)] = row;
        }

        return all;
    }

    private static TaskRow RowOf(RoutingTask task) =>
        new(task.Sid.ToString(), task.AssignmentStatus, task.Attributes, task.ExpiresAt);

    private static ReservationRow RowOf(Reservation reservation) => new(
        reservation.Sid.ToString(),
        reservation.TaskSid.ToString(),
        reservation.WorkerSid.ToString(),
        reservation.TaskChannelSid.ToString(),
        reservation.Status,
        reservation.ExpiresAt);

    private static CapacityRow RowOf(WorkerChannel channel) =>
        new(channel.WorkerSid.ToString(), channel.TaskChannelSid.ToString(), channel.ConfiguredCapacity);

    private static async Task<List<TRow>> QueryAsync<TRow>(
        DbConnection connection, DbTransaction transaction, string sql, Func<DbDataReader, TRow> read)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<TRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    // 16 bytes in SQLite, a uuid in Postgres.
    private static string? Sid(DbDataReader row, int column, string prefix) => row.GetValue(column) switch
    {
        byte[] bytes => prefix + Convert.ToHexStringLower(bytes),
        Guid guid => prefix + guid.ToString("N"),
        _ => null,
    };

    // Milliseconds in SQLite, a timestamptz in Postgres.
    private static DateTimeOffset? Instant(DbDataReader row, int column) => row.GetValue(column) switch
    {
        long milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        DateTime instant => new DateTimeOffset(instant),
        _ => null,
    };
}
