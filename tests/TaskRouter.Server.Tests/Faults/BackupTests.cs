using Microsoft.Data.Sqlite;
using Shouldly;
using TaskRouter.Server.Tests.Kill;
using Xunit;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>
/// The commands of <c>docs/reliability.md</c>: a backup taken under load becomes a server that holds everything
/// acknowledged before it began, nothing by half, and goes on routing.
/// </summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_copy_of_the_file_taken_under_load_is_a_consistent_server()
    {
        using var directory = new TestDirectory();
        using var restored = new TestDirectory();
        await using var scene = await FaultScene.StartAsync(
            new ServerProcess(directory.Path, postgres: null), directory.Path, judged: null);
        scene.BeginLoad();
        await scene.UntilServedAsync();
        var before = Acknowledged(scene);

        // Every night: the second one replaces the first.
        await BackUpAsync(directory, restored);
        await BackUpAsync(directory, restored);

        await scene.UntilServedAsync();
        await scene.EndLoadAsync();
        await using var server = new ServerProcess(restored.Path, postgres: null) { Account = scene.Server.Account };
        await ExpectConsistentAsync(scene, server, new HistoryCheck(server, restored.Path, postgres: null), before);
    }

    [Fact]
    public async Task A_dump_taken_under_load_is_a_consistent_server()
    {
        using var directory = new TestDirectory();
        using var restored = new TestDirectory();
        await using var cluster = await PostgresCluster.StartAsync();
        await using var scene = await FaultScene.StartAsync(
            new ServerProcess(directory.Path, cluster.ConnectionString),
            directory.Path,
            $"{cluster.ConnectionTo("taskrouter")};Pooling=false");
        scene.BeginLoad();
        await scene.UntilServedAsync();
        var before = Acknowledged(scene);

        var file = cluster.FileFor("backup");
        await cluster.RunAsync("pg_dump", [.. cluster.Client, "-Fc", "-f", file, "taskrouter"]);
        await scene.UntilServedAsync();
        await scene.EndLoadAsync();
        await cluster.ExecuteAsync("CREATE DATABASE restored OWNER taskrouter");
        await cluster.RunAsync("pg_restore", [.. cluster.Client, "--exit-on-error", "-d", "restored", file]);

        await using var server = new ServerProcess(restored.Path, cluster.ConnectionTo("restored", "taskrouter"))
        {
            Account = scene.Server.Account,
        };
        await ExpectConsistentAsync(
            scene,
            server,
            new HistoryCheck(server, restored.Path, $"{cluster.ConnectionTo("restored")};Pooling=false"),
            before);
    }

    private static async Task BackUpAsync(TestDirectory directory, TestDirectory backup)
    {
        var file = Path.Combine(backup.Path, "taskrouter.db");
        var draft = file + ".new";
        File.Delete(draft);
        await using (var connection = new SqliteConnection(
            $"Data Source={Path.Combine(directory.Path, "taskrouter.db")};Mode=ReadOnly;Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $file";
            command.Parameters.AddWithValue("$file", draft);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        File.Move(draft, file, overwrite: true);
    }

    private static List<string> Acknowledged(FaultScene scene) =>
        [.. scene.Ledger.Tasks.Values.Where(task => !task.MayBeDeleted).Select(task => task.Sid)];

    private static async Task ExpectConsistentAsync(
        FaultScene scene, ServerProcess server, HistoryCheck history, List<string> before)
    {
        scene.Ledger.Unexpected.ShouldBeEmpty(scene.Server.Log);
        server.Launch();
        await server.WaitUntilReadyAsync();

        var snapshot = await history.ReadAsync();
        snapshot.Complaints().ShouldBeEmpty();
        before.Count.ShouldBeGreaterThan(0);
        before.Except(snapshot.Tasks.Keys)
            .Where(sid => !scene.Ledger.Tasks[sid].MayBeDeleted)
            .ShouldBeEmpty("acknowledged before the backup began");
        await history.ExpectNothingOverdueAsync("after the restore");
        var workspace = scene.Workspace;
        await workspace.CreateAsync(server.Http, "Tasks", ("WorkflowSid", workspace.PatientWorkflowSid));
    }
}
