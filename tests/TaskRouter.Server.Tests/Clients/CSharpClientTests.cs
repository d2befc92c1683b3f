using System.Net;
using Newtonsoft.Json.Linq;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Twilio.Clients;
using Twilio.Exceptions;
using Twilio.Rest.Taskrouter.V1;
using Twilio.Rest.Taskrouter.V1.Workspace;
using Twilio.Rest.Taskrouter.V1.Workspace.Worker;
using Xunit;

namespace TaskRouter.Server.Tests.Clients;

public sealed class SqliteCSharpClientTests(ServerFixture fixture)
    : CSharpClientTests(fixture.Server), IClassFixture<ServerFixture>;

public sealed class PostgresCSharpClientTests(PostgresServerFixture fixture)
    : CSharpClientTests(fixture.Server), IClassFixture<PostgresServerFixture>;

/// <summary>
/// The unmodified Twilio package: what its users do, and what it makes of the answers. Each test has a workspace of its
/// own.
/// </summary>
public abstract partial class CSharpClientTests
{
    private static readonly string Nobody = $"WK{new string('0', 32)}";

    private readonly TestServer _server;
    private readonly TwilioRestClient _client;

    // The library goes through the machine's proxy, which knows nothing of this server.
    static CSharpClientTests() => HttpClient.DefaultProxy = new WebProxy();

    private protected CSharpClientTests(TestServer server)
    {
        _server = server;
        _client = SignIn(TestServer.Account.Sid.ToString(), TestServer.Account.AuthToken);
    }

    [Fact]
    public async Task A_workspace_is_made_of_a_template_changed_found_and_deleted()
    {
        var name = $"Support {Guid.NewGuid():N}";
        var workspace = await WorkspaceResource.CreateAsync(name, template: "FIFO", client: _client);

        workspace.Sid.ShouldMatch("^WS[0-9a-f]{32}$");
        workspace.AccountSid.ShouldBe(TestServer.Account.Sid.ToString());
        workspace.FriendlyName.ShouldBe(name);
        workspace.DefaultActivityName.ShouldBe("Offline");
        workspace.TimeoutActivitySid.ShouldBe(workspace.DefaultActivitySid);
        workspace.MultiTaskEnabled.ShouldBe(true);
        workspace.PrioritizeQueueOrder.ShouldBe(WorkspaceResource.QueueOrderEnum.Fifo);
        workspace.Url.ShouldBe(new Uri(_server.Url, $"/v1/Workspaces/{workspace.Sid}"));
        workspace.Links["task_queues"].ShouldBe($"{workspace.Url}/TaskQueues");
        workspace.DateUpdated.ShouldBe(workspace.DateCreated);
        ShouldBeNow(workspace.DateCreated);

        var hook = new Uri("https://example.com/events?from=taskrouter&kind=a%20b");
        var updated = await WorkspaceResource.UpdateAsync(
            workspace.Sid,
            eventCallbackUrl: hook,
            eventsFilter: "task-queue.expression.updated",
            prioritizeQueueOrder: WorkspaceResource.QueueOrderEnum.Lifo,
            client: _client);
        updated.EventCallbackUrl.ShouldBe(hook);
        updated.EventsFilter.ShouldBe("task-queue.expression.updated");
        updated.PrioritizeQueueOrder.ShouldBe(WorkspaceResource.QueueOrderEnum.Lifo);
        (await WorkspaceResource.FetchAsync(workspace.Sid, _client)).EventCallbackUrl.ShouldBe(hook);
        (await WorkspaceResource.ReadAsync(name, client: _client)).ShouldHaveSingleItem().Sid.ShouldBe(workspace.Sid);

        (await WorkspaceResource.DeleteAsync(workspace.Sid, _client)).ShouldBeTrue();
        await ShouldBeGoneAsync(() => WorkspaceResource.FetchAsync(workspace.Sid, _client));
    }

