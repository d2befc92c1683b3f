using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server;
using TaskRouter.Server.Storage;

namespace TaskRouter.Bench.History;

/// <summary>Writes a month of events with the server's own store, then asks a server over HTTP.</summary>
internal sealed class HistoryBench(HistoryScale scale, TextWriter output)
{
    /// <summary>Set to the connection string of a server where databases may be made: tests/with-postgres.sh.</summary>
    public const string PostgresVariable = "TASKROUTER_TEST_POSTGRES";

    /// <summary>Set to leave SQLite out.</summary>
    private const string SkipVariable = "TASKROUTER_HISTORY_SKIP_SQLITE";

    private const int EventsPerBatch = 4_000;

    private static readonly Account Account = new(
        Sid.FromGuid(SidKind.Account, Guid.Parse("0123456789abcdef0123456789abcdef")),
        "TheTokenOfThisBenchmark012345678");

    public async Task RunAsync()
    {
        if (Environment.GetEnvironmentVariable(SkipVariable) is null)
        {
            await RunOnFileAsync();
        }

        await RunOnPostgresAsync();
    }

    /// <summary>What is written, not what is read: see <see cref="WriteCost"/>.</summary>
    public async Task RunWritesAsync()
    {
        var cost = new WriteCost(Account.Sid, output);
        await cost.HeadAsync();
        var directory = Directory.CreateTempSubdirectory("taskrouter-writes-").FullName;
        try
        {
            await using var whole = new SqliteDatabase(new StorageOptions(Path.Combine(directory, "whole"), null));
            await using var alone = new SqliteDatabase(new StorageOptions(Path.Combine(directory, "alone"), null));
            await cost.RunAsync("SQLite", whole, alone);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        await OnPostgresAsync(whole => OnPostgresAsync(async alone =>
        {
            await using var first = new PostgresDatabase(whole);
            await using var second = new PostgresDatabase(alone);
            await cost.RunAsync("Postgres", first, second);
        }));
    }

    private async Task RunOnFileAsync()
    {
        var directory = Directory.CreateTempSubdirectory("taskrouter-history-").FullName;
        try
        {
            await RunAsync("SQLite", new StorageOptions(directory, null));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private Task RunOnPostgresAsync() => OnPostgresAsync(connectionString =>
        RunAsync("Postgres", new StorageOptions(Path.GetTempPath(), connectionString)));

    /// <summary>With a database of its own, which goes afterwards.</summary>
    private async Task OnPostgresAsync(Func<string, Task> run)
    {
        if (Environment.GetEnvironmentVariable(PostgresVariable) is not { } server)
        {
            await output.WriteLineAsync($"Postgres is left out: {PostgresVariable} is not set.");
            return;
        }

        var name = $"taskrouter_history_{Guid.NewGuid():n}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        try
        {
            await run(new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString);
        }
        finally
        {
            await ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    private async Task RunAsync(string name, StorageOptions options)
    {
        var month = new Month(Account.Sid);
        var (written, took) = await BuildAsync(month, options);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"\n**{name}**: {written:N0} events written in {took.TotalSeconds:N0} s, ")
            + string.Create(CultureInfo.InvariantCulture, $"{written / took.TotalSeconds:N0} a second\n"));
        if (options.PostgresConnectionString is { } connectionString)
        {
            // What autovacuum does in the course of a month.
            await ExecuteAsync(connectionString, "VACUUM ANALYZE");
        }

        await new HistoryQuestions(month, scale, Account, output).AskAsync(options);
    }

    private async Task<(long Events, TimeSpan Took)> BuildAsync(Month month, StorageOptions options)
    {
        await using Database database = options.PostgresConnectionString is { } connectionString
            ? new PostgresDatabase(connectionString)
            : new SqliteDatabase(options);
        var store = new WorkspaceStore(database);
        await store.MigrateAsync(CancellationToken.None);
        await store.SaveAsync(month.WorkspaceSid, OwnedWorkspace.FirstEpoch, month.Beginning, CancellationToken.None);

        var (events, clock) = (0L, new Stopwatch());
        foreach (var batch in month.Events(scale.Events).Chunk(EventsPerBatch))
        {
            var changes = new Changes();
            changes.Events.AddRange(batch);
            clock.Start();
            await store.SaveAsync(month.WorkspaceSid, OwnedWorkspace.FirstEpoch, changes, CancellationToken.None);
            clock.Stop();
            events += batch.Length;
        }

        await store.SaveAsync(month.WorkspaceSid, OwnedWorkspace.FirstEpoch, month.End(), CancellationToken.None);
        return (events, clock.Elapsed);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 600 };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
