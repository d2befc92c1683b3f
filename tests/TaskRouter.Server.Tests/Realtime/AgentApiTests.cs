using System.Net;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Realtime;

/// <summary>Envelopes: what the SDK's code insists on, without the SDK's code.</summary>
public sealed class AgentApiTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string[] TaskKeys =
    [
        "addons", "age", "attributes", "date_created", "date_updated", "priority", "queue_name", "queue_sid", "reason",
        "routing_target", "sid", "assignment_status", "task_channel_unique_name", "task_channel_sid", "timeout",
        "workflow_name", "workflow_sid", "version", "virtual_start_time",
    ];

    private static readonly string[] ReservationKeys =
    [
        "account_sid", "date_created", "date_updated", "reservation_status", "sid", "task", "reservation_timeout",
        "worker_sid", "workspace_sid", "version",
    ];

    private readonly TestServer _server = fixture.Server;

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json")]
    public async Task The_body_is_json_whatever_its_type_says(string type)
    {
        var scene = await AgentScene.CreateAsync(_server);
        var workspace = scene.Workspace;
        var url = $"Workspaces/{workspace.Sid}/Workers/{workspace.WorkerSid}";

        var answer = await scene.PostRawAsync(
            $$"""{"url":"{{url}}","method":"GET","token":"{{scene.Token()}}"}""", "v1", type);

        answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("payload").GetProperty("sid").GetString()
            .ShouldBe(workspace.WorkerSid);
        answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins).ShouldBeTrue();
        origins.ShouldBe(["*"]);
    }

    [Fact]
    public async Task Dates_are_numbers_and_attributes_are_text()
    {
        var scene = await AgentScene.CreateAsync(_server);

        var worker = await scene.AskAsync("GET", $"Workers/{scene.Workspace.WorkerSid}");
        var channels = await scene.AskAsync("GET", $"Workers/{scene.Workspace.WorkerSid}/WorkerChannels");

        worker.GetProperty("attributes").GetString().ShouldBe("{\"a\":1}");
        worker.GetProperty("version").GetInt32().ShouldBe(1);
        worker.GetProperty("date_status_changed").GetInt64().ShouldBeInRange(TestTokens.Now - 60, TestTokens.Now);
        channels.GetProperty("contents").EnumerateArray().ShouldAllBe(channel =>
            channel.GetProperty("last_reserved_time").GetInt64() > (TestTokens.Now - 60) * 1_000
            && channel.GetProperty("available").GetInt32() == 1);
    }

    [Fact]
    public async Task Listed_reservations_have_their_task_inside_and_no_transfer_unless_there_is_one()
    {
        var scene = await AgentScene.CreateAsync(_server);

        var reservation = (await scene.ListAsync()).Json.GetProperty("payload").GetProperty("contents")
            .EnumerateArray().ShouldHaveSingleItem();

        Names(reservation).ShouldBeSubsetOf([.. Names(reservation).Union(ReservationKeys)]);
        ReservationKeys.Except(Names(reservation)).ShouldBeEmpty();
        TaskKeys.Except(Names(reservation.GetProperty("task"))).ShouldBeEmpty();
        Names(reservation).ShouldNotContain("task_transfer");
        Names(reservation).ShouldNotContain("active_outgoing_task_transfer");
        Names(reservation).ShouldNotContain("canceled_reason_code");
        reservation.GetProperty("task").GetProperty("addons").GetString().ShouldBe("{}");
    }

    [Fact]
    public async Task Answers_to_changes_of_reservations_have_neither_task_nor_transfer()
    {
        var scene = await AgentScene.CreateAsync(_server);
        var path = $"Workers/{scene.Workspace.WorkerSid}/Reservations/{scene.Workspace.ReservationSid}";

        var accepted = await scene.AskAsync("POST", path, new { ReservationStatus = "accepted" });

        accepted.GetProperty("version").GetInt32().ShouldBe(1);
        Names(accepted).ShouldNotContain("task");
        Names(accepted).ShouldNotContain("task_transfer");
        Names(await scene.AskAsync("GET", path)).ShouldContain("task");
    }

    [Fact]
    public async Task Lists_come_in_pages_by_the_last_sid_or_by_a_token()
    {
        var scene = await AgentScene.CreateAsync(_server);
        for (var number = 0; number < 4; number++)
        {
            await scene.Workspace.PostAsync("/Workers", ("FriendlyName", $"Worker {number}"));

            // Within one millisecond there would be no order.
            await Task.Delay(5);
        }

        var byCreation = await ReadAllAsync(scene, new Dictionary<string, object>(), "AfterSid", list =>
            list.GetProperty("after_sid").GetString());
        var byChange = await ReadAllAsync(
            scene,
            new Dictionary<string, object> { ["Ordering"] = "DateStatusChanged:desc" },
            "NextToken",
            list => list.GetProperty("meta").TryGetProperty("next_token", out var token) ? token.GetString() : null);

        byCreation.ShouldBe(["Alice", "Worker 0", "Worker 1", "Worker 2", "Worker 3"]);
        byChange.ShouldBe(byCreation.AsEnumerable().Reverse());
    }

    [Fact]
    public async Task Versions_are_compared_when_they_are_given()
    {
        var scene = await AgentScene.CreateAsync(_server);
        var path = $"Workers/{scene.Workspace.WorkerSid}";
        var body = JsonSerializer.Serialize(new
        {
            url = $"Workspaces/{scene.Workspace.Sid}/{path}",
            method = "POST",
            @params = new { Attributes = new { b = 2 } },
            token = scene.Token(),
        });

        using var stale = new StringContent(body);
        using var current = new StringContent(body);

        (await _server.SendAsync(HttpMethod.Post, "/v1/wschannels", stale, "0", null))
            .ShouldBeError(HttpStatusCode.PreconditionFailed, 20412);
        (await _server.SendAsync(HttpMethod.Post, "/v1/wschannels", current, "1", null)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"url\":\"Workspaces/x\",\"token\":\"\\ud800.a.b\"}")]
    [InlineData("{\"params\":{\"\\ud800\":1}}")]
    public async Task Bodies_that_are_no_envelope_are_refused_in_json(string body)
    {
        var scene = await AgentScene.CreateAsync(_server);

        (await scene.PostRawAsync(body)).ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Fact]
    public async Task Large_and_deep_envelopes_are_refused()
    {
        var scene = await AgentScene.CreateAsync(_server);
        var depth = new string('[', 5_000);

        (await scene.PostRawAsync($$"""{"url":"{{new string('x', 300_000)}}"}"""))
            .ShouldBeError(HttpStatusCode.RequestEntityTooLarge, 20413);
        (await scene.PostRawAsync("{\"params\":{\"Attributes\":" + depth + "}}"))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Fact]
    public async Task Wrong_tokens_are_refused_in_json()
    {
        var scene = await AgentScene.CreateAsync(_server);
        var path = $"Workers/{scene.Workspace.WorkerSid}";
        var capability = TestTokens.Sign(
            TestTokens.Header,
            TestTokens.Capability(
                scene.Workspace.Sid, scene.Workspace.WorkerSid, TestTokens.Policy("GET", "/**")),
            TestServer.Account.AuthToken);

        foreach (var (token, code) in new[]
        {
            ("none", 20101), ("a.b.c", 20101), (scene.Token(expiresIn: -60), 20104), (scene.Token(secret: "x"), 20107),
            (scene.Token(role: "king"), 20106), (capability, 20103),
        })
        {
            var answer = (await scene.PostAsync("GET", path, token: token))
                .ShouldBeError(HttpStatusCode.Unauthorized, code);
            answer.Headers.WwwAuthenticate.ShouldBeEmpty("a browser would ask its user for a password");
        }
    }

    [Fact]
    public async Task Roles_lead_as_far_as_they_should()
    {
        var scene = await AgentScene.CreateAsync(_server);
        var other = (await scene.Workspace.PostAsync("/Workers", ("FriendlyName", "Bob"))).Sid;
        var elsewhere = (await TestWorkspace.CreateAsync(_server)).WorkerSid;
        var (self, task) = (scene.Workspace.WorkerSid, scene.Workspace.TaskSid);
        (string Method, string Path, string Roles)[] rules =
        [
            ("GET", $"Workers/{self}", "worker supervisor admin"),
            ("POST", $"Workers/{self}", "worker supervisor"),
            ("GET", "Activities", "worker supervisor admin"),
            ("GET", "Workers", "supervisor admin"),
            ("GET", "TaskQueues", "supervisor admin"),
            ("GET", $"TaskQueues/{scene.Workspace.QueueSid}", "supervisor admin"),
            ("GET", $"Tasks/{task}", "worker supervisor admin"),
            ("POST", $"Tasks/{task}", "worker supervisor"),
            ("GET", $"Workers/{other}", "supervisor admin"),
            ("POST", $"Workers/{other}", "supervisor"),
        ];

        foreach (var (method, path, roles) in rules)
        {
            foreach (var role in new[] { "worker", "supervisor", "admin" })
            {
                var answer = await scene.PostAsync(method, path, token: scene.Token(role));
                var expected = roles.Split(' ').Contains(role) ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
                answer.Status.ShouldBe(expected, $"{role}: {method} {path}: {answer.Text}");
            }
        }

        (await scene.PostAsync("GET", $"Workers/{elsewhere}", token: scene.Token("supervisor")))
            .ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await scene.PostAsync("POST", "Tasks", new { RoutingTarget = other }))
            .ShouldBeError(HttpStatusCode.Forbidden, 20403);
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("supervisor")]
    [InlineData("admin")]
    public async Task A_token_speaks_for_no_worker_of_elsewhere_and_for_none_who_is_gone(string role)
    {
        var scene = await AgentScene.CreateAsync(_server);
        var elsewhere = (await TestWorkspace.CreateAsync(_server)).WorkerSid;
        var gone = (await scene.Workspace.PostAsync("/Workers", ("FriendlyName", "Bob"))).Sid;
        await scene.Workspace.DeleteAsync($"/Workers/{gone}");

        foreach (var workerSid in new[] { elsewhere, gone })
        {
            var token = scene.Token(role, workerSid: workerSid);
            (await scene.PostAsync("GET", "Activities", token: token)).ShouldBeError(HttpStatusCode.Forbidden, 20403);
            (await _server.GetAsAsync(TestTokens.Bearer(token), $"{scene.Workspace.Path}/Activities"))
                .ShouldBeError(HttpStatusCode.Forbidden, 20403);
        }
    }

    [Fact]
    public async Task Who_has_refused_a_task_cannot_change_it_any_more()
    {
        var scene = await AgentScene.CreateAsync(_server);
        var task = $"Tasks/{scene.Workspace.TaskSid}";
        (await scene.PostAsync("POST", task, new { Attributes = "{}" })).ShouldBe(HttpStatusCode.OK);

        var offline = (await scene.Workspace.GetAsync("/Activities?FriendlyName=Offline")).Items("activities")[0]
            .GetProperty("sid").GetString();

        (await scene.PostAsync(
            "POST",
            $"Workers/{scene.Workspace.WorkerSid}/Reservations/{scene.Workspace.ReservationSid}",
            new { ReservationStatus = "rejected", WorkerActivitySid = offline })).ShouldBe(HttpStatusCode.OK);

        (await scene.PostAsync("GET", task)).ShouldBe(HttpStatusCode.OK);
        (await scene.PostAsync("POST", task, new { Attributes = "{}" }))
            .ShouldBeError(HttpStatusCode.Forbidden, 20403);
    }

    [Theory]
    [InlineData("GET", "Workers/invalid_workerSid", HttpStatusCode.NotFound)]
    [InlineData("GET", "Workers/WK00000000000000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("GET", "TaskQueues/WT00000000000000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("GET", "Tasks/WT00000000000000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("POST", "Workers/invalid_workerSid", HttpStatusCode.NotFound)]
    [InlineData("GET", "Nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "Workers/invalid_workerSid", HttpStatusCode.NotFound)]
    [InlineData("GET", "Workers?x=%zz", HttpStatusCode.NotFound)]
    [InlineData("GET", "Workers/../../WS", HttpStatusCode.NotFound)]
    public async Task Unknown_things_are_not_found(string method, string path, HttpStatusCode status)
    {
        var scene = await AgentScene.CreateAsync(_server);

        (await scene.PostAsync(method, path, token: scene.Token("supervisor"))).ShouldBe(status);
    }

    [Theory]
    [InlineData("AfterSid", "WK1")]
    [InlineData("AfterSid", "WK00000000000000000000000000000000")]
    [InlineData("ActivitySid", "WA1")]
    [InlineData("PageSize", "0")]
    [InlineData("PageSize", "many")]
    [InlineData("TargetWorkersExpression", "a ==")]
    [InlineData("Ordering", "Age:asc")]
    public async Task Wrong_parameters_of_lists_are_refused(string name, string value)
    {
        var scene = await AgentScene.CreateAsync(_server);

        (await scene.PostAsync(
            "GET", "Workers", new Dictionary<string, string> { [name] = value }, token: scene.Token("admin")))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    private static async Task<List<string>> ReadAllAsync(
        AgentScene scene, Dictionary<string, object> parameters, string next, Func<JsonElement, string?> nextOf)
    {
        parameters["PageSize"] = 2;
        var names = new List<string>();
        for (var pages = 0; pages < 10; pages++)
        {
            var list = (await scene.PostAsync("GET", "Workers", parameters, token: scene.Token("admin")))
                .ShouldBe(HttpStatusCode.OK).Json.GetProperty("payload");
            names.AddRange(list.GetProperty("contents").EnumerateArray().Select(worker =>
                worker.GetProperty("friendly_name").GetString()!));
            if (nextOf(list) is not { } value)
            {
                return names;
            }

            parameters[next] = value;
        }

        throw new InvalidOperationException("The list has no end.");
    }

    private static List<string> Names(JsonElement json) => [.. json.EnumerateObject().Select(pair => pair.Name)];
}
