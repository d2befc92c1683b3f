using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Tests.Kill;
using Xunit;

namespace TaskRouter.Server.Tests.Faults;

public sealed class StalledServerTestsOnSqlite : StalledServerTests
{
    protected override Task<TestPostgres?> CreateDatabaseAsync() => Task.FromResult<TestPostgres?>(null);
}

public sealed class StalledServerTestsOnPostgres : StalledServerTests
{
    protected override async Task<TestPostgres?> CreateDatabaseAsync() => await TestPostgres.CreateAsync();
}

/// <summary>The server is killed at the worst moments of its life, or sleeps through what was due.</summary>
public abstract class StalledServerTests
{
    // Longer than the hasty workflow's reservations wait.
    private static readonly TimeSpan Sleep = TimeSpan.FromSeconds(1.5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<TestPostgres?> CreateDatabaseAsync();

    [Fact]
    public async Task Sleep_and_a_kill_while_stopping_lose_nothing_and_fire_nothing_twice()
    {
        using var directory = new TestDirectory();
        await using var postgres = await CreateDatabaseAsync();
        await using var scene = await FaultScene.StartAsync(
            new ServerProcess(directory.Path, postgres?.ConnectionString), directory.Path, postgres?.ConnectionString);
        for (var cycle = 1; cycle <= FaultScene.Cycles; cycle++)
        {
            scene.BeginLoad();
            await scene.UntilServedAsync();
            await scene.Server.SignalAsync("STOP");
            await Task.Delay(Sleep, Stop);
            await scene.Server.SignalAsync("CONT");
            await scene.UntilServedAsync();
            await scene.CheckAsync($"after the sleep, cycle {cycle}");

            var load = scene.RunUntilKilledAsync();
            await scene.UntilServedAsync();
            await scene.Server.SignalAsync("TERM");
            await Task.Delay(Random.Shared.Next(0, 300), Stop);
            await scene.Server.KillAsync();
            await load;
            scene.Server.Launch();
            await scene.Server.WaitUntilReadyAsync();
            scene.BeginLoad();
            await scene.UntilServedAsync();
            await scene.CheckAsync($"after the kill, cycle {cycle}");
        }
    }

    [Fact]
    public async Task A_first_start_that_is_killed_leaves_a_database_that_opens()
    {
        for (var cycle = 1; cycle <= FaultScene.Cycles; cycle++)
        {
            using var directory = new TestDirectory();
            await using var postgres = await CreateDatabaseAsync();
            await using var server = new ServerProcess(directory.Path, postgres?.ConnectionString);

            // It loads, connects, migrates, listens: somewhere in there.
            server.Launch();
            await Task.Delay(Random.Shared.Next(100, 1500), Stop);
            await server.KillAsync();
            server.Launch();
            await server.WaitUntilReadyAsync();
            var workspace = await KillWorkspace.CreateAsync(server.Http, workers: 1);
            await workspace.CreateAsync(server.Http, "Tasks", ("WorkflowSid", workspace.PatientWorkflowSid));

            var snapshot = await new HistoryCheck(server, directory.Path, postgres?.ConnectionString).ReadAsync();
            snapshot.Complaints().ShouldBeEmpty(server.Log);
            snapshot.Reservations.Values.ShouldHaveSingleItem().Status.ShouldBe(ReservationStatus.Pending);
        }
    }
}
