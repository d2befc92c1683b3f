using System.Diagnostics;
using System.Globalization;
using Shouldly;
using TaskRouter.Engine.Model;
using Xunit;

namespace TaskRouter.Server.Tests.Kill;

public sealed class KillTestsOnSqlite : KillTests
{
    protected override Task<TestPostgres?> CreateDatabaseAsync() => Task.FromResult<TestPostgres?>(null);
}

public sealed class KillTestsOnPostgres : KillTests
{
    protected override async Task<TestPostgres?> CreateDatabaseAsync() => await TestPostgres.CreateAsync();
}

/// <summary>
/// The built server is killed with SIGKILL under load, again and again, and started on what it left. What it had
/// acknowledged must be there, nothing may be there by half, and what was due meanwhile must happen.
/// </summary>
public abstract class KillTests : IAsyncLifetime
{
    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("TASKROUTER_KILLS") ?? "20", CultureInfo.InvariantCulture);

    private const int Clients = 16;

    // The load is random: what it has not tried by the last kill it tries soon after.
    private static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(30);

    private static readonly ReservationStatus[] Ends =
    [
        ReservationStatus.Completed, ReservationStatus.Rejected, ReservationStatus.Timeout,
        ReservationStatus.Canceled, ReservationStatus.Rescinded,
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("taskrouter-kill-").FullName;
    private TestPostgres? _postgres;
    private ServerProcess? _server;
    private HistoryCheck? _history;

    private ServerProcess Server => _server!;

    private HistoryCheck History => _history!;

    protected abstract Task<TestPostgres?> CreateDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        _postgres = await CreateDatabaseAsync();
        _server = new ServerProcess(_directory, _postgres?.ConnectionString);
        _history = new HistoryCheck(_server, _directory, _postgres?.ConnectionString);
        try
        {
            _server.Launch();
            await _server.WaitUntilReadyAsync();
        }
        catch
        {
            // Nobody else would: a test that did not begin is not disposed of.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Acknowledged_work_survives_kills_under_load()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var ledger = new Ledger();
        var workspace = await KillWorkspace.CreateAsync(Server.Http, Clients);
        var clients = workspace.WorkerSids
            .Select(worker => new KillClient(workspace, ledger, worker, random.Next()))
            .ToList();

        for (var kill = 1; kill <= Kills; kill++)
        {
            await RunAndKillAsync(clients, ledger, random);
            await RestartAsync(random);

            var context = $"seed {seed}, kill {kill}, {ledger.Acknowledged} acknowledged writes\n{Server.Log}";
            ledger.Unexpected.ShouldBeEmpty(context);
            await History.CheckAsync(workspace, ledger, context);
        }

        var snapshot = await RunUntilEveryEndIsSeenAsync(clients);
        Console.WriteLine(
            $"{GetType().Name}: seed {seed}, {Kills} kills, {ledger.Acknowledged} acknowledged writes, "
            + $"{snapshot.Tasks.Count} tasks, {snapshot.Reservations.Count} reservations, "
            + $"{snapshot.Events.Count} events.");
        ledger.Acknowledged.ShouldBeGreaterThan(Kills * Clients, "there was hardly any load");
        Unseen(snapshot).ShouldBeEmpty("ways for a reservation to end that the load never took");
    }

    [Fact]
    public async Task Deadlines_that_pass_while_the_server_is_down_fire_when_it_is_back()
    {
        // Seconds enough that neither passes before the server is gone.
        const int Deadline = 5;
        var workspace = await KillWorkspace.CreateAsync(Server.Http, workers: 1);
        var workflow = await workspace.CreateWorkflowAsync(Server.Http, "Due while it is away", Deadline);
        var offered = await workspace.CreateAsync(Server.Http, "Tasks", ("WorkflowSid", workflow), ("Priority", "1"));
        var hopeless = await workspace.CreateAsync(
            Server.Http, "Tasks", ("WorkflowSid", workspace.PatientWorkflowSid), ("Timeout", $"{Deadline}"));

        await Server.KillAsync();
        var before = await History.ReadAsync();
        await Task.Delay(TimeSpan.FromSeconds(Deadline));
        Server.Launch();
        await Server.WaitUntilReadyAsync();

        var reserved = before.Reservations.Values.ShouldHaveSingleItem();
        reserved.TaskSid.ShouldBe(offered);
        reserved.Status.ShouldBe(ReservationStatus.Pending);
        before.Tasks[hopeless].Status.ShouldBe(AssignmentStatus.Pending);
        await History.ExpectNothingOverdueAsync("after the restart");
        var after = await History.ReadAsync();
        after.Reservations[reserved.Sid].Status.ShouldBe(ReservationStatus.Timeout);
        after.Tasks[hopeless].Status.ShouldBe(AssignmentStatus.Canceled);
        after.Complaints().ShouldBeEmpty();
    }

    private async Task RunAndKillAsync(List<KillClient> clients, Ledger ledger, Random random)
    {
        var enough = ledger.Acknowledged + Clients;
        var http = Server.Http;
        var load = clients.Select(client => Task.Run(() => client.RunAsync(http))).ToList();
        await Task.Delay(random.Next(50, 300));

        // A busy machine has hardly begun by then.
        for (var waited = Stopwatch.StartNew(); ledger.Acknowledged <= enough && waited.Elapsed < LoadPatience;)
        {
            await Task.Delay(20);
        }

        await Server.KillAsync();
        await Task.WhenAll(load);
    }

    private static IEnumerable<ReservationStatus> Unseen(Snapshot snapshot) =>
        Ends.Except(snapshot.Reservations.Values.Select(row => row.Status));

    private async Task<Snapshot> RunUntilEveryEndIsSeenAsync(List<KillClient> clients)
    {
        var http = Server.Http;
        var load = Task.WhenAll(clients.Select(client => Task.Run(() => client.RunAsync(http))));
        var snapshot = await History.ReadAsync();
        for (var waited = Stopwatch.StartNew(); Unseen(snapshot).Any() && waited.Elapsed < LoadPatience;)
        {
            await Task.Delay(200);
            snapshot = await History.ReadAsync();
        }

        await Server.KillAsync();
        await load;
        return snapshot;
    }

    // Now and then the server is killed while it starts as well: migrating, taking its workspaces, firing deadlines.
    private async Task RestartAsync(Random random)
    {
        Server.Launch();
        if (random.Next(5) == 0)
        {
            await Task.Delay(random.Next(50, 700));
            await Server.KillAsync();
            Server.Launch();
        }

        await Server.WaitUntilReadyAsync();
    }
}