    [Fact]
    public async Task Activities_are_made_changed_and_deleted()
    {
        var sid = await CreateWorkspaceAsync();
        var training = await ActivityResource.CreateAsync(sid, "Training", available: true, client: _client);

        training.Sid.ShouldMatch("^WA[0-9a-f]{32}$");
        training.WorkspaceSid.ShouldBe(sid);
        (training.FriendlyName, training.Available).ShouldBe(("Training", true));
        (await ActivityResource.ReadAsync(sid, client: _client))
            .Select(activity => (activity.FriendlyName, activity.Available))
            .ShouldBe([("Offline", false), ("Available", true), ("Unavailable", false), ("Training", true)]);

        (await ActivityResource.UpdateAsync(sid, training.Sid, "Café & \"Tea\" + 10%", _client))
            .FriendlyName.ShouldBe("Café & \"Tea\" + 10%");
        (await ActivityResource.FetchAsync(sid, training.Sid, _client)).FriendlyName.ShouldBe("Café & \"Tea\" + 10%");

        (await ActivityResource.DeleteAsync(sid, training.Sid, _client)).ShouldBeTrue();
        await ShouldBeGoneAsync(() => ActivityResource.FetchAsync(sid, training.Sid, _client));
    }

    [Fact]
    public async Task Task_channels_are_made_changed_and_deleted()
    {
        var sid = await CreateWorkspaceAsync();
        var mail = await TaskChannelResource.CreateAsync(sid, "E-mail", "mail", channelOptimizedRouting: true, _client);

        mail.Sid.ShouldMatch("^TC[0-9a-f]{32}$");
        (mail.FriendlyName, mail.UniqueName, mail.ChannelOptimizedRouting).ShouldBe(("E-mail", "mail", true));
        (await TaskChannelResource.ReadAsync(sid, client: _client)).Select(channel => channel.UniqueName)
            .ShouldBe(["default", "voice", "chat", "sms", "video", "mail"]);
        (await TaskChannelResource.FetchAsync(sid, "mail", _client)).Sid.ShouldBe(mail.Sid);

        var updated = await TaskChannelResource.UpdateAsync(sid, mail.Sid, "Letters", false, _client);
        (updated.FriendlyName, updated.ChannelOptimizedRouting).ShouldBe(("Letters", false));

        (await TaskChannelResource.DeleteAsync(sid, mail.Sid, _client)).ShouldBeTrue();
        await ShouldBeGoneAsync(() => TaskChannelResource.FetchAsync(sid, mail.Sid, _client));
    }

    [Fact]
    public async Task Queues_are_made_changed_and_deleted()
    {
        var sid = await CreateWorkspaceAsync();
        var activity = await ActivityResource.CreateAsync(sid, "Busy", client: _client);
        var queue = await TaskQueueResource.CreateAsync(
            sid,
            "Sales",
            targetWorkers: "skills HAS \"sales\" AND level > 2",
            maxReservedWorkers: 3,
            taskOrder: TaskQueueResource.TaskOrderEnum.Lifo,
            reservationActivitySid: activity.Sid,
            client: _client);

        queue.Sid.ShouldMatch("^WQ[0-9a-f]{32}$");
        queue.TargetWorkers.ShouldBe("skills HAS \"sales\" AND level > 2");
        (queue.MaxReservedWorkers, queue.ReservationActivityName, queue.AssignmentActivitySid)
            .ShouldBe((3, "Busy", null));
        queue.TaskOrder.ShouldBe(TaskQueueResource.TaskOrderEnum.Lifo);

        var updated = await TaskQueueResource.UpdateAsync(
            sid, queue.Sid, "All", targetWorkers: "1==1", maxReservedWorkers: 50, client: _client);
        (updated.FriendlyName, updated.TargetWorkers, updated.MaxReservedWorkers).ShouldBe(("All", "1==1", 50));
        updated.TaskOrder.ShouldBe(TaskQueueResource.TaskOrderEnum.Lifo);
        (await TaskQueueResource.FetchAsync(sid, queue.Sid, _client)).FriendlyName.ShouldBe("All");

        (await TaskQueueResource.DeleteAsync(sid, queue.Sid, _client)).ShouldBeTrue();
        await ShouldBeGoneAsync(() => TaskQueueResource.FetchAsync(sid, queue.Sid, _client));
    }

