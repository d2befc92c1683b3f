using System.Net;
using Microsoft.Data.Sqlite;
using Npgsql;
using Shouldly;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Tests.Kill;
using Xunit;

namespace TaskRouter.Server.Tests.Faults;

public sealed class TwoProcessTestsOnSqlite : TwoProcessTests
{
    protected override Task<TestPostgres?> CreateDatabaseAsync() => Task.FromResult<TestPostgres?>(null);

    // Whoever deletes the file takes the lock away, and no smaller mistake does.
    protected override Task TakeLockAwayAsync(string directory, TestPostgres? postgres)
    {
        File.Delete(Path.Combine(directory, SqliteLock.FileName));
        return Task.CompletedTask;
    }

    protected override bool IsWriting(string directory)
    {
        var file = new SqliteConnectionStringBuilder
        {
            DataSource = new StorageOptions(directory, null).SqlitePath,
            DefaultTimeout = 1,
            Pooling = false,
        };
        using var connection = new SqliteConnection(file.ConnectionString);
        connection.Open();
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            return false;
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY)
        {
            return true;
        }
    }
}

public sealed class TwoProcessTestsOnPostgres : TwoProcessTests
{
    protected override async Task<TestPostgres?> CreateDatabaseAsync() => await TestPostgres.CreateAsync();

    // As Postgres does with a session whose machine does not answer any more.
    protected override async Task TakeLockAwayAsync(string directory, TestPostgres? postgres)
    {
        await using var connection = new NpgsqlConnection($"{postgres!.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_locks
            WHERE locktype = 'advisory'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            connection);
        (await command.ExecuteScalarAsync()).ShouldBe(1L);
    }
}

/// <summary>Two servers are started on the same database by mistake.</summary>
public abstract class TwoProcessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<TestPostgres?> CreateDatabaseAsync();

    protected abstract Task TakeLockAwayAsync(string directory, TestPostgres? postgres);

    /// <summary>Whether a server that stands still does so in the middle of a transaction.</summary>
    protected virtual bool IsWriting(string directory) => false;

    [Fact]
    public async Task The_second_waits_and_who_lost_the_database_writes_nothing_and_ends()
    {
        using var directory = new TestDirectory();
        await using var postgres = await CreateDatabaseAsync();
        await using var scene = await StartAsync(directory, postgres);
        await using var second = Second(scene, directory, postgres);
        var (first, workspace) = (scene.Server, scene.Workspace);
        second.Launch();
        await UntilItWaitsAsync(scene, second);
        await Should.ThrowAsync<HttpRequestException>(() => second.Http.GetAsync("/readyz", Stop));
        await CreateTaskAsync(first, workspace);

        await second.SignalAsync("TERM");
        (await second.WaitForExitAsync()).ShouldBe(0, second.Log);
        second.Log.ShouldNotContain("xception");
        second.Launch();

        await StopBetweenTransactionsAsync(first, directory.Path);
        await TakeLockAwayAsync(directory.Path, postgres);
        await second.WaitUntilReadyAsync();
        await CreateTaskAsync(second, workspace);
        await first.SignalAsync("CONT");
        using var refused = await first.Http.PostAsync(
            workspace.Path("Tasks"), KillWorkspace.Form(("WorkflowSid", workspace.PatientWorkflowSid)), Stop);

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, first.Log);
        (await first.WaitForExitAsync()).ShouldBe(1, first.Log);
        first.Log.ShouldContain("another process owns it now");
        await ExpectTasksAsync(2, scene, directory, postgres);

        // Started again it waits, until the other one dies.
        first.Launch();
        await UntilItWaitsAsync(scene, first);
        await second.KillAsync();
        await first.WaitUntilReadyAsync();
        await CreateTaskAsync(first, workspace);
        await ExpectTasksAsync(3, scene, directory, postgres);
    }

    // SQLite's own lock is nobody's to take away: who is stopped in the middle of a transaction keeps it, and the other
    // one waits. Postgres ends what it has been sent.
    private async Task StopBetweenTransactionsAsync(ServerProcess server, string directory)
    {
        await server.SignalAsync("STOP");
        while (IsWriting(directory))
        {
            await server.SignalAsync("CONT");
            await Task.Delay(100, Stop);
            await server.SignalAsync("STOP");
        }
    }

    // Neither of them has waited before.
    private static Task UntilItWaitsAsync(FaultScene scene, ServerProcess server) =>
        scene.UntilAsync(() => server.Log.Contains("Another process serves"), "it does not wait");

    private static Task<string> CreateTaskAsync(ServerProcess server, KillWorkspace workspace) =>
        workspace.CreateAsync(server.Http, "Tasks", ("WorkflowSid", workspace.PatientWorkflowSid));

    private static async Task ExpectTasksAsync(
        int count, FaultScene scene, TestDirectory directory, TestPostgres? postgres)
    {
        var snapshot = await new HistoryCheck(scene.Server, directory.Path, postgres?.ConnectionString).ReadAsync();
        snapshot.Tasks.Count.ShouldBe(count);
        snapshot.Complaints().ShouldBeEmpty();
    }

    private static Task<FaultScene> StartAsync(TestDirectory directory, TestPostgres? postgres) =>
        FaultScene.StartAsync(
            new ServerProcess(directory.Path, postgres?.ConnectionString), directory.Path, postgres?.ConnectionString);

    private static ServerProcess Second(FaultScene scene, TestDirectory directory, TestPostgres? postgres) =>
        new(directory.Path, postgres?.ConnectionString) { Account = scene.Server.Account };
}
