using Microsoft.EntityFrameworkCore;

namespace TaskRouter.Server.Storage;

/// <param name="DataDirectory">Where the SQLite file lies; made if missing. Not used with Postgres.</param>
/// <param name="PostgresConnectionString">Null for SQLite. The database it names must exist.</param>
internal sealed record StorageOptions(string DataDirectory, string? PostgresConnectionString)
{
    public const string SqliteFileName = "taskrouter.db";

    public string SqlitePath => Path.Combine(DataDirectory, SqliteFileName);
}

internal static class StorageRegistration
{
    /// <summary>Everything that keeps workspaces on disk: the store, and the database for queries of its own.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, StorageOptions options)
    {
        services.AddSingleton<Database>(_ => options.PostgresConnectionString is { } connectionString
            ? new PostgresDatabase(connectionString)
            : new SqliteDatabase(options));
        services.AddSingleton<DatabaseLock>(_ => options.PostgresConnectionString is { } connectionString
            ? new PostgresLock(connectionString)
            : new SqliteLock(options));
        services.AddSingleton<IDbContextFactory<RouterDb>>(provider => provider.GetRequiredService<Database>());
        services.AddSingleton<CommitLog>();
        services.AddSingleton<IWorkspaceStore, WorkspaceStore>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<EventDeliveries>();
        services.AddSingleton<History>();
        services.AddSingleton<JournalTables>();
        services.AddSingleton<StatisticsLog>();
        services.AddSingleton<AddedHours>();
        services.AddSingleton<OccupancyLog>();
        services.AddSingleton<ReportLog>();
        services.AddSingleton<WorkerStatisticsLog>();
        return services;
    }
}
