using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Storage;

/// <summary>What differs between the two databases, behind one face. Open a context for queries of your own.</summary>
internal abstract class Database : IDbContextFactory<RouterDb>, IAsyncDisposable
{
    /// <summary>How commits of this database are written.</summary>
    public abstract CommitCodec Commits { get; }

    /// <summary>Rows that one transaction puts into their tables, about. Who commits meanwhile may wait for it.
    /// </summary>
    public abstract int RowsAtOnce { get; }

    /// <summary>
    /// Run first in a migration's transaction: whoever else migrates waits there. Empty when beginning is enough.
    /// </summary>
    protected abstract string MigrationLockSql { get; }

    public abstract RouterDb CreateDbContext();

    /// <summary>Takes the workspace from whoever had it; null when it does not exist.</summary>
    public abstract Task<long?> RaiseEpochAsync(Sid workspaceSid, CancellationToken stop);

    /// <summary>One transaction of one workspace.</summary>
    /// <param name="deletesWorkspace">All its history goes too, which takes longer than anything else.</param>
    public abstract Task WriteAsync(
        Sid workspaceSid, Action<IBatch> write, bool deletesWorkspace, CancellationToken stop);

    /// <summary>A change that belongs to no workspace's batch.</summary>
    public virtual async Task ChangeAsync(Func<RouterDb, Task> change, CancellationToken stop)
    {
        await using var db = CreateDbContext();
        await change(db);
    }

    /// <summary>Inserts or replaces by key, in a transaction of its own. For rows of any workspaces.</summary>
    public abstract Task UpsertAsync<TRow>(IReadOnlyCollection<TRow> rows, CancellationToken stop)
        where TRow : class;

    /// <summary>Runs one statement and says how many rows it has changed.</summary>
    public abstract Task<int> ExecuteAsync(SqlStatement statement, CancellationToken stop);

    public abstract bool IsUniqueViolation(DbException exception);

    /// <summary>A row cannot be where it should, today or ever.</summary>
    public abstract bool IsIntegrityViolation(DbException exception);

    /// <summary>A transaction that sees the database as it is now, whatever is written meanwhile.</summary>
    public abstract Task<IDbContextTransaction> BeginSnapshotAsync(RouterDb db, CancellationToken stop);

    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Applies what is missing in one transaction that holds a lock, so a killed migration leaves neither half a schema
    /// nor a lock. EF's own lock on SQLite is a row in a table, which outlives the process that made it.
    /// </summary>
    public virtual async Task MigrateAsync(CancellationToken stop)
    {
        await using var db = CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        await ExecuteAsync(db, transaction, MigrationLockSql, stop);

        // The list of applied migrations is asked for where it exists: on Postgres a failed query ends the transaction.
        var history = db.GetService<IHistoryRepository>();
        await ExecuteAsync(db, transaction, history.GetCreateIfNotExistsScript(), stop);
        var known = db.Database.GetMigrations().ToList();
        var applied = (await db.Database.GetAppliedMigrationsAsync(stop)).ToList();
        if (applied.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new InvalidOperationException(
                $"The database has migration {unknown} of a newer version of this server. Run that version.");
        }

        if (applied.Count < known.Count)
        {
            var script = db.GetService<IMigrator>().GenerateScript(
                fromMigration: applied.LastOrDefault() ?? Migration.InitialDatabase,
                options: MigrationsSqlGenerationOptions.NoTransactions);
            await ExecuteAsync(db, transaction, script, stop);
        }

        await transaction.CommitAsync(stop);
    }

    /// <summary>SQL that raises an epoch and returns it; the parameter stands for the workspace.</summary>
    protected static string RaiseEpochSql(TableShape workspaces, string parameter) =>
        $"UPDATE {workspaces.Name} SET epoch = epoch + 1 "
        + $"WHERE {TableShape.WorkspaceColumn} = {parameter} RETURNING epoch";

    // Not EF's ExecuteSqlRaw, which reads braces in a script as places for parameters.
    private static async Task ExecuteAsync(
        RouterDb db, IDbContextTransaction transaction, string sql, CancellationToken stop)
    {
        if (sql.Length == 0)
        {
            return;
        }

        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = transaction.GetDbTransaction();
        command.CommandText = sql;

        // As long as it takes: another server may be migrating, and so may be a large table.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(stop);
    }
}
