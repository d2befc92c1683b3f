using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Tests.Kill;
using Xunit;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>
/// Databases that the first version of the server has filled: <c>old/</c> holds a SQLite file
/// and a dump of Postgres, each with one workspace, two workers, and a task that is completed, one that is assigned to
/// Alice, one that waits, and one that is canceled.
/// </summary>
public sealed class UpgradeTests
{
    // A task waits for two weeks at most, and these files are kept for longer.
    private const string WaitOn = "UPDATE tasks SET expires_at = {0} WHERE expires_at IS NOT NULL";

    private static readonly (string, string) Account =
        ("AC00000000000000000000000000000001", "TokenOfTheFirstRelease0123456789");

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Faults", "old");

    private static readonly DateTimeOffset Tomorrow = DateTimeOffset.UtcNow.AddDays(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_versions_file_opens_and_routes_on()
    {
        using var directory = new TestDirectory();
        var path = Path.Combine(directory.Path, "taskrouter.db");
        await using (var packed = new GZipStream(
            File.OpenRead(Path.Combine(Folder, "first.db.gz")), CompressionMode.Decompress))
        await using (var file = File.Create(path))
        {
            await packed.CopyToAsync(file, Stop);
        }

        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync(Stop);
            await using var command = connection.CreateCommand();
            command.CommandText = WaitOn.Replace("{0}", $"{Tomorrow.ToUnixTimeMilliseconds()}");
            (await command.ExecuteNonQueryAsync(Stop)).ShouldBe(1);
        }

        await ExpectItRoutesOnAsync(directory.Path, postgres: null);
    }

    [Fact]
    public async Task The_first_versions_dump_opens_and_routes_on()
    {
        using var directory = new TestDirectory();
        await using var postgres = await TestPostgres.CreateAsync();
        await using (var connection = new NpgsqlConnection($"{postgres.ConnectionString};Pooling=false"))
        {
            await connection.OpenAsync(Stop);
            await using var fill = new NpgsqlCommand(
                await File.ReadAllTextAsync(Path.Combine(Folder, "first.sql"), Stop), connection);
            await fill.ExecuteNonQueryAsync(Stop);
            await using var wait = new NpgsqlCommand(
                WaitOn.Replace("tasks", "public.tasks").Replace("{0}", $"'{Tomorrow:O}'"), connection);
            (await wait.ExecuteNonQueryAsync(Stop)).ShouldBe(1);
        }

        await ExpectItRoutesOnAsync(directory.Path, postgres.ConnectionString);
    }

    private static async Task ExpectItRoutesOnAsync(string directory, string? postgres)
    {
        await using var server = new ServerProcess(directory, postgres) { Account = Account };
        server.Launch();
        await server.WaitUntilReadyAsync();
        var workspace = (await ListAsync(server, "/v1/Workspaces", "workspaces")).ShouldHaveSingleItem();
        var path = $"/v1/Workspaces/{Text(workspace, "sid")}";
        var before = await Snapshot.ReadAsync(directory, postgres);
        before.Tasks.Values.Select(task => task.Status).ShouldBe(
            [
                AssignmentStatus.Completed, AssignmentStatus.Assigned, AssignmentStatus.Pending,
                AssignmentStatus.Canceled,
            ],
            ignoreOrder: true);
        var waiting = before.Tasks.Values.Single(task => task.Status == AssignmentStatus.Pending);
        var assigned = before.Reservations.Values.Single(row => row.Status == ReservationStatus.Accepted);

        // Alice completes what she has, and is offered what waits: the rules of the time are in the old rows.
        await PostAsync(server, $"{path}/Tasks/{assigned.TaskSid}", ("AssignmentStatus", "completed"));
        var offer = (await ListAsync(server, $"{path}/Tasks/{waiting.Sid}/Reservations", "reservations"))
            .ShouldHaveSingleItem();
        Text(offer, "worker_sid").ShouldBe(assigned.WorkerSid);
        Text(offer, "reservation_status").ShouldBe("pending");
        await PostAsync(
            server,
            $"{path}/Tasks/{waiting.Sid}/Reservations/{Text(offer, "sid")}",
            ("ReservationStatus", "accepted"));
        await PostAsync(server, $"{path}/Tasks/{waiting.Sid}", ("AssignmentStatus", "completed"));

        var after = await Snapshot.ReadAsync(directory, postgres);
        after.Tasks[waiting.Sid].Status.ShouldBe(AssignmentStatus.Completed);
        after.Tasks[assigned.TaskSid].Status.ShouldBe(AssignmentStatus.Completed);
        after.Complaints().ShouldBeEmpty();
    }

    private static async Task PostAsync(ServerProcess server, string path, (string, string) parameter)
    {
        using var answer = await server.Http.PostAsync(path, KillWorkspace.Form(parameter), Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static async Task<List<JsonElement>> ListAsync(ServerProcess server, string path, string key) =>
        [.. JsonElement.Parse(await server.Http.GetByteArrayAsync(path, Stop)).GetProperty(key).EnumerateArray()];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
