using Microsoft.Data.Sqlite;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>
/// The one connection that writes the file, with its prepared statements. Thrown away after any failure, so that none
/// leaves a transaction or a statement behind. Used by one thread at a time.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    // A commit waits for the disk: what was acknowledged survives a loss of power. The rest keeps readers out of the
    // writer's way, bounds the wait for another process, and keeps the indexes' upper pages in memory. A checkpoint for
    // every 40 MB and not for 4: what many commits have changed goes to its place in the file once.
    private const string Settings =
        """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA busy_timeout = 10000;
        PRAGMA cache_size = -65536;
        PRAGMA wal_autocheckpoint = 10000;
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteTables _tables;
    private readonly Dictionary<string, SqliteStatement> _statements = [];

    public SqliteWriter(string connectionString, SqliteTables tables)
    {
        _tables = tables;

        // Not pooled: closing it really closes it, and with it a transaction that failed.
        var settings = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
        _connection = new SqliteConnection(settings.ConnectionString);
        _connection.Open();
        using var command = _connection.CreateCommand();
        command.CommandText = Settings;
        command.ExecuteNonQuery();
    }

    public long? RaiseEpoch(string sql, Sid workspaceSid)
    {
        var raise = Statement(sql);
        raise.Bind(1, workspaceSid);
        return raise.ExecuteScalar();
    }

    public void Write(Sid workspaceSid, Action<IBatch> write)
    {
        Statement("BEGIN IMMEDIATE").Execute();
        write(new Batch(this, workspaceSid));
        Statement("COMMIT").Execute();
    }

    public void Upsert<TRow>(IReadOnlyCollection<TRow> rows)
        where TRow : class
    {
        Statement("BEGIN IMMEDIATE").Execute();
        new Batch(this, default).Upsert(rows);
        Statement("COMMIT").Execute();
    }

    /// <summary>Without a transaction around it, a statement is one.</summary>
    public int Execute(SqlStatement sql)
    {
        var statement = Statement(sql.Text);
        for (var index = 0; index < sql.Values.Count; index++)
        {
            switch (sql.Values[index])
            {
                case Sid sid:
                    statement.Bind(index + 1, sid);
                    break;
                case DateTimeOffset instant:
                    statement.Bind(index + 1, instant.ToUnixTimeMilliseconds());
                    break;
                case long number:
                    statement.Bind(index + 1, number);
                    break;
                case var value:
                    throw new NotSupportedException($"No parameter of {value.GetType()}.");
            }
        }

        statement.Execute();
        return statement.RowsChanged;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        // An open transaction is rolled back by closing.
        _connection.Dispose();
    }

    private SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = _statements[sql] = new SqliteStatement(_connection, sql);
        }

        return statement;
    }

    private sealed class Batch(SqliteWriter writer, Sid workspaceSid) : IBatch
    {
        public void Claim(long epoch, EventPlace? lastEvent, DateTimeOffset? firstFactHour)
        {
            var claim = writer.Statement(
                $"UPDATE {writer._tables.Of<Workspace>().Shape.Name} SET "
                + "last_event_sequence = coalesce(?3, last_event_sequence), "
                + "last_event_sid = coalesce(?4, last_event_sid), "
                + "hours_before = min(hours_before, coalesce(?5, hours_before)), "
                + "hours_under_way = min(hours_under_way, coalesce(?5, hours_under_way)) "
                + $"WHERE {TableShape.WorkspaceColumn} = ?1 AND epoch = ?2");
            claim.Bind(1, workspaceSid);
            claim.Bind(2, epoch);
            claim.BindNull(3);
            claim.BindNull(4);
            claim.BindNull(5);
            if (firstFactHour is { } hour)
            {
                claim.Bind(5, hour.ToUnixTimeMilliseconds());
            }

            if (lastEvent is { } last)
            {
                claim.Bind(3, last.Sequence);
                claim.Bind(4, last.Sid);
            }

            claim.Execute();
            if (claim.RowsChanged != 1)
            {
                throw new OwnershipLostException(workspaceSid);
            }
        }

        public void Expect(SqlStatement change)
        {
            if (writer.Execute(change) != 1)
            {
                throw new OwnershipLostException(workspaceSid);
            }
        }

        public void Execute(SqlStatement statement) => writer.Execute(statement);

        public void Insert<TRow>(IReadOnlyCollection<TRow> rows)
            where TRow : class => Write(_ => _.InsertSql, rows);

        public void Upsert<TRow>(IReadOnlyCollection<TRow> rows)
            where TRow : class => Write(_ => _.UpsertSql, rows);

        public void Delete<TRow>(IReadOnlyCollection<Sid> sids)
            where TRow : class => Each(writer._tables.Of<TRow>().DeleteSql, sids);

        public void VacateNames<TRow>(IReadOnlyCollection<Sid> sids)
            where TRow : class => Each(writer._tables.Of<TRow>().VacateNameSql, sids);

        public void DeleteAll<TRow>()
            where TRow : class
        {
            var delete = writer.Statement(writer._tables.Of<TRow>().DeleteAllSql);
            delete.Bind(1, workspaceSid);
            delete.Execute();
        }

        public void DeleteVersions(IReadOnlyCollection<(Sid WorkflowSid, int Version)> versions)
        {
            foreach (var (workflowSid, version) in versions)
            {
                var delete = writer.Statement(
                    $"{writer._tables.Of<WorkflowVersion>().DeleteAllSql} AND workflow_sid = ?2 AND version = ?3");
                delete.Bind(1, workspaceSid);
                delete.Bind(2, workflowSid);
                delete.Bind(3, version);
                delete.Execute();
            }
        }

        public void DeleteCommits(long lastPosition)
        {
            var delete = writer.Statement($"{writer._tables.Of<Commit>().DeleteAllSql} AND position <= ?2");
            delete.Bind(1, workspaceSid);
            delete.Bind(2, lastPosition);
            delete.Execute();
        }

        private void Write<TRow>(Func<SqliteTable<TRow>, string> sql, IReadOnlyCollection<TRow> rows)
            where TRow : class
        {
            if (rows.Count == 0)
            {
                return;
            }

            var table = writer._tables.Of<TRow>();
            var statement = writer.Statement(sql(table));
            foreach (var row in rows)
            {
                table.Bind(statement, row);
                statement.Execute();
            }
        }

        private void Each(string sql, IReadOnlyCollection<Sid> sids)
        {
            foreach (var sid in sids)
            {
                var statement = writer.Statement(sql);
                statement.Bind(1, workspaceSid);
                statement.Bind(2, sid);
                statement.Execute();
            }
        }
    }
}
