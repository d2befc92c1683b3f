using System.Globalization;
using System.Text;
using TaskRouter.Load.Driving;

namespace TaskRouter.Load;

/// <summary>One load against a server that is running already.</summary>
internal static class Drive
{
    /// <param name="user">Account SID and auth token, with a colon between them.</param>
    /// <param name="scenario">lifecycle, create, task or workers.</param>
    /// <param name="rate">Operations per second; empty for a closed loop.</param>
    public static async Task RunAsync(
        Uri url, string user, string scenario, int connections, double seconds, IReadOnlyList<string> rate)
    {
        var target = new Target(url.Port, Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        var scene = await Scene.MakeAsync(target);
        var load = scene.Load(connections, await OperationAsync(scenario, scene, target));
        var duration = TimeSpan.FromSeconds(seconds);
        var result = rate is [var perSecond]
            ? await load.RunAtAsync(double.Parse(perSecond, CultureInfo.InvariantCulture), duration)
            : await load.RunAsync(duration, TimeSpan.FromSeconds(1));
        Console.WriteLine($"{result.PerSecond:0} a second; p50 {result.P50:0.00} ms, p99 {result.P99:0.00} ms, "
            + $"longest {result.Steps.Whole.Longest.TotalMilliseconds:0.0} ms");
        await scene.DeleteAsync();
    }

    private static async Task<Operation> OperationAsync(string scenario, Scene scene, Target target)
    {
        switch (scenario)
        {
            case "lifecycle":
                return scene.LifeCycleAsync;
            case "create":
                return async (client, _) => await scene.CreateAsync(client);
            case "workers":
                return (client, _) => GetAsync(client, $"{scene.Path}/Workers?PageSize=50");
            case "task":
                using (var maker = new Client(target))
                {
                    await maker.ConnectAsync();
                    var path = $"{scene.Tasks}/{await scene.CreateAsync(maker)}";
                    return (client, _) => GetAsync(client, path);
                }

            default:
                throw new ArgumentException($"No scenario is called {scenario}.", nameof(scenario));
        }
    }

    private static async ValueTask GetAsync(Client client, string path) => (await client.GetAsync(path)).OrThrow();
}
