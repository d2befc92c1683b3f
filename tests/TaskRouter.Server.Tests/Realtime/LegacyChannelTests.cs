using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Realtime;

/// <summary>
/// What TaskRouter.js, the first generation, does: a channel of its own, a capability token, absolute URLs, REST's
/// JSON.
/// </summary>
public sealed class LegacyChannelTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private AgentScene _scene = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(options => options with
        {
            Agents = options.Agents with { OfflineGrace = TimeSpan.FromSeconds(1) },
        });
        _scene = await AgentScene.CreateAsync(_server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private TestWorkspace Workspace => _scene.Workspace;

    private string WorkerPath => $"/Workers/{Workspace.WorkerSid}";

    [Fact]
    public async Task A_client_opens_its_channel_and_is_ready_when_it_finds_its_own_event_type_again()
    {
        using var socket = await ConnectAsync(Token());

        var answer = await PostAsync("GET", WorkerPath, eventType: "ready");

        answer.ShouldBe(HttpStatusCode.OK);
        answer.Json.GetProperty("event_type").GetString().ShouldBe("ready");
        var worker = answer.Json.GetProperty("payload");
        worker.GetRawText().ShouldBe((await Workspace.GetAsync(WorkerPath)).Json.GetRawText());
        worker.GetProperty("date_created").GetString().ShouldEndWith("Z");
        (await PostAsync("GET", WorkerPath)).Json.GetProperty("event_type").ValueKind.ShouldBe(JsonValueKind.Null);
        socket.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task A_reservation_is_told_as_its_task_here_and_as_itself_to_the_second_generation()
    {
        using var first = await ConnectAsync(Token());
        using var second = await _scene.ListenAsync();

        (await PostAsync(
            "POST",
            $"/Tasks/{Workspace.TaskSid}/Reservations/{Workspace.ReservationSid}",
            new { ReservationStatus = "accepted" })).ShouldBe(HttpStatusCode.OK);

        // Nothing is said first: the token tells the client what init tells a newer one.
        var old = await AgentScene.ReadAsync(first);
        var present = await AgentScene.ReadAsync(second);
        old.GetProperty("event_type").GetString().ShouldBe("reservation.accepted");
        present.GetProperty("event_type").GetString().ShouldBe("reservation.accepted");
        old.GetProperty("payload").GetProperty("sid").GetString().ShouldBe(Workspace.TaskSid);
        old.GetProperty("payload").GetProperty("reservation_sid").GetString().ShouldBe(Workspace.ReservationSid);
        old.GetProperty("payload").GetProperty("assignment_status").GetString().ShouldBe("assigned");
        present.GetProperty("payload").GetProperty("sid").GetString().ShouldBe(Workspace.ReservationSid);
        (await AgentScene.ReadTypeAsync(first)).ShouldBe("task.updated");
    }

    [Fact]
    public async Task Offers_and_changes_of_the_worker_are_told_in_order()
    {
        using var socket = await ConnectAsync(Token());

        (await PostAsync("POST", WorkerPath, new { Attributes = "{\"b\":2}" })).ShouldBe(HttpStatusCode.OK);
        await PostAsync("POST", ReservationPath, new { ReservationStatus = "rejected" });

        var attributes = await AgentScene.ReadAsync(socket);
        attributes.GetProperty("event_type").GetString().ShouldBe("worker.attributes.update");
        attributes.GetProperty("payload").GetProperty("attributes").GetString().ShouldBe("{\"b\":2}");
        (await AgentScene.ReadTypeAsync(socket)).ShouldBe("reservation.rejected");
        (await AgentScene.ReadTypeAsync(socket)).ShouldBe("reservation.created");
    }

    [Fact]
    public async Task Lists_are_the_rest_apis_and_their_next_page_is_asked_for_as_it_stands()
    {
        var pending = (await PostAsync(
            "GET", $"{WorkerPath}/Reservations", new { ReservationStatus = "pending" })).ShouldBe(HttpStatusCode.OK);
        pending.Json.GetProperty("payload").GetProperty("reservations").EnumerateArray().ShouldHaveSingleItem()
            .GetProperty("sid").GetString().ShouldBe(Workspace.ReservationSid);

        var names = new List<string?>();
        var page = await PostAsync("GET", "/Activities", new { PageSize = 1 });
        while (names.Count < 10)
        {
            var payload = page.ShouldBe(HttpStatusCode.OK).Json.GetProperty("payload");
            names.AddRange(payload.GetProperty("activities").EnumerateArray().Select(activity =>
                activity.GetProperty("friendly_name").GetString()));
            if (payload.GetProperty("meta").GetProperty("next_page_url").GetString() is not { } next)
            {
                break;
            }

            page = await PostUrlAsync("GET", next);
        }

        names.ShouldBe(["Offline", "Available", "Unavailable"], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_success_is_200_and_every_refusal_keeps_its_status()
    {
        var token = Token("/**");
        var made = await PostAsync("POST", "/TaskQueues", new { FriendlyName = "Zoë & Sons" }, token: token);
        var queue = made.ShouldBe(HttpStatusCode.OK).Json.GetProperty("payload");
        queue.GetProperty("friendly_name").GetString().ShouldBe("Zoë & Sons");
        var path = $"/TaskQueues/{queue.GetProperty("sid").GetString()}";

        var deleted = (await PostAsync("DELETE", path, token: token)).ShouldBe(HttpStatusCode.OK);

        deleted.Json.GetProperty("payload").EnumerateObject().ShouldBeEmpty();
        (await PostAsync("GET", path, token: token)).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await PostAsync("POST", WorkerPath, new { ActivitySid = "WA1" }, token: token))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await PostAsync("PUT", WorkerPath, token: token)).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await PostAsync("GET", "/Nothing", token: token)).ShouldBeError(HttpStatusCode.NotFound, 20404);
        foreach (var url in new[] { "Workspaces/WS1", "", "https://[", "ftp://x/v1/Workspaces", "http://x/healthz",
            "https://x/v1/Workspaces/%00" })
        {
            (await PostUrlAsync("GET", url, token)).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        }
    }

    [Fact]
    public async Task A_token_leads_as_far_as_its_policies()
    {
        (await PostAsync("GET", "/Workers")).ShouldBeError(HttpStatusCode.Forbidden, 20403);
        (await PostAsync("POST", "/Tasks", new { RoutingTarget = Workspace.WorkerSid }))
            .ShouldBeError(HttpStatusCode.Forbidden, 20403);

        var activities = Token(new[] { TestTokens.Policy(
            "POST", $"{Workspace.Path}{WorkerPath}", form: new { ActivitySid = new { required = true } }) });
        (await PostAsync("POST", WorkerPath, new { Attributes = "{}" }, token: activities))
            .ShouldBeError(HttpStatusCode.Forbidden, 20403);
        var offline = (await Workspace.GetAsync("/Activities?FriendlyName=Offline")).Items("activities")[0]
            .GetProperty("sid").GetString();
        (await PostAsync("POST", WorkerPath, new { ActivitySid = offline }, token: activities))
            .ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_channel_is_opened_by_its_own_token_alone()
    {
        var other = (await Workspace.PostAsync("/Workers", ("FriendlyName", "Bob"))).Sid;
        var withoutChannel = Sign(Workspace.WorkerSid, [TestTokens.Policy("GET", $"{Workspace.Path}/**")]);
        var expired = TestTokens.Capability(Workspace.Sid, Workspace.WorkerSid, Channel(Workspace.WorkerSid));
        expired["exp"] = TestTokens.Now - 60;
        foreach (var (token, channel, status) in new[]
        {
            ("none", Workspace.WorkerSid, HttpStatusCode.Unauthorized),
            (_scene.Token(), Workspace.WorkerSid, HttpStatusCode.Unauthorized),
            (Sign(expired, "forged"), Workspace.WorkerSid, HttpStatusCode.Unauthorized),
            (Token(), other, HttpStatusCode.Forbidden),
            (withoutChannel, Workspace.WorkerSid, HttpStatusCode.Forbidden),
            (Sign($"WK{new string('0', 32)}", Channel($"WK{new string('0', 32)}")), $"WK{new string('0', 32)}",
                HttpStatusCode.Forbidden),
        })
        {
            using var refused = await ConnectAsync(token, channel);
            refused.HttpStatusCode.ShouldBe(status);
        }

        var answer = await PostAsync("GET", WorkerPath, token: Sign(expired, TestServer.Account.AuthToken));
        answer.ShouldBeError(HttpStatusCode.Unauthorized, 20156);
        answer.Headers.WwwAuthenticate.ShouldBeEmpty("a browser would ask its user for a password");
        (await PostAsync("GET", WorkerPath, token: withoutChannel)).ShouldBeError(HttpStatusCode.Forbidden, 20403);
        (await PostAsync("GET", WorkerPath, channel: other)).ShouldBeError(HttpStatusCode.Forbidden, 20403);
        using var late = await ConnectAsync(Sign(expired, TestServer.Account.AuthToken));
        (await AgentScene.ReadCloseAsync(late)).ShouldContain("it has expired");
    }

    [Fact]
    public async Task Queues_and_workspaces_have_channels_too()
    {
        foreach (var (channel, path) in new[]
        {
            (Workspace.QueueSid, $"/TaskQueues/{Workspace.QueueSid}"),
            (Workspace.Sid, ""),
        })
        {
            var token = Sign(channel, [.. Channel(channel), TestTokens.Policy("GET", Workspace.Path + path)]);
            using var socket = await ConnectAsync(token, channel);

            socket.State.ShouldBe(WebSocketState.Open);
            (await PostAsync("GET", path, eventType: "ready", token: token, channel: channel))
                .ShouldBe(HttpStatusCode.OK).Json.GetProperty("payload").GetProperty("sid").GetString()
                .ShouldBe(channel);
        }
    }

    [Fact]
    public async Task A_worker_who_is_gone_gets_the_activity_that_its_client_has_named()
    {
        var unavailable = (await Workspace.GetAsync("/Activities?FriendlyName=Unavailable")).Items("activities")[0]
            .GetProperty("sid").GetString();
        using (var socket = await ConnectAsync(Token(), query: $"&disconnectActivitySid={unavailable}"))
        {
            (await PostAsync("GET", WorkerPath)).ShouldBe(HttpStatusCode.OK);
        }

        for (var tries = 0; tries < 400 && await ActivityAsync() != "Unavailable"; tries++)
        {
            await Task.Delay(50);
        }

        (await ActivityAsync()).ShouldBe("Unavailable");
    }

    private string ReservationPath => $"{WorkerPath}/Reservations/{Workspace.ReservationSid}";

    private async Task<string> ActivityAsync() => (await Workspace.GetAsync(WorkerPath)).String("activity_name");

    /// <summary>As the libraries make it for a worker who may change itself and its reservations.</summary>
    private string Token(params string[] paths) => Sign(Workspace.WorkerSid,
    [
        .. Channel(Workspace.WorkerSid),
        .. TestTokens.WorkerPolicies(Workspace, Workspace.WorkerSid),
        TestTokens.Policy("POST", $"{Workspace.Path}{WorkerPath}"),
        TestTokens.Policy(
            "POST", $"{Workspace.Path}/Tasks/**", form: new { ReservationStatus = new { required = true } }),
        TestTokens.Policy("POST", $"{Workspace.Path}{WorkerPath}/Reservations/**"),
        .. paths.SelectMany(path => new[] { "GET", "POST", "DELETE" }.Select(method =>
            TestTokens.Policy(method, Workspace.Path + path))),
    ]);

    private string Token(object[] policies) =>
        Sign(Workspace.WorkerSid, [.. Channel(Workspace.WorkerSid), .. policies]);

    private string Sign(string channel, object[] policies) =>
        Sign(TestTokens.Capability(Workspace.Sid, channel, policies), TestServer.Account.AuthToken);

    private static string Sign(Dictionary<string, object?> claims, string secret) =>
        TestTokens.Sign(TestTokens.Header, claims, secret);

    private static object[] Channel(string channel) =>
    [
        .. new[] { "GET", "POST" }.Select(method => TestTokens.Policy(method, ChannelPath(channel))),
    ];

    private static string ChannelPath(string channel) => $"/v1/wschannels/{TestServer.Account.Sid}/{channel}";

    private Task<ClientWebSocket> ConnectAsync(string token, string? channel = null, string query = "") =>
        AgentScene.ConnectAsync(_server, ChannelPath(channel ?? Workspace.WorkerSid), token, query);

    private Task<Answer> PostAsync(
        string method,
        string path,
        object? parameters = null,
        string? eventType = null,
        string? token = null,
        string? channel = null) => PostUrlAsync(
        method, $"https://taskrouter.twilio.com{Workspace.Path}{path}", token, parameters, eventType, channel);

    private Task<Answer> PostUrlAsync(
        string method,
        string url,
        string? token = null,
        object? parameters = null,
        string? eventType = null,
        string? channel = null)
    {
        var envelope = new Dictionary<string, object?>
        {
            ["url"] = url,
            ["method"] = method,
            ["params"] = parameters ?? new { },
            ["token"] = token ?? Token(),
        };
        if (eventType is not null)
        {
            envelope["event_type"] = eventType;
        }

        // An XMLHttpRequest says no type of its own for a text.
        var content = new StringContent(JsonSerializer.Serialize(envelope), Encoding.UTF8, "text/plain");
        return _server.SendAsync(
            HttpMethod.Post, ChannelPath(channel ?? Workspace.WorkerSid), content, authorization: null);
    }
}
