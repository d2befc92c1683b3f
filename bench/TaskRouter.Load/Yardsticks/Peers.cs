using System.Globalization;
using TaskRouter.Load.Driving;

namespace TaskRouter.Load.Yardsticks;

/// <summary>
/// What users would pick instead, where Node could install it: two job queues and a mock of the contract.
/// </summary>
internal sealed class Peers : IAsyncDisposable
{
    private readonly Surroundings _surroundings;
    private readonly PostgresServer _postgres;
    private readonly Target _ours;
    private ChildProcess? _prism;
    private Target? _mock;

    private Peers(Surroundings surroundings, PostgresServer postgres, Target ours) =>
        (_surroundings, _postgres, _ours) = (surroundings, postgres, ours);

    public static async Task<Peers> StartAsync(Surroundings surroundings, PostgresServer postgres, Target ours)
    {
        var peers = new Peers(surroundings, postgres, ours);
        if (surroundings.Peers is not null)
        {
            await postgres.MakeAsync("graphile");
            await postgres.MakeAsync("pgboss");
            await peers.StartMockAsync();
        }

        return peers;
    }

    public async Task RunAsync(TimeSpan turn, LifeCycles lifeCycles, double creates, Table table)
    {
        if (_surroundings.Peers is null)
        {
            return;
        }

        await CycleAsync("graphile", "graphile-worker", turn, lifeCycles, table);
        await CycleAsync("pgboss", "pg-boss", turn, lifeCycles, table);
        await MockAsync(turn, creates, table);
    }

    public ValueTask DisposeAsync() => _prism?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task CycleAsync(string peer, string name, TimeSpan turn, LifeCycles lifeCycles, Table table)
    {
        var output = await ChildProcess.RunAsync(
            "node",
            [
                Path.Combine(_surroundings.Peers!, "cycle.js"), peer, _postgres.Url(peer),
                turn.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ]);
        var perSecond = double.Parse(output, CultureInfo.InvariantCulture);
        table.Add($"{name}, jobs added and worked per second", "#,0").Take(perSecond);
        if (peer == "graphile")
        {
            table.Add("**life cycles / graphile-worker's cycles**", "0.0", null, 5)
                .Take(lifeCycles.PerSecond / perSecond);
        }

        table.Add($"9: life cycles / {name}'s jobs", "0.0", 4, 7).Take(lifeCycles.Best / perSecond);
    }

    // The mock knows the contract from this server's own description of it. Both write a line for each request, as they
    // do for whoever just starts them.
    private async Task StartMockAsync()
    {
        using var client = new Client(_ours);
        await client.ConnectAsync();
        var document = Path.Combine(_surroundings.Work, "openapi.json");
        await File.WriteAllBytesAsync(document, (await client.GetAsync("/openapi/v1.json")).OrThrow().Body.ToArray());
        _mock = new Target(ChildProcess.FreePort(), _ours.Credentials);
        _prism = ChildProcess.Start(
            "node",
            [
                Path.Combine(_surroundings.Peers!, "node_modules/@stoplight/prism-cli/dist/index.js"),
                "mock", "-p", _mock.Port.ToString(CultureInfo.InvariantCulture), document,
            ]);
        await _prism.WaitForAsync(_mock, "/v1/Workspaces");
    }

    private async Task MockAsync(TimeSpan turn, double creates, Table table)
    {
        const string path = "/v1/Workspaces/WS0192a7c4e5f67a8b9c0d1e2f3a4b5c6d";
        var posts = await new LoadRun(_mock!, 32, async (client, _) =>
            (await client.PostAsync($"{path}/Tasks", "Attributes=%7B%22queue%22%3A7%7D")).OrThrow()).RunAsync(turn);
        var gets = await new LoadRun(_mock!, 32, async (client, _) =>
            (await client.GetAsync($"{path}/Workers?PageSize=50")).OrThrow()).RunAsync(turn);
        table.Add("11: tasks created / Prism's", "0", 20, 50).Take(creates / posts.PerSecond);
        table.Add("11: pages of 50 workers / Prism's pages", "0", 20, 40)
            .Take(table.Add("GET a page of 50 workers, 128 connections, per second", "#,0").Last / gets.PerSecond);
    }
}
