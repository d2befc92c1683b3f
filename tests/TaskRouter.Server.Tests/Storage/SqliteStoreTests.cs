using Microsoft.Data.Sqlite;
using Shouldly;
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

    private protected override Database Open() => new SqliteDatabase(new StorageOptions(directory.Path, null));
}
