using Npgsql;
using Xunit;

namespace TaskRouter.Server.Tests;

/// <summary>
/// A database of its own on a real server, dropped at the end. The server is named by an environment variable; without
/// it tests fail rather than pass unseen.
/// </summary>
public sealed class TestPostgres : IAsyncLifetime
{
    public const string Variable = "TASKROUTER_TEST_POSTGRES";

    private string _server = "";
    private string _name = "";

    public string ConnectionString { get; private set; } = "";

    public static async Task<TestPostgres> CreateAsync()
    {
        var database = new TestPostgres();
        await database.InitializeAsync();
        return database;
    }

    public async ValueTask InitializeAsync()
    {
        _server = Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException(
            $"Set {Variable} to the connection string of a Postgres server where the user may create databases.");
        _name = $"taskrouter_test_{Guid.NewGuid():n}";
        await ExecuteAsync($"CREATE DATABASE {_name}");
        ConnectionString = new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_name.Length > 0)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(_server) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
