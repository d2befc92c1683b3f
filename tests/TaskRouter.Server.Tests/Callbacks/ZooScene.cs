using System.Diagnostics;
using System.Net;
using Serilog.Events;
using Shouldly;

namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>
/// A whole server with one workflow that works. Bad receivers, if any, are those of other workflows beside it and of
/// other workspaces, and have plenty to be told.
/// </summary>
internal sealed class ZooScene : IAsyncDisposable
{
    private readonly TestServer _server;
    private readonly HttpReceiver _receiver;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(string Workspace, string Workflow)> _bad = [];
    private string _workspace = "";
    private string _workflow = "";
    private Task _feeding = Task.CompletedTask;

    private ZooScene(TestServer server, HttpReceiver receiver) => (_server, _receiver) = (server, receiver);

    public static async Task<ZooScene> StartAsync(IReadOnlyList<BadReceiver> receivers)
    {
        var server = await TestServer.StartAsync(options => options with
        {
            LogLevel = LogEventLevel.Fatal,

            // A quarter of the default, so that the few that hang could take every place there is.
            Callbacks = new() { CallsMax = 64, CallsPerReceiverMax = 16 },
            EventCallbacks = new() { CallsMax = 64, CallsPerReceiverMax = 16, IsPersistent = true },
        });
        var scene = new ZooScene(server, await HttpReceiver.StartAsync(_ => Task.CompletedTask));
        scene._workspace = await scene.AddWorkspaceAsync("");
        scene._workflow = await scene.AddWorkflowAsync(scene._workspace, "good", scene._receiver.Url);
        foreach (var receiver in receivers)
        {
            var workspace = await scene.AddWorkspaceAsync(receiver.Url);
            scene._bad.Add((workspace, await scene.AddWorkflowAsync(workspace, receiver.Name, receiver.Url)));
            scene._bad.Add((
                scene._workspace, await scene.AddWorkflowAsync(scene._workspace, receiver.Name, receiver.Url)));
        }

        scene._feeding = scene._bad.Count > 0 ? scene.FeedAsync() : Task.CompletedTask;
        return scene;
    }

    /// <summary>Gives every bad receiver more to be told than may be under way to it at once.</summary>
    public Task FloodAsync() => Parallel.ForEachAsync(_bad, async (bad, _) =>
    {
        for (var count = 0; count < 12; count++)
        {
            await _server.PostAsync($"{bad.Workspace}/Tasks", ("WorkflowSid", bad.Workflow));
        }
    });

    /// <summary>Milliseconds from the request for a task, over the callback for its offer, to its acceptance.</summary>
    public async Task<List<double>> RouteAsync(int tasks)
    {
        var times = new List<double>();
        for (var count = 0; count < tasks; count++)
        {
            var started = Stopwatch.GetTimestamp();
            var task = (await _server.PostAsync($"{_workspace}/Tasks", ("WorkflowSid", _workflow)))
                .ShouldBe(HttpStatusCode.Created).Sid;
            var call = await _receiver.NextAsync();
            call.Form["TaskSid"].ShouldBe(task);
            (await _server.PostAsync(
                $"{_workspace}/Tasks/{task}/Reservations/{call.Form["ReservationSid"]}",
                ("ReservationStatus", "accepted"))).ShouldBe(HttpStatusCode.OK);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            (await _server.DeleteAsync($"{_workspace}/Tasks/{task}")).ShouldBe(HttpStatusCode.NoContent);
        }

        return times;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _feeding;
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Keeps the bad ones busy.</summary>
    private async Task FeedAsync()
    {
        for (var next = 0; !_stop.IsCancellationRequested; next = (next + 1) % _bad.Count)
        {
            var (workspace, workflow) = _bad[next];
            await _server.PostAsync($"{workspace}/Tasks", ("WorkflowSid", workflow));
            await Task.Delay(50);
        }
    }

    private async Task<string> AddWorkspaceAsync(string url)
    {
        var created = await _server.PostAsync(
            "/v1/Workspaces", ("FriendlyName", $"{Guid.NewGuid()}"), ("EventCallbackUrl", url));
        return "/v1/Workspaces/" + created.ShouldBe(HttpStatusCode.Created).Sid;
    }

    /// <summary>A workflow with a worker of its own, who takes everything.</summary>
    private async Task<string> AddWorkflowAsync(string workspace, string name, string url)
    {
        var queue = (await _server.PostAsync(
            $"{workspace}/TaskQueues", ("FriendlyName", name), ("TargetWorkers", $"name == '{name}'"))).Sid;
        var available = (await _server.GetAsync($"{workspace}/Activities?FriendlyName=Available"))
            .Items("activities")[0].GetProperty("sid").GetString()!;
        var worker = (await _server.PostAsync(
            $"{workspace}/Workers",
            ("FriendlyName", name),
            ("ActivitySid", available),
            ("Attributes", $$"""{"name":"{{name}}"}"""))).ShouldBe(HttpStatusCode.Created).Sid;
        var channel = (await _server.GetAsync($"{workspace}/Workers/{worker}/Channels")).Items("channels")
            .First(row => row.GetProperty("task_channel_unique_name").GetString() == "default")
            .GetProperty("sid").GetString()!;
        (await _server.PostAsync($"{workspace}/Workers/{worker}/Channels/{channel}", ("Capacity", "1000")))
            .ShouldBe(HttpStatusCode.OK);
        return (await _server.PostAsync(
            $"{workspace}/Workflows",
            ("FriendlyName", name),
            ("AssignmentCallbackUrl", url),
            ("FallbackAssignmentCallbackUrl", url),

            // Longer than any test: a timeout would take the worker away.
            ("TaskReservationTimeout", "3600"),
            ("Configuration", $$$"""{ "task_routing": { "default_filter": { "queue": "{{{queue}}}" } } }""")))
            .ShouldBe(HttpStatusCode.Created).Sid;
    }
}
