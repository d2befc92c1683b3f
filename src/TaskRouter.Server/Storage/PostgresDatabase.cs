using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>A Postgres database, 13 or newer. One pool of connections for the writer and for EF.</summary>
internal sealed class PostgresDatabase : Database
{
    private const int PreparedMax = 100;
    private const int DeletionTimeoutSeconds = 600;

    // A batch under load takes hundreds of kilobytes: eight at a time, as Npgsql has it, wake Postgres dozens of times.
    private const int WriteBufferBytes = 64 * 1024;

    // Clients wait for what a batch waits for, and for a connection: a network that swallows everything must not keep
    // them for longer than they have patience.
    private const int PatienceSeconds = 10;

    // Npgsql asks Postgres to cancel what has timed out and waits for its answer without limit, which never comes from
    // such a network. Who does not wait for it leaves a statement behind that the epoch makes harmless.
    private static readonly TimeSpan CancellationPatience = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly DbContextOptions<PostgresRouterDb> _options;
    private readonly PostgresTables _tables;

    public PostgresDatabase(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ShouldSerialize("Max Auto Prepare"))
        {
            // Every batch repeats the same dozen statements. Whoever goes through a pooler that cannot says 0 himself.
            settings.MaxAutoPrepare = PreparedMax;
            settings.AutoPrepareMinUsages = 2;
        }

        if (!settings.ShouldSerialize("Timeout"))
        {
            settings.Timeout = PatienceSeconds;
        }

        if (!settings.ShouldSerialize("Write Buffer Size"))
        {
            settings.WriteBufferSize = WriteBufferBytes;
        }

        // We never change a session's state, so there is nothing to reset before the next one uses the connection.
        settings.NoResetOnClose = true;
        _source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        _options = new DbContextOptionsBuilder<PostgresRouterDb>()
            .UseNpgsql(_source)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options;
        using var db = CreateDbContext();
        _tables = new PostgresTables(db.Model);
        Commits = new CommitCodec(db.Model);
    }

    public override CommitCodec Commits { get; }

    public override int RowsAtOnce => 20_000;

    // Any number will do as long as nobody else takes it for something else: "TaskRout" in ASCII.
    protected override string MigrationLockSql => "SELECT pg_advisory_xact_lock(6082527640894436724)";

    public override RouterDb CreateDbContext() => new PostgresRouterDb(_options);

    public override async Task<long?> RaiseEpochAsync(Sid workspaceSid, CancellationToken stop)
    {
        await using var command = _source.CreateCommand(RaiseEpochSql(_tables.Of<Workspace>().Shape, "$1"));
        command.CommandTimeout = PatienceSeconds;
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = workspaceSid.ToGuid() });
        return (long?)await command.ExecuteScalarAsync(stop)
            .WaitAsync(TimeSpan.FromSeconds(PatienceSeconds) + CancellationPatience, stop);
    }

    /// <summary>
    /// One round trip: all statements of a batch go out together, and Postgres runs what lies between two
    /// synchronisation points of its protocol as one transaction, committed at the end or not at all.
    /// https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
    /// </summary>
    public override async Task WriteAsync(
        Sid workspaceSid, Action<IBatch> write, bool deletesWorkspace, CancellationToken stop)
    {
        await using var batch = _source.CreateBatch();
        batch.Timeout = deletesWorkspace ? DeletionTimeoutSeconds : PatienceSeconds;
        write(new PostgresBatch(batch, _tables, workspaceSid));
        try
        {
            await batch.ExecuteNonQueryAsync(stop)
                .WaitAsync(TimeSpan.FromSeconds(batch.Timeout) + CancellationPatience, stop);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresBatch.NotOwnerState)
        {
            throw new OwnershipLostException(workspaceSid);
        }
    }

    public override async Task UpsertAsync<TRow>(IReadOnlyCollection<TRow> rows, CancellationToken stop)
    {
        await using var batch = _source.CreateBatch();
        new PostgresBatch(batch, _tables, default).Upsert(rows);
        await batch.ExecuteNonQueryAsync(stop);
    }

    public override async Task<int> ExecuteAsync(SqlStatement statement, CancellationToken stop)
    {
        await using var command = _source.CreateCommand(statement.Text);
        foreach (var value in statement.Values)
        {
            command.Parameters.Add(PostgresBatch.ParameterOf(value));
        }

        return await command.ExecuteNonQueryAsync(stop);
    }

    public override bool IsUniqueViolation(DbException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    // https://www.postgresql.org/docs/current/errcodes-appendix.html: class 23.
    public override bool IsIntegrityViolation(DbException exception) =>
        exception is PostgresException postgres && postgres.SqlState.StartsWith("23", StringComparison.Ordinal);

    public override Task<IDbContextTransaction> BeginSnapshotAsync(RouterDb db, CancellationToken stop) =>
        db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);

    public override ValueTask DisposeAsync() => _source.DisposeAsync();
}
