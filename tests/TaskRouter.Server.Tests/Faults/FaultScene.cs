using System.Diagnostics;
using System.Globalization;
using Shouldly;
using TaskRouter.Server.Tests.Kill;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>
/// A server under load that something is done to: what clients were told is in the ledger, and judged by the history.
/// </summary>
internal sealed class FaultScene : IAsyncDisposable
{
    /// <summary>How often each fault happens in a run; more of them for a long run.</summary>
    public static readonly int Cycles = int.Parse(
        Environment.GetEnvironmentVariable("TASKROUTER_FAULT_CYCLES") ?? "1", CultureInfo.InvariantCulture);

    private const int Clients = 8;

    // Whatever is waited for takes milliseconds, or a few seconds; the rest is a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly List<KillClient> _clients;
    private Task _load = Task.CompletedTask;
    private CancellationTokenSource _stop = new();

    private FaultScene(ServerProcess server, KillWorkspace workspace, HistoryCheck history)
    {
        (Server, Workspace, History) = (server, workspace, history);
        _clients = [.. workspace.WorkerSids.Select(worker =>
            new KillClient(workspace, Ledger, worker, Random.Shared.Next()))];
    }

    public ServerProcess Server { get; }

    public KillWorkspace Workspace { get; }

    public HistoryCheck History { get; }

    public Ledger Ledger { get; } = new();

    /// <summary>Launches the server on an empty database, and owns it from here on.</summary>
    /// <param name="judged">The database past whatever stands between it and the server; null for SQLite.</param>
    public static async Task<FaultScene> StartAsync(ServerProcess server, string directory, string? judged)
    {
        try
        {
            server.Launch();
            await server.WaitUntilReadyAsync();
            var workspace = await KillWorkspace.CreateAsync(server.Http, Clients);
            return new FaultScene(server, workspace, new HistoryCheck(server, directory, judged));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public void BeginLoad()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        var (http, stop) = (Server.Http, _stop.Token);
        _load = Task.WhenAll(_clients.Select(client => Task.Run(() => client.RunThroughFaultsAsync(http, stop))));
    }

    public async Task EndLoadAsync()
    {
        await _stop.CancelAsync();
        await _load;
    }

    /// <summary>The load runs until the server dies of it or is killed.</summary>
    public Task RunUntilKilledAsync()
    {
        var http = Server.Http;
        return Task.WhenAll(_clients.Select(client => Task.Run(() => client.RunAsync(http))));
    }

    /// <summary>The server does its work now, not only before.</summary>
    public Task UntilServedAsync(int writes = 40)
    {
        var before = Ledger.Acknowledged;
        return UntilAsync(() => Ledger.Acknowledged >= before + writes, "no write is acknowledged");
    }

    /// <summary>Clients have seen the fault.</summary>
    public Task UntilRefusedAsync(int answers = 8)
    {
        var before = Ledger.Outages;
        return UntilAsync(() => Ledger.Outages >= before + answers, "nobody is told of the outage");
    }

    public async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(20))
        {
            Ledger.Unexpected.ShouldBeEmpty(Server.Log);
            waited.Elapsed.ShouldBeLessThan(Patience, $"{otherwise}\n{Server.Log}");
        }
    }

    /// <summary>Ends the load, if there is one, and judges: nothing is lost, nothing is there by half.</summary>
    public async Task CheckAsync(string context)
    {
        await EndLoadAsync();
        Ledger.Unexpected.ShouldBeEmpty($"{context}\n{Server.Log}");
        await UntilReadyAsync();
        await History.CheckAsync(
            Workspace,
            Ledger,
            $"{context}, {Ledger.Acknowledged} acknowledged, {Ledger.Outages} refused\n{Server.Log}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Server.DisposeAsync();
        await _load;
        _stop.Dispose();
    }

    // A workspace that was dropped from memory may still be on its way back.
    private async Task UntilReadyAsync()
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            using var answer = await Server.Http.PostAsync(
                $"/v1/Workspaces/{Workspace.Sid}", KillWorkspace.Form(("FriendlyName", "Kill")));
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            waited.Elapsed.ShouldBeLessThan(Patience, $"the workspace does not come back\n{Server.Log}");
        }
    }
}
