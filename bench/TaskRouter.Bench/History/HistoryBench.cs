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

    /// <summary>Set to a folder to keep what is written there; the next run with the same one asks at once.</summary>
    private const string KeepVariable = "TASKROUTER_HISTORY_KEEP";

    private const int EventsPerBatch = 4_000;

    private static readonly Account Account = new(
        Sid.FromGuid(SidKind.Account, Guid.Parse("0123456789abcdef0123456789abcdef")),
        "TheTokenOfThisBenchmark012345678");

    private static string? Kept => Environment.GetEnvironmentVariable(KeepVariable);

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

    /// <summary>What reading takes of memory: see <see cref="MemoryCost"/>.</summary>
    public async Task RunMemoryAsync()
    {
        var cost = new MemoryCost(Account, output);
        await cost.HeadAsync();
        var directory = Directory.CreateTempSubdirectory("taskrouter-memory-").FullName;
        try
        {
            await cost.RunAsync("SQLite", new StorageOptions(directory, null));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        await OnPostgresAsync(connectionString =>
            cost.RunAsync("Postgres", new StorageOptions(Path.GetTempPath(), connectionString)));
    }

    private async Task RunOnFileAsync()
    {
        if (Kept is { } kept)
        {
            await RunAsync("SQLite", new StorageOptions(kept, null));
            return;
        }

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

    private Task RunOnPostgresAsync() => OnPostgresAsync(
        connectionString => RunAsync("Postgres", new StorageOptions(Path.GetTempPath(), connectionString)),
        Kept is null ? null : $"taskrouter_history_{scale.Events}");

    /// <summary>With a database of its own, which goes afterwards unless it is kept.</summary>
    private async Task OnPostgresAsync(Func<string, Task> run, string? kept = null)
    {
        if (Environment.GetEnvironmentVariable(PostgresVariable) is not { } server)
        {
            await output.WriteLineAsync($"Postgres is left out: {PostgresVariable} is not set.");
            return;
        }

        var name = kept ?? $"taskrouter_history_{Guid.NewGuid():n}";
        if (kept is null || !IsWritten("Postgres"))
        {
            await ExecuteAsync(server, $"CREATE DATABASE {name}");
        }

        try
        {
            await run(new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString);
        }
        finally
        {
            if (kept is null)
            {
                await ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)");
            }
        }
    }

    private async Task RunAsync(string name, StorageOptions options)
    {
        // The same seed, so the same workspace as what was kept.
        var month = new Month(Account.Sid);
        if (!IsWritten(name))
        {
            await WriteAsync(name, month, options);
        }

        await new HistoryQuestions(month, scale, Account, output).AskAsync(options);
    }

    private static bool IsWritten(string name) => Kept is { } kept && File.Exists(Marker(kept, name));

    private static string Marker(string kept, string name) => Path.Combine(kept, $"{name}.written");

    private async Task WriteAsync(string name, Month month, StorageOptions options)
    {
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

        if (Kept is { } kept)
        {
            Directory.CreateDirectory(kept);
            await File.WriteAllTextAsync(Marker(kept, name), "");
        }
    }

    private async Task<(long Events, TimeSpan Took)> BuildAsync(Month month, StorageOptions options)
    {
        await using Database database = options.PostgresConnectionString is { } connectionString
            ? new PostgresDatabase(connectionString)
            : new SqliteDatabase(options);
        var store = new WorkspaceStore(database, new CommitLog(database));
        await store.MigrateAsync(CancellationToken.None);
        await store.SaveAsync(month, OwnedWorkspace.FirstEpoch, month.Beginning);

        var (events, clock) = (0L, new Stopwatch());
        foreach (var batch in month.Events(scale.Events).Chunk(EventsPerBatch))
        {
            var changes = new Changes();
            changes.Events.AddRange(batch);
            clock.Start();
            await store.SaveAsync(month, OwnedWorkspace.FirstEpoch, changes);
            clock.Stop();
            events += batch.Length;
        }

        await store.SaveAsync(month, OwnedWorkspace.FirstEpoch, month.End());
        await store.SettleAsync(month.WorkspaceSid, CancellationToken.None);
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
