using Npgsql;
using Shouldly;
using TaskRouter.Server.Storage;
using Xunit;

namespace TaskRouter.Server.Tests.Storage;

public sealed class PostgresStoreTests(TestPostgres postgres) : WorkspaceStoreTests, IClassFixture<TestPostgres>
{
    [Fact]
    public async Task Several_servers_migrate_a_new_database_at_once()
    {
        await using var empty = await TestPostgres.CreateAsync();
        var databases = Enumerable.Range(0, 8).Select(_ => new PostgresDatabase(empty.ConnectionString)).ToArray();

        await Task.WhenAll(databases.Select(database => Task.Run(() => database.MigrateAsync(Stop))));

        foreach (var database in databases)
        {
            await StoredWorkspace.CreateAsync(database);
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_server_that_does_not_answer_fails_the_check()
    {
        var nobody = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Host = "127.0.0.1", Port = 1 };
        await using var database = new PostgresDatabase(nobody.ConnectionString);

        await Should.ThrowAsync<NpgsqlException>(() => StoreOf(database).CheckAsync(Stop));
    }

    private protected override Database Open() => new PostgresDatabase(postgres.ConnectionString);
}
