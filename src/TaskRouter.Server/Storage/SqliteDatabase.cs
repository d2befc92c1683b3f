using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>
/// A SQLite file: the embedded default. Readers have connections of their own and never wait for the writer.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    // https://www.sqlite.org/rescode.html: the constraints that ON CONFLICT (key) does not settle.
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;
    private const int Constraint = 19;

    private readonly string _connectionString;
    private readonly DbContextOptions<SqliteRouterDb> _options;
    private readonly SqliteTables _tables;
    private readonly string _raiseEpochSql;

    // SQLite has one writer at a time anyway: workspaces take turns here, in order, instead of polling its lock.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqliteWriter? _writer;
    private bool _isDisposed;

    public SqliteDatabase(StorageOptions options)
    {
        Directory.CreateDirectory(options.DataDirectory);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = options.SqlitePath }.ConnectionString;
        _options = new DbContextOptionsBuilder<SqliteRouterDb>()
            .UseSqlite(_connectionString)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options;
        using var db = CreateDbContext();
        _tables = new SqliteTables(db.Model);
        Commits = new CommitCodec(db.Model);
        _raiseEpochSql = RaiseEpochSql(_tables.Of<Workspace>().Shape, "?1");
    }

    public override CommitCodec Commits { get; }

    // There is one writer, so who commits waits for all of it. But a page is written once for all of its rows, and many
    // rows of one transaction share pages: of fewer at once, each costs more.
    public override int RowsAtOnce => 4_000;

    // The transaction itself is the lock: it begins as a writer, and there is only one.
    protected override string MigrationLockSql => "";

    public override RouterDb CreateDbContext() => new SqliteRouterDb(_options);

    public override Task<long?> RaiseEpochAsync(Sid workspaceSid, CancellationToken stop) =>
        WithWriterAsync(writer => writer.RaiseEpoch(_raiseEpochSql, workspaceSid), stop);

    public override Task WriteAsync(
        Sid workspaceSid, Action<IBatch> write, bool deletesWorkspace, CancellationToken stop) => WithWriterAsync(
        writer =>
        {
            writer.Write(workspaceSid, write);
            return true;
        },
        stop);

    public override async Task ChangeAsync(Func<RouterDb, Task> change, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            await base.ChangeAsync(change, stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override Task UpsertAsync<TRow>(IReadOnlyCollection<TRow> rows, CancellationToken stop) => WithWriterAsync(
        writer =>
        {
            writer.Upsert(rows);
            return true;
        },
        stop);

    public override Task<int> ExecuteAsync(SqlStatement statement, CancellationToken stop) =>
        WithWriterAsync(writer => writer.Execute(statement), stop);

    public override bool IsUniqueViolation(DbException exception) =>
        exception is SqliteException { SqliteExtendedErrorCode: UniqueViolation or PrimaryKeyViolation };

    public override bool IsIntegrityViolation(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: Constraint };

    public override async Task<IDbContextTransaction> BeginSnapshotAsync(RouterDb db, CancellationToken stop)
    {
        await db.Database.OpenConnectionAsync(stop);
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        return (await db.Database.UseTransactionAsync(connection.BeginTransaction(deferred: true), stop))!;
    }

    public override async ValueTask DisposeAsync()
    {
        // A container that knows it by two names disposes of it for each.
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _turn.WaitAsync();
        _writer?.Dispose();
        _turn.Dispose();
        using var pool = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(pool);
    }

    // Blocks a thread while the disk flushes: SQLite knows no other way. At most one, of whoever has the turn, and
    // never the caller's.
    private async Task<TResult> WithWriterAsync<TResult>(Func<SqliteWriter, TResult> write, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            _writer ??= new SqliteWriter(_connectionString, _tables);
            return await Task.Run(() => write(_writer), CancellationToken.None);
        }
        catch
        {
            _writer?.Dispose();
            _writer = null;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }
}
