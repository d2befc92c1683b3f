using System.Text.Json;
using TaskRouter.Load.Driving;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load.Measures;

/// <summary>How late deadlines fire when 10,000 of a kind are armed, by the time stamps of the events.</summary>
internal sealed class DeadlineMeasure(Plan plan, Surroundings surroundings, PostgresServer postgres, Table table)
{
    private const string Database = "taskrouter_deadlines";
    private const int SecondsAhead = 10;
    private const int ReservationsPerWorker = 40;

    public async Task RunAsync()
    {
        var count = (int)(10_000 * plan.Scale);
        await postgres.MakeAsync(Database);
        await using var server = await TaskRouterServer.StartAsync(
            surroundings.Server, Path.Combine(surroundings.Work, "deadlines"), postgres.ConnectionString(Database));
        await Console.Error.WriteLineAsync($"Deadlines: {count:N0} of each kind");
        table.Section($"Deadlines: {count:N0} armed, each of {SecondsAhead} s");

        // So few workers that nobody is left to be offered a task again once everybody has timed out.
        var offered = await Scene.MakeAsync(
            server.Target,
            new Scene.Plan(20, Workers: count / ReservationsPerWorker, ReservationTimeoutSeconds: SecondsAhead));
        var reservations = await LatenessAsync(
            server.Target, offered, count, "", "reservation.created", "reservation.timeout");
        Report("reservation timeouts", reservations);

        var waiting = await Scene.MakeAsync(server.Target, new Scene.Plan(Queues: 20, Workers: 1, Available: 0));
        Report("times to live", await LatenessAsync(
            server.Target, waiting, count, $"&Timeout={SecondsAhead}", "task.created", "task.canceled"));
    }

    private void Report(string kind, Lateness lateness)
    {
        table.Add($"**{kind} late, p99, ms**", "0", null, 250, isAtMost: true).Take(lateness.Late.Percentile(0.99));
        table.Add($"{kind} late, longest, ms", "0").Take(lateness.Late.Longest.TotalMilliseconds);
        table.Add($"**{kind} early**", "0", null, 0, isAtMost: true).Take(lateness.Early);
        table.Add($"{kind} seen", "#,0").Take(lateness.Late.Count);
    }

    private static async Task<Lateness> LatenessAsync(
        Target target, Scene scene, int count, string more, string armedBy, string firedBy)
    {
        await LoadRun.EachAsync(target, 64, count, async (client, _) => await scene.CreateAsync(client, more));
        await Task.Delay(TimeSpan.FromSeconds(SecondsAhead + 5));
        var (armed, fired) = (await EventsAsync(target, scene, armedBy), await EventsAsync(target, scene, firedBy));
        var lateness = new Lateness(new Latencies(), 0);
        foreach (var (sid, at) in fired)
        {
            var late = TimeSpan.FromMilliseconds(at - armed[sid]) - TimeSpan.FromSeconds(SecondsAhead);
            lateness = late < TimeSpan.Zero ? lateness with { Early = lateness.Early + 1 } : lateness;
            lateness.Late.Add(late);
        }

        return lateness;
    }

    private static async Task<Dictionary<string, long>> EventsAsync(Target target, Scene scene, string type)
    {
        using var client = new Client(target);
        await client.ConnectAsync();
        var moments = new Dictionary<string, long>();
        for (var path = $"{scene.Path}/Events?EventType={type}&PageSize=1000&Minutes=15"; path is not null;)
        {
            using var page = JsonDocument.Parse((await client.GetAsync(path)).OrThrow().Body);
            foreach (var happened in page.RootElement.GetProperty("events").EnumerateArray())
            {
                moments.TryAdd(
                    happened.GetProperty("resource_sid").GetString()!,
                    happened.GetProperty("event_date_ms").GetInt64());
            }

            var next = page.RootElement.GetProperty("meta").GetProperty("next_page_url").GetString();
            path = next is null ? null : new Uri(next).PathAndQuery;
        }

        return moments;
    }

    private sealed record Lateness(Latencies Late, int Early);
}
