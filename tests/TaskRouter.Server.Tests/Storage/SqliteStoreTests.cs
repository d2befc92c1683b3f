using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Storage;
using Xunit;

namespace TaskRouter.Server.Tests.Storage;

public sealed class SqliteStoreTests(TestDirectory directory) : WorkspaceStoreTests, IClassFixture<TestDirectory>
{
    [Fact]
    public async Task Several_servers_migrate_a_new_file_at_once()
    {
        using var empty = new TestDirectory();
        var options = new StorageOptions(Path.Combine(empty.Path, "made", "by", "us"), null);
        var databases = Enumerable.Range(0, 4).Select(_ => new SqliteDatabase(options)).ToArray();

        await Task.WhenAll(databases.Select(database => Task.Run(() => database.MigrateAsync(Stop))));

        foreach (var database in databases)
        {
            await StoredWorkspace.CreateAsync(database);
            await database.DisposeAsync();
        }

        File.Exists(options.SqlitePath).ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused()
    {
        using var newer = new TestDirectory();
        var options = new StorageOptions(newer.Path, null);
        await using var database = new SqliteDatabase(options);
        await database.MigrateAsync(Stop);
        await using (var connection = new SqliteConnection($"Data Source={options.SqlitePath};Pooling=False"))
        {
            await connection.OpenAsync(Stop);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO __EFMigrationsHistory VALUES ('99991231000000_Later', '99.0')";
            await command.ExecuteNonQueryAsync(Stop);
        }

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => database.MigrateAsync(Stop));

        refusal.Message.ShouldContain("99991231000000_Later");
    }

    [Fact]
    public async Task Keys_of_events_are_kept_in_the_order_of_their_SIDs()
    {
        var key = new Sid(SidKind.Task, 0x0192A7C4E5F67A8B, 0x9C0D1E2F3A4B5C6D);
        using var earlier = new TestDirectory();
        var options = new StorageOptions(earlier.Path, null);
        await using var database = new SqliteDatabase(options);
        await using var db = database.CreateDbContext();
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("FactsByWorkerAndTime", Stop);
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO event_keys VALUES (x'01', {key.ToGuid().ToByteArray()}, 1, 2, x'02')", Stop);

        await migrator.MigrateAsync(cancellationToken: Stop);

        (await db.EventKeys.Where(row => row.OfBits == key.ToGuid()).CountAsync(Stop)).ShouldBe(1);
        (await db.Database.SqlQuery<string>($"SELECT hex(of_bits) AS Value FROM event_keys").SingleAsync(Stop))
            .ShouldBe("0192A7C4E5F67A8B9C0D1E2F3A4B5C6D");
    }

    private protected override Database Open() => new SqliteDatabase(new StorageOptions(directory.Path, null));
}
