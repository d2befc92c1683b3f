using System.Diagnostics;
using TaskRouter.Load.Driving;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load.Measures;

/// <summary>
/// A workspace as large as Twilio allows: its memory, a start with it, and what is left when it is gone.
/// </summary>
internal sealed class LargeMeasure(Plan plan, Surroundings surroundings, PostgresServer postgres, Table table)
{
    private const string Largest = "taskrouter_large";
    private const string Listed = "taskrouter_listed";

    private static readonly string[] Arguments = ["--limit-ended-task-seconds", "10"];

    // Longer than an ended task stays visible here.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(45);

    public async Task RunAsync()
    {
        await RestartListedAsync();
        await postgres.MakeAsync(Largest);
        var (size, waiting) = (Size(5_000), Scaled(100_000));
        table.Section($"Memory and start: {size}, {waiting:N0} tasks waiting");
        Scene scene;
        await using (var server = await StartAsync(Largest))
        {
            await WarmAsync(server);
            var empty = ProcFile.ResidentMegabytes(server.ProcessId);
            scene = await FillAsync(server, size, waiting);
            await Task.Delay(TimeSpan.FromSeconds(5));
            table.Add("resident memory, empty and warm, MB", "0").Take(empty);
            table.Add("**resident memory, full, MB**", "0", null, 1_024, isAtMost: true)
                .Take(ProcFile.ResidentMegabytes(server.ProcessId));
        }

        var clock = Stopwatch.StartNew();
        await using var again = Begin(Largest);
        var start = await StartedAsync(again, scene, clock);
        table.Add("start to first answer about the workspace, s", "0.0").Take(start.FirstAnswer.TotalSeconds);
        table.Add("**start to first new reservation, s**", "0.0", null, 5, isAtMost: true)
            .Take(start.FirstReservation.TotalSeconds);
        table.Add("resident memory after the start, MB", "0").Take(start.ResidentMegabytes);
        await EmptyAsync(again, scene.MovedTo(again.Target));
    }

    /// <summary>A start with as many queues as the list of ratios has.</summary>
    private async Task RestartListedAsync()
    {
        await postgres.MakeAsync(Listed);
        var (size, waiting) = (Size(1_000), Scaled(100_000));
        table.Section($"Start: {size}, {waiting:N0} tasks waiting");
        Scene scene;
        await using (var server = await StartAsync(Listed))
        {
            scene = await FillAsync(server, size, waiting);
        }

        var clock = Stopwatch.StartNew();
        await using var again = Begin(Listed);
        var start = await StartedAsync(again, scene, clock);
        table.Add("19: start to first answer about the workspace, s", "0.0", 5, 1.5, isAtMost: true)
            .Take(start.FirstAnswer.TotalSeconds);
        table.Add("17: resident memory after the start, MB", "0", 400, 220, isAtMost: true)
            .Take(start.ResidentMegabytes);
    }

    private static async Task<Scene> FillAsync(TaskRouterServer server, Scene.Plan size, int waiting)
    {
        await Console.Error.WriteLineAsync($"Memory and start: {size}, {waiting:N0} tasks");
        var scene = await Scene.MakeAsync(server.Target, size);
        await scene.WaitAsync(waiting);
        return scene;
    }

    private static async Task<Started> StartedAsync(TaskRouterServer server, Scene scene, Stopwatch clock)
    {
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

        var firstAnswer = clock.Elapsed;
        await moved.ReservationAsync(client, await moved.CreateAsync(client));
        return new Started(firstAnswer, clock.Elapsed, ProcFile.ResidentMegabytes(server.ProcessId));
    }

    private async Task EmptyAsync(TaskRouterServer server, Scene scene)
    {
        // Somebody else goes on working: a server that does nothing does not collect either.
        var other = await Scene.MakeAsync(server.Target);
        await scene.EndWaitingAsync();
        await WorkAsync(other);
        table.Add("resident memory, all tasks ended, MB", "0").Take(ProcFile.ResidentMegabytes(server.ProcessId));
        await scene.DeleteAsync();
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

    private Scene.Plan Size(int queues) =>
        new(Scaled(queues), Workers: Scaled(15_000), Available: Scaled(1_500));

    private int Scaled(int count) => (int)(count * plan.Scale);

    private Task<TaskRouterServer> StartAsync(string database) => TaskRouterServer.StartAsync(
        surroundings.Server, Path.Combine(surroundings.Work, "large"), postgres.ConnectionString(database), Arguments);

    private TaskRouterServer Begin(string database) => TaskRouterServer.Begin(
        surroundings.Server, Path.Combine(surroundings.Work, "large"), postgres.ConnectionString(database), Arguments);

    private sealed record Started(TimeSpan FirstAnswer, TimeSpan FirstReservation, double ResidentMegabytes);
}