    [Fact]
    public async Task Workers_and_their_channels_are_made_changed_and_deleted()
    {
        const string Attributes = """{ "skills": ["sales"],  "note": "\u00e9 é 😀", "level": 2.50 }""";
        var sid = await CreateWorkspaceAsync();
        var alice = await WorkerResource.CreateAsync(sid, "Alice", attributes: Attributes, client: _client);

        alice.Sid.ShouldMatch("^WK[0-9a-f]{32}$");
        alice.Attributes.ShouldBe(Attributes);
        (alice.ActivityName, alice.Available).ShouldBe(("Offline", false));
        ShouldBeNow(alice.DateStatusChanged);

        var changed = await WorkerResource.UpdateAsync(
            sid, alice.Sid, await AvailableAsync(sid), """{"skills":[]}""", "Alice B.", client: _client);
        (changed.FriendlyName, changed.ActivityName, changed.Available, changed.Attributes)
            .ShouldBe(("Alice B.", "Available", true, """{"skills":[]}"""));

        var channels = await WorkerChannelResource.ReadAsync(sid, alice.Sid, client: _client);
        channels.Select(channel => (channel.TaskChannelUniqueName, channel.ConfiguredCapacity, channel.AssignedTasks))
            .ShouldBe([("default", 1, 0), ("voice", 1, 0), ("chat", 1, 0), ("sms", 1, 0), ("video", 1, 0)]);
        var chat = await WorkerChannelResource.UpdateAsync(sid, alice.Sid, "chat", 5, false, _client);
        chat.Sid.ShouldMatch("^WC[0-9a-f]{32}$");
        (chat.ConfiguredCapacity, chat.Available, chat.AvailableCapacityPercentage).ShouldBe((5, false, 100));
        var fetched = await WorkerChannelResource.FetchAsync(sid, alice.Sid, chat.Sid, _client);
        (fetched.ConfiguredCapacity, fetched.Available, fetched.WorkerSid).ShouldBe((5, false, alice.Sid));

        await WorkerResource.UpdateAsync(
            sid, alice.Sid, (await WorkspaceResource.FetchAsync(sid, _client)).DefaultActivitySid, client: _client);
        (await WorkerResource.DeleteAsync(sid, alice.Sid, client: _client)).ShouldBeTrue();
        await ShouldBeGoneAsync(() => WorkerResource.FetchAsync(sid, alice.Sid, _client));
    }

    [Fact]
    public async Task Workflows_are_made_changed_and_deleted()
    {
        var sid = await CreateWorkspaceAsync();
        var queue = await TaskQueueResource.CreateAsync(sid, "Gold", client: _client);
        var configuration = Configuration("type == 'gold'", queue.Sid, 7, queue.Sid);
        var workflow = await WorkflowResource.CreateAsync(
            sid,
            "Gold first",
            configuration,
            new Uri("https://example.com/assign"),
            new Uri("https://example.com/fallback"),
            taskReservationTimeout: 30,
            _client);

        workflow.Sid.ShouldMatch("^WW[0-9a-f]{32}$");
        workflow.Configuration.ShouldBe(configuration);
        workflow.AssignmentCallbackUrl.ShouldBe(new Uri("https://example.com/assign"));
        workflow.FallbackAssignmentCallbackUrl.ShouldBe(new Uri("https://example.com/fallback"));
        (workflow.TaskReservationTimeout, workflow.DocumentContentType).ShouldBe((30, "application/json"));

        var other = Configuration("type == 'silver'", queue.Sid, 1, queue.Sid);
        var updated = await WorkflowResource.UpdateAsync(
            sid, workflow.Sid, "Silver", configuration: other, reEvaluateTasks: "true", client: _client);
        (updated.FriendlyName, updated.Configuration).ShouldBe(("Silver", other));
        updated.AssignmentCallbackUrl.ShouldBe(workflow.AssignmentCallbackUrl);
        (await WorkflowResource.FetchAsync(sid, workflow.Sid, _client)).Configuration.ShouldBe(other);

        (await WorkflowResource.DeleteAsync(sid, workflow.Sid, _client)).ShouldBeTrue();
        await ShouldBeGoneAsync(() => WorkflowResource.FetchAsync(sid, workflow.Sid, _client));
    }

