using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>
/// A prepared statement kept over batches, bound by position. SQLite's own interface rather than ADO's, which looks
/// parameters up by name and boxes every value, in every row.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _connection = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_connection, sql, out _statement), _connection);
    }

    /// <summary>Rows that the last statement of the connection inserted, changed or deleted.</summary>
    public int RowsChanged => raw.sqlite3_changes(_connection);

    public void Bind(int position, long value) => Check(raw.sqlite3_bind_int64(_statement, position, value));

    public void BindNull(int position) => Check(raw.sqlite3_bind_null(_statement, position));

    public void Bind(int position, Sid sid) => Bind(position, sid.ToBytes());

    public void Bind(int position, ReadOnlySpan<byte> value) =>
        Check(raw.sqlite3_bind_blob(_statement, position, value));

    public void Bind(int position, string value)
    {
        // SQLite copies what it is given, so one rented buffer serves.
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        var length = Encoding.UTF8.GetBytes(value, buffer);
        var result = raw.sqlite3_bind_text(_statement, position, buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        Check(result);
    }

    /// <summary>Runs to the end and makes the statement ready to be bound again.</summary>
    public void Execute()
    {
        Step();
        Reset();
    }

    /// <summary>The first column of the first row; null when there is none.</summary>
    public long? ExecuteScalar()
    {
        long? value = Step() ? raw.sqlite3_column_int64(_statement, 0) : null;

        // With RETURNING the change itself is done by the first step.
        Reset();
        return value;
    }

    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        try
        {
            // Before the reset, which would clear the message and the extended code that Check reads.
            Check(result);
            return false;
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    private void Reset() => Check(raw.sqlite3_reset(_statement));

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection);
}
