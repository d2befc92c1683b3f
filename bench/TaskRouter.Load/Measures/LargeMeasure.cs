using System.Diagnostics;
using TaskRouter.Load.Driving;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load.Measures;

/// <summary>
/// A workspace as large as Twilio allows: its memory, a start with it, and what is left when it is gone.
/// </summary>
internal sealed class LargeMeasure(Plan plan, Surroundings surroundings, PostgresServer postgres, Table table)
{
    private const string Database = "taskrouter_large";

    private static readonly string[] Arguments = ["--limit-ended-task-seconds", "10"];

    // Longer than an ended task stays visible here.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(45);

    public async Task RunAsync()
    {
        await postgres.MakeAsync(Database);
        var size = new Scene.Plan(Queues: Scaled(5_000), Workers: Scaled(15_000), Available: Scaled(1_500));
        var waiting = Scaled(100_000);
        await Console.Error.WriteLineAsync($"Memory: {size}, {waiting:N0} tasks");
        table.Section($"Memory and start: {size}, {waiting:N0} tasks waiting");
        Scene scene;
        await using (var server = await StartAsync())
        {
            scene = await FillAsync(server, size, waiting);
        }

        await RestartAsync(scene);
    }

    private async Task<Scene> FillAsync(TaskRouterServer server, Scene.Plan size, int waiting)
    {
        await WarmAsync(server);
        var empty = ProcFile.ResidentMegabytes(server.ProcessId);
        var scene = await Scene.MakeAsync(server.Target, size);
        await scene.WaitAsync(waiting);
        await Task.Delay(TimeSpan.FromSeconds(5));
        table.Add("resident memory, empty and warm, MB", "0").Take(empty);
        table.Add("**resident memory, full, MB**", "0", null, 1_024, isAtMost: true)
            .Take(ProcFile.ResidentMegabytes(server.ProcessId));
        return scene;
    }

    private async Task RestartAsync(Scene scene)
    {
        var clock = Stopwatch.StartNew();
        await using var server = Begin();
        while (!await ChildProcess.AnswersAsync(server.Target, "/healthz"))
        {
            await Task.Delay(2);
        }

        var moved = scene.MovedTo(server.Target);
        using var client = new Client(server.Target);
        await client.ConnectAsync();
        while (!(await client.GetAsync(scene.Path)).IsSuccess)
        {
            await Task.Delay(2);
        }

        table.Add("19: start to first answer about the workspace, s", "0.0", 5, 1.5, isAtMost: true)
            .Take(clock.Elapsed.TotalSeconds);
        var task = await moved.CreateAsync(client);
        await moved.ReservationAsync(client, task);
        table.Add("**start to first new reservation, s**", "0.0", null, 5, isAtMost: true)
            .Take(clock.Elapsed.TotalSeconds);
        table.Add("17: resident memory after the start, MB", "0", 400, 220, isAtMost: true)
            .Take(ProcFile.ResidentMegabytes(server.ProcessId));

        await EmptyAsync(server, moved, client);
    }

    private async Task EmptyAsync(TaskRouterServer server, Scene scene, Client client)
    {
        // Somebody else goes on working: a server that does nothing does not collect either.
        var other = await Scene.MakeAsync(server.Target);
        await scene.EndWaitingAsync();
        await WorkAsync(other);
        table.Add("resident memory, all tasks ended, MB", "0").Take(ProcFile.ResidentMegabytes(server.ProcessId));
        (await client.DeleteAsync(scene.Path)).OrThrow();
        await WorkAsync(other);
        var empty = table.Add("resident memory, empty and warm, MB", "0").Last;
        table.Add("**resident memory, workspace deleted / empty and warm**", "0.00", null, 1.25, isAtMost: true)
            .Take(ProcFile.ResidentMegabytes(server.ProcessId) / empty);
    }

    private static async Task WorkAsync(Scene scene) =>
        await scene.Load(16, scene.LifeCycleAsync).RunAtAsync(100, Afterwards);

    // What code and buffers take once they have been used belongs to the server, not to the workspace; and so does what
    // a little work always leaves to the collector, as it does when the workspace is gone.
    private static async Task WarmAsync(TaskRouterServer server)
    {
        var scene = await Scene.MakeAsync(server.Target);
        await scene.Load(32, scene.LifeCycleAsync).RunAsync(TimeSpan.FromSeconds(5));
        await scene.DeleteAsync();
        await WorkAsync(await Scene.MakeAsync(server.Target));
    }

    private int Scaled(int count) => (int)(count * plan.Scale);

    private Task<TaskRouterServer> StartAsync() => TaskRouterServer.StartAsync(
        surroundings.Server, Path.Combine(surroundings.Work, "large"), postgres.ConnectionString(Database), Arguments);

    private TaskRouterServer Begin() => TaskRouterServer.Begin(
        surroundings.Server, Path.Combine(surroundings.Work, "large"), postgres.ConnectionString(Database), Arguments);
}
