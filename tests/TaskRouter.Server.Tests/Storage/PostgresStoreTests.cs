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

    [Theory]
    [InlineData("event_blocks", true)]
    [InlineData("event_keys", true)]
    [InlineData("occupancy_changes", true)]
    [InlineData("tasks", true)]
    [InlineData("reservations", true)]
    [InlineData("facts", false)]
    [InlineData("commits", false)]
    public async Task Tables_that_only_grow_are_not_vacuumed_for_it(string table, bool isLeft)
    {
        await using var database = (PostgresDatabase)Open();
        await database.MigrateAsync(Stop);
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(
            """
            SELECT every(coalesce('autovacuum_vacuum_insert_threshold=-1' = ANY (part.reloptions), false))
            FROM pg_class JOIN pg_class part ON part.oid IN (pg_class.oid, pg_class.reltoastrelid)
            WHERE pg_class.oid = $1::regclass
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = table } },
        };

        (await command.ExecuteScalarAsync(Stop)).ShouldBe(isLeft);
    }

    private protected override Database Open() => new PostgresDatabase(postgres.ConnectionString);
}
