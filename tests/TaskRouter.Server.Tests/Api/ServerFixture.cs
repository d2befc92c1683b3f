using System.Net;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>One server on SQLite for the tests of a class. Each test makes a workspace of its own in it.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private TestServer? _server;

    internal TestServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The same on Postgres.</summary>
public sealed class PostgresServerFixture : IAsyncLifetime
{
    private TestServer? _server;

    internal TestServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(await TestPostgres.CreateAsync());

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>
/// A workspace from the FIFO template, with one available worker and one task, so that one of every resource exists.
/// </summary>
internal sealed class TestWorkspace(TestServer server, string sid)
{
    public TestServer Server { get; } = server;

    public string Sid { get; } = sid;

    public string Path { get; } = $"/v1/Workspaces/{sid}";

    public string ActivitySid { get; private init; } = "";

    public string QueueSid { get; private init; } = "";

    public string WorkflowSid { get; private init; } = "";

    public string ChannelSid { get; private init; } = "";

    public string WorkerSid { get; private init; } = "";

    public string WorkerChannelSid { get; private init; } = "";

    public string TaskSid { get; private init; } = "";

    public string ReservationSid { get; private init; } = "";

    public string EventSid { get; private init; } = "";

    public static async Task<TestWorkspace> CreateAsync(TestServer server)
    {
        var created = await server.PostAsync(
            "/v1/Workspaces", ("FriendlyName", $"Test {Guid.NewGuid():N}"), ("Template", "FIFO"));
        var empty = new TestWorkspace(server, created.ShouldBe(HttpStatusCode.Created).Sid);
        var activity = (await server.GetAsync($"{empty.Path}/Activities?FriendlyName=Available"))
            .Items("activities").Single().GetProperty("sid").GetString()!;
        var worker = (await server.PostAsync(
            $"{empty.Path}/Workers", ("FriendlyName", "Alice"), ("ActivitySid", activity), ("Attributes", "{\"a\":1}")))
            .ShouldBe(HttpStatusCode.Created).Sid;
        var task = (await server.PostAsync($"{empty.Path}/Tasks", ("Attributes", "{\"type\":\"support\"}")))
            .ShouldBe(HttpStatusCode.Created).Sid;
        return new TestWorkspace(server, empty.Sid)
        {
            ActivitySid = activity,
            WorkerSid = worker,
            TaskSid = task,
            QueueSid = await FirstAsync(server, $"{empty.Path}/TaskQueues", "task_queues"),
            WorkflowSid = await FirstAsync(server, $"{empty.Path}/Workflows", "workflows"),
            ChannelSid = await FirstAsync(server, $"{empty.Path}/TaskChannels", "channels"),
            WorkerChannelSid = await FirstAsync(server, $"{empty.Path}/Workers/{worker}/Channels", "channels"),
            EventSid = await FirstAsync(server, $"{empty.Path}/Events", "events"),
            ReservationSid = await FirstAsync(server, $"{empty.Path}/Tasks/{task}/Reservations", "reservations"),
        };
    }

    public Task<Answer> GetAsync(string path) => Server.GetAsync(Path + path);

    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] form) =>
        Server.PostAsync(Path + path, form);

    public Task<Answer> DeleteAsync(string path) => Server.DeleteAsync(Path + path);

    private static async Task<string> FirstAsync(TestServer server, string path, string key) =>
        (await server.GetAsync(path)).Items(key)[0].GetProperty("sid").GetString()!;
}
