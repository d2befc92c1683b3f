using System.Text.Json;
using TaskRouter.Load.Driving;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load.Measures;

/// <summary>
/// How long a task waits for its offer in a workspace of 15,000 workers and 1,000 queues, by the time stamps of its
/// events, with 10,000 other tasks waiting, and without before and after that.
/// </summary>
internal sealed class OfferMeasure(Plan plan, Surroundings surroundings, PostgresServer postgres, Table table)
{
    private const string Database = "taskrouter_offers";
    private const int PerSecond = 200;
    private const int SearchConnections = 8;

    public async Task RunAsync()
    {
        await postgres.MakeAsync(Database);
        await using var server = await TaskRouterServer.StartAsync(
            surroundings.Server, Path.Combine(surroundings.Work, "offers"), postgres.ConnectionString(Database));
        var size = new Scene.Plan(Queues: Scaled(1_000), Workers: Scaled(15_000), Available: Scaled(15_000) / 2);
        await Console.Error.WriteLineAsync($"Offers: {size}");
        var scene = await Scene.MakeAsync(server.Target, size);
        await scene.Load(16, scene.LifeCycleAsync).RunAsync(TimeSpan.FromSeconds(4));

        var before = await OffersAsync(server.Target, scene);
        await scene.WaitAsync(Scaled(10_000));
        var after = await OffersAsync(server.Target, scene);
        await scene.EndWaitingAsync();
        before.Answers.Add((await OffersAsync(server.Target, scene)).Answers);

        table.Section($"Offers: {size}, {Scaled(10_000):N0} tasks waiting");
        table.Add("**created to reserved, event time stamps, p99, ms**", "0", null, 10, isAtMost: true)
            .Take(after.Stamps.Percentile(0.99));
        table.Add("created to answered, HTTP and commit included, p50, ms", "0.00").Take(after.Answers.Percentile(0.5));
        table.Add("**the same / the same with nothing waiting**", "0.00", null, 1.2, isAtMost: true)
            .Take(after.Answers.Percentile(0.5) / before.Answers.Percentile(0.5));
        await SearchAsync(server.Target, scene);
    }

    private int Scaled(int count) => (int)(count * plan.Scale);

    private async Task<Offers> OffersAsync(Target target, Scene scene)
    {
        var result = await scene.Load(16, scene.LifeCycleAsync).RunAtAsync(PerSecond, plan.Turn);
        var created = await EventsAsync(target, scene, "task.created", "sid");
        var reserved = await EventsAsync(target, scene, "reservation.created", "task_sid");
        var stamps = new Latencies();
        foreach (var (task, at) in created)
        {
            if (reserved.TryGetValue(task, out var offered))
            {
                stamps.Add(TimeSpan.FromMilliseconds(offered - at));
            }
        }

        return new Offers(stamps, result.Steps[0]);
    }

    /// <summary>The newest events of a type: their task, and when they happened in milliseconds.</summary>
    private static async Task<Dictionary<string, long>> EventsAsync(
        Target target, Scene scene, string type, string taskField)
    {
        using var client = new Client(target);
        await client.ConnectAsync();
        var answer = await client.GetAsync($"{scene.Path}/Events?EventType={type}&PageSize=1000&Minutes=15");
        using var page = JsonDocument.Parse(answer.OrThrow().Body);
        var moments = new Dictionary<string, long>();
        foreach (var happened in page.RootElement.GetProperty("events").EnumerateArray())
        {
            var task = taskField == "sid"
                ? happened.GetProperty("resource_sid")
                : happened.GetProperty("event_data").GetProperty(taskField);
            moments.TryAdd(task.GetString()!, happened.GetProperty("event_date_ms").GetInt64());
        }

        return moments;
    }

    private async Task SearchAsync(Target target, Scene scene)
    {
        var expression = Uri.EscapeDataString("skills HAS 's7' AND level >= 3");
        var path = $"{scene.Path}/Workers?PageSize=50&TargetWorkersExpression={expression}";
        var search = new LoadRun(
            target, SearchConnections, async (client, _) => (await client.GetAsync(path)).OrThrow());
        var load = await search.RunAsync(plan.Turn, TimeSpan.FromSeconds(1));
        table.Add("16: pages of 50 found by an expression among all workers, per second", "#,0", 1_000, 5_000)
            .Take(load.PerSecond);
    }

    private sealed record Offers(Latencies Stamps, Latencies Answers);
}
