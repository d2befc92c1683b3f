using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace TaskRouter.Load.Yardsticks;

/// <summary>The Postgres that bench/run.sh has started: durable, and nobody else's.</summary>
internal sealed partial class PostgresServer
{
    private const int Clients = 32;

    // A task of about 200 bytes, with the key and the columns that any design would give it.
    private const string Tables = """
        CREATE TABLE yard_task (id uuid PRIMARY KEY, workflow uuid NOT NULL, attributes jsonb NOT NULL,
            priority int NOT NULL, timeout int NOT NULL, status int NOT NULL, version int NOT NULL,
            created timestamptz NOT NULL, updated timestamptz NOT NULL);
        CREATE TABLE yard_reservation (id uuid PRIMARY KEY, task uuid NOT NULL, worker uuid NOT NULL,
            status int NOT NULL, created timestamptz NOT NULL, updated timestamptz NOT NULL);
        CREATE SEQUENCE yard_number
        """;

    private const string Id = "lpad(to_hex(:n::bigint), 32, '0')::uuid";

    private const string Values = """
        '0192a7c4-e5f6-7a8b-9c0d-1e2f3a4b5c6d',
        '{"queue": 7,"customer":"c123456","note":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}',
        0, 86400, 0, 0, now(), now()
        """;

    private const string NextNumber = "SELECT nextval('yard_number') AS n \\gset";

    private const string InsertScript = $"INSERT INTO yard_task VALUES (gen_random_uuid(), {Values});\n";

    // What a life cycle has to make durable when each step is a transaction.
    private const string LifeCycleScript = $"""
        {NextNumber}
        INSERT INTO yard_task VALUES ({Id}, {Values});
        BEGIN;
        UPDATE yard_task SET status = 1, version = version + 1, updated = now() WHERE id = {Id};
        INSERT INTO yard_reservation VALUES ({Id}, {Id}, {Id}, 0, now(), now());
        COMMIT;
        BEGIN;
        UPDATE yard_task SET status = 2, version = version + 1, updated = now() WHERE id = {Id};
        UPDATE yard_reservation SET status = 1, updated = now() WHERE id = {Id};
        COMMIT;
        BEGIN;
        UPDATE yard_task SET status = 3, version = version + 1, updated = now() WHERE id = {Id};
        UPDATE yard_reservation SET status = 2, updated = now() WHERE id = {Id};
        COMMIT;

        """;

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly string _pgbench;
    private readonly string _scripts;

    /// <param name="scripts">A folder for pgbench's scripts.</param>
    public PostgresServer(string connectionString, string pgbench, int processId, string scripts)
    {
        _settings = new NpgsqlConnectionStringBuilder(connectionString);
        (_pgbench, ProcessId, _scripts) = (pgbench, processId, scripts);
    }

    public int ProcessId { get; }

    public string ConnectionString(string database, string? options = null) =>
        new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Database = database, Options = options }
            .ConnectionString;

    /// <summary>The same as a URL, for clients in Node.</summary>
    public string Url(string database) =>
        $"postgres://{_settings.Username}:{_settings.Password}@{_settings.Host}:{_settings.Port}/{database}";

    public Task MakeAsync(string database) => ExecuteAsync("postgres", $"CREATE DATABASE {database}");

    public async Task PrepareAsync()
    {
        await MakeAsync("yardstick");
        await ExecuteAsync("yardstick", Tables);
        await File.WriteAllTextAsync(Path.Combine(_scripts, "insert.sql"), InsertScript);
        await File.WriteAllTextAsync(Path.Combine(_scripts, "lifecycle.sql"), LifeCycleScript);
    }

    /// <summary>Transactions of one inserted row per second, each durable.</summary>
    public Task<double> InsertsPerSecondAsync(TimeSpan duration) => RunAsync("insert.sql", duration);

    /// <summary>A task's life cycle in four transactions, per second.</summary>
    public Task<double> LifeCyclesPerSecondAsync(TimeSpan duration) => RunAsync("lifecycle.sql", duration);

    /// <summary>Bytes of write-ahead log so far.</summary>
    public async Task<double> WalBytesAsync() =>
        (double)(decimal)(await ScalarAsync("postgres", "SELECT pg_current_wal_insert_lsn() - '0/0'"))!;

    public async Task<long> DatabaseBytesAsync(string database) =>
        (long)(await ScalarAsync("postgres", $"SELECT pg_database_size('{database}')"))!;

    /// <summary>So that no measurement pays for the one before it.</summary>
    public Task CheckpointAsync() => ExecuteAsync("postgres", "CHECKPOINT");

    private async Task<double> RunAsync(string script, TimeSpan duration)
    {
        var output = await ChildProcess.RunAsync(
            _pgbench,
            [
                "-h", _settings.Host!, "-p", $"{_settings.Port}", "-U", _settings.Username!, "-n", "-M", "prepared",
                "-c", $"{Clients}", "-j", "2", "-T", $"{Math.Max(1, (int)duration.TotalSeconds)}", "-f",
                Path.Combine(_scripts, script), "yardstick",
            ],
            new Dictionary<string, string?> { ["PGPASSWORD"] = _settings.Password });
        return double.Parse(Rate().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    public async Task ExecuteAsync(string database, string sql) => await ScalarAsync(database, sql);

    private async Task<object?> ScalarAsync(string database, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString(database))
        {
            Pooling = false,
            CommandTimeout = 300,
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    [GeneratedRegex(@"tps = (?<rate>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Rate();
}
