using System.Data.Common;
using Npgsql;

namespace TaskRouter.Server.Storage;

/// <summary>
/// An advisory lock in a transaction that stays open on a connection of its own: it ends with the process, and a pooler
/// keeps such a connection for us. Between statements the transaction has no snapshot, so it holds up no vacuum.
/// https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
/// </summary>
internal sealed class PostgresLock(string connectionString) : DatabaseLock
{
    // Any number that nobody else takes, and not that of the migrations' lock: "TaskRoul" in ASCII.
    private const string TakeSql = "SELECT pg_try_advisory_xact_lock(6082527640894436716)";

    // The transaction may be idle for ever; if this machine vanishes, Postgres finds out within half a minute. Only
    // settings that this version of Postgres knows.
    private const string SettingsSql =
        """
        SELECT set_config(known.name, wanted.value, true)
        FROM pg_settings AS known
        JOIN (VALUES ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0'),
            ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'))
            AS wanted (name, value) ON wanted.name = known.name
        """;

    // Whoever loads a workspace waits for this first, and clients wait for him.
    private const int PatienceSeconds = 4;

    // Npgsql itself waits without limit for a cancellation that the network swallows.
    private static readonly TimeSpan StatementPatience = TimeSpan.FromSeconds(PatienceSeconds + 1);

    private readonly string _connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        Timeout = PatienceSeconds,
        CommandTimeout = PatienceSeconds,
    }.ConnectionString;

    private NpgsqlConnection? _connection;

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override async ValueTask<bool> TryTakeAloneAsync(CancellationToken stop)
    {
        if (await HoldsAsync(stop))
        {
            return true;
        }

        var connection = new NpgsqlConnection(_connectionString);
        try
        {
            await connection.OpenAsync(stop);
            await connection.BeginTransactionAsync(stop);
            await ExecuteAsync(connection, SettingsSql, stop);
            if (await ExecuteAsync(connection, TakeSql, stop) is true)
            {
                _connection = connection;
                return true;
            }
        }
        finally
        {
            if (_connection != connection)
            {
                await connection.DisposeAsync();
            }
        }

        return false;
    }

    // A transaction that still answers has never ended, and with it the lock.
    private async Task<bool> HoldsAsync(CancellationToken stop)
    {
        if (_connection is null)
        {
            return false;
        }

        try
        {
            await ExecuteAsync(_connection, "SELECT 1", stop);
            return true;
        }
        catch (Exception exception)
        {
            // Closing may wait for the same silence, and nobody can go on with a conversation that was interrupted.
            _ = CloseAsync();
            if (exception is DbException or TimeoutException)
            {
                return false;
            }

            throw;
        }
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(stop).WaitAsync(StatementPatience, stop);
    }

    private async Task CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }
}