    [Fact]
    public void Everything_can_be_done_without_async()
    {
        var workspace = WorkspaceResource.Create($"Sync {Guid.NewGuid():N}", template: "FIFO", client: _client);
        var activity = ActivityResource.Read(workspace.Sid, "Available", client: _client).ShouldHaveSingleItem();
        var worker = WorkerResource.Create(workspace.Sid, "Alice", activity.Sid, client: _client);
        var task = TaskResource.Create(workspace.Sid, attributes: "{}", client: _client);
        var offer = ReservationResource.Read(workspace.Sid, worker.Sid, client: _client).ShouldHaveSingleItem();

        ReservationResource.Update(
            workspace.Sid, worker.Sid, offer.Sid, ReservationResource.StatusEnum.Accepted, client: _client)
            .ReservationStatus.ShouldBe(ReservationResource.StatusEnum.Accepted);
        TaskResource.Update(
            workspace.Sid,
            task.Sid,
            assignmentStatus: TaskResource.StatusEnum.Completed,
            reason: "done",
            client: _client)
            .Reason.ShouldBe("done");
        TaskResource.Fetch(workspace.Sid, task.Sid, _client).AssignmentStatus
            .ShouldBe(TaskResource.StatusEnum.Completed);
        WorkspaceResource.Delete(workspace.Sid, _client).ShouldBeTrue();
        Should.Throw<ApiException>(() => WorkspaceResource.Fetch(workspace.Sid, _client)).Code.ShouldBe(20404);
    }

    private TwilioRestClient SignIn(string user, string password, string? accountSid = null)
    {
        var handler = new ToServer(_server.Url, "taskrouter.twilio.com", "api.twilio.com", "flex-api.twilio.com");
        return new TwilioRestClient(
            user, password, accountSid, httpClient: new Twilio.Http.SystemNetHttpClient(new HttpClient(handler)));
    }

    private async Task<string> CreateWorkspaceAsync() =>
        (await WorkspaceResource.CreateAsync($"Test {Guid.NewGuid():N}", template: "FIFO", client: _client)).Sid;

    private async Task<string> AvailableAsync(string workspaceSid) =>
        (await ActivityResource.ReadAsync(workspaceSid, "Available", client: _client)).Single().Sid;

    private async Task<WorkerResource> HireAsync(string workspaceSid, string name, string attributes = "{}") =>
        await WorkerResource.CreateAsync(
            workspaceSid, name, await AvailableAsync(workspaceSid), attributes, client: _client);

    private static string Configuration(string expression, string queueSid, int priority, string defaultQueueSid) =>
        new JObject
        {
            ["task_routing"] = new JObject
            {
                ["filters"] = new JArray(new JObject
                {
                    ["filter_friendly_name"] = "First",
                    ["expression"] = expression,
                    ["targets"] = new JArray(new JObject { ["queue"] = queueSid, ["priority"] = priority }),
                }),
                ["default_filter"] = new JObject { ["queue"] = defaultQueueSid },
            },
        }.ToString();

    private static void ShouldBeNow(DateTime? date)
    {
        var seen = date.ShouldNotBeNull();
        seen.Kind.ShouldBe(DateTimeKind.Utc);
        seen.ShouldBe(DateTime.UtcNow, TimeSpan.FromMinutes(1));
    }

    private static async Task ShouldBeRefusedAsync(Func<Task> call, int status, int code, string reason)
    {
        var refusal = await Should.ThrowAsync<ApiException>(call);
        (refusal.Status, refusal.Code).ShouldBe((status, code), refusal.Message);
        refusal.Message.ShouldMatch(reason);
        refusal.MoreInfo.ShouldBe($"https://www.twilio.com/docs/errors/{code}");
    }

    private static Task ShouldBeGoneAsync(Func<Task> fetch) =>
        ShouldBeRefusedAsync(fetch, 404, 20404, "^The requested resource /Workspaces/.* was not found$");
}
