using System.Diagnostics;
using System.Text.Json;
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
    private const int Kills = 20;
    private const int Clients = 16;
    private const int ComplaintsShownMax = 10;

    // Deadlines fire within milliseconds; the rest is a busy machine.
    private static readonly TimeSpan DeadlinePatience = TimeSpan.FromSeconds(30);

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

    private ServerProcess Server => _server!;

    protected abstract Task<TestPostgres?> CreateDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        _postgres = await CreateDatabaseAsync();
        _server = new ServerProcess(_directory, _postgres?.ConnectionString);
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
    public async Task Acknowledged_work_survives_twenty_kills_under_load()
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
            await CheckAsync(workspace, ledger, context);
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
        var before = await ReadSnapshotAsync();
        await Task.Delay(TimeSpan.FromSeconds(Deadline));
        Server.Launch();
        await Server.WaitUntilReadyAsync();

        var reserved = before.Reservations.Values.ShouldHaveSingleItem();
        reserved.TaskSid.ShouldBe(offered);
        reserved.Status.ShouldBe(ReservationStatus.Pending);
        before.Tasks[hopeless].Status.ShouldBe(AssignmentStatus.Pending);
        await ExpectNothingOverdueAsync("after the restart");
        var after = await ReadSnapshotAsync();
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
        var snapshot = await ReadSnapshotAsync();
        for (var waited = Stopwatch.StartNew(); Unseen(snapshot).Any() && waited.Elapsed < LoadPatience;)
        {
            await Task.Delay(200);
            snapshot = await ReadSnapshotAsync();
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

    private async Task CheckAsync(KillWorkspace workspace, Ledger ledger, string context)
    {
        var snapshot = await ReadSnapshotAsync();
        Expect(snapshot.Complaints(), $"the database itself, {context}");
        Expect(
            ledger.Compare(
                sid => snapshot.Tasks.TryGetValue(sid, out var row) ? (row.Status, row.Attributes) : null,
                sid => snapshot.Reservations.GetValueOrDefault(sid)?.Status),
            $"the database against the acknowledgements, {context}");

        var tasks = await ListAsync(workspace.Path("Tasks"), "tasks", row => (
            WireNames.AssignmentStatusOf(row.GetProperty("assignment_status").GetString()!)!.Value,
            row.GetProperty("attributes").GetString()!));
        var reservations = new Dictionary<string, ReservationStatus>();
        foreach (var worker in workspace.WorkerSids)
        {
            var answered = await ListAsync(workspace.Path($"Workers/{worker}/Reservations"), "reservations", row =>
                WireNames.ReservationStatusOf(row.GetProperty("reservation_status").GetString()!)!.Value);
            answered.ToList().ForEach(reservation => reservations.Add(reservation.Key, reservation.Value));
        }

        Expect(
            ledger.Compare(
                sid => tasks.TryGetValue(sid, out var task) ? task : null,
                sid => reservations.TryGetValue(sid, out var status) ? status : null),
            $"the API against the acknowledgements, {context}");
        await ExpectNothingOverdueAsync(context);
    }

    private async Task ExpectNothingOverdueAsync(string context)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            var instant = DateTimeOffset.UtcNow;
            var snapshot = await ReadSnapshotAsync(withEvents: false);
            var overdue = snapshot.Overdue(instant - TimeSpan.FromMilliseconds(500));
            if (!overdue.Any() || waited.Elapsed > DeadlinePatience)
            {
                Expect(overdue, $"overdue, {context}");
                return;
            }
        }
    }

    private async Task<Dictionary<string, TValue>> ListAsync<TValue>(
        string path, string key, Func<JsonElement, TValue> read)
    {
        var rows = new Dictionary<string, TValue>();
        for (var next = $"{path}?PageSize=1000"; next is not null;)
        {
            var page = JsonElement.Parse(await Server.Http.GetByteArrayAsync(next));
            foreach (var row in page.GetProperty(key).EnumerateArray())
            {
                rows.Add(row.GetProperty("sid").GetString()!, read(row));
            }

            next = page.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        return rows;
    }

    private Task<Snapshot> ReadSnapshotAsync(bool withEvents = true) =>
        Snapshot.ReadAsync(_directory, _postgres?.ConnectionString, withEvents);

    private static void Expect(IEnumerable<string> complaints, string context) =>
        complaints.Take(ComplaintsShownMax).ShouldBeEmpty(context);
}
