using Shouldly;
using TaskRouter.Engine.Tests.Simulation.Worlds;
using TaskRouter.Server.Storage;
using Xunit;

namespace TaskRouter.Server.Tests.Simulation;

/// <summary>Workspaces on real databases: killed, loaded again, and the same as one that lived in memory.</summary>
public sealed class StoreSimulationTests(TestDirectory directory, TestPostgres postgres)
    : IClassFixture<TestDirectory>, IClassFixture<TestPostgres>
{
    [Fact]
    public Task Sqlite_gives_back_what_a_killed_process_had_saved() =>
        RunAsync(new SqliteDatabase(new StorageOptions(directory.Path, null)));

    [Fact]
    public Task Postgres_gives_back_what_a_killed_process_had_saved() =>
        RunAsync(new PostgresDatabase(postgres.ConnectionString));

    private static async Task RunAsync(Database database)
    {
        await using (database)
        {
            await database.MigrateAsync(CancellationToken.None);

            var crashes = await CrashRun.RunWorldsAsync(
                workspace => new StoredDisk(database, workspace), SimulationSettings.Commands(ordinarily: 6_000));

            crashes.ShouldBeGreaterThan(0);
        }
    }
}
