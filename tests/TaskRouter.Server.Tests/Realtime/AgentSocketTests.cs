using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Server.Realtime;
using Xunit;

namespace TaskRouter.Server.Tests.Realtime;

/// <summary>Sockets, with and against the rules.</summary>
public sealed class AgentSocketTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private AgentScene _scene = null!;
    private volatile int _heard;

    public async ValueTask InitializeAsync() => await StartAsync(options => options with
    {
        HeartbeatPause = TimeSpan.FromSeconds(1),
        ExpiryGrace = TimeSpan.FromSeconds(1),
        OfflineGrace = TimeSpan.FromSeconds(1),
        SocketsMax = 40,
        SocketsPerWorkerMax = 4,
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Point_13_a_socket_begins_with_init_and_goes_on_with_blank_text_frames()
    {
        using var socket = await _scene.ConnectAsync();

        var init = await AgentScene.ReadAsync(socket);
        init.GetProperty("event_type").GetString().ShouldBe("init");
        var payload = init.GetProperty("payload");
        payload.GetProperty("channel_id").GetString().ShouldBe(_scene.Workspace.WorkerSid);
        payload.GetProperty("workspace_sid").GetString().ShouldBe(_scene.Workspace.Sid);
        payload.GetProperty("account_sid").GetString().ShouldBe(TestServer.Account.Sid.ToString());
        payload.GetProperty("token_lifetime").GetInt64().ShouldBeInRange(3_590_000, 3_600_000);
        (await AgentScene.ReadTextAsync(socket)).ShouldBe(" ");
        (await AgentScene.ReadTextAsync(socket)).ShouldBe(" ");
    }

    [Fact]
    public async Task Events_come_after_the_answer_of_the_request_that_caused_them()
    {
        // Both come to this process, which looks at them when it gets to: 50 ms are too few beside other tests.
        await _server.DisposeAsync();
        await StartAsync(options => options with { EventPause = TimeSpan.FromSeconds(1) });
        using var socket = await _scene.ListenAsync();

        var answer = _scene.AskAsync("POST", ReservationPath, new { ReservationStatus = "accepted" });
        var told = AgentScene.ReadAsync(socket);
        (await Task.WhenAny(answer, told)).ShouldBe(answer);
        (await told).GetProperty("event_type").GetString().ShouldBe("reservation.accepted");
        (await told).GetProperty("payload").GetProperty("task").GetProperty("assignment_status").GetString()
            .ShouldBe("assigned");
        (await AgentScene.ReadTypeAsync(socket)).ShouldBe("task.updated");
    }

    [Fact]
    public async Task A_socket_hears_nothing_of_what_happened_before_it()
    {
        await _scene.AskAsync("POST", ReservationPath, new { ReservationStatus = "accepted" });
        using var socket = await _scene.ListenAsync();

        await _scene.AskAsync("POST", ReservationPath, new { ReservationStatus = "wrapping" });

        (await AgentScene.ReadTypeAsync(socket)).ShouldBe("reservation.wrapup");
    }

    [Fact]
    public async Task Acceptance_is_not_told_to_who_does_not_know_the_offer()
    {
        using var socket = await _scene.ConnectAsync();
        await AgentScene.ReadAsync(socket);

        await _scene.AskAsync("POST", ReservationPath, new { ReservationStatus = "accepted" });
        var listed = (await _scene.ListAsync()).Json.GetProperty("payload").GetProperty("contents");
        await _scene.AskAsync("POST", ReservationPath, new { ReservationStatus = "wrapping" });

        listed[0].GetProperty("reservation_status").GetString().ShouldBe("accepted");
        (await AgentScene.ReadTypeAsync(socket)).ShouldBe("reservation.wrapup");
    }

    [Fact]
    public async Task What_happens_to_the_worker_before_the_list_is_told_after_it()
    {
        using var socket = await _scene.ConnectAsync();
        await AgentScene.ReadAsync(socket);
        await _scene.AskAsync("POST", WorkerPath, new { Attributes = new { before = true } });
        var told = AgentScene.ReadTypeAsync(socket);
        await Task.Delay(300);
        told.IsCompleted.ShouldBeFalse();

        await _scene.ListAsync();

        (await told).ShouldBe("worker.attributes.update");
    }

    [Fact]
    public async Task All_sockets_of_a_worker_hear_the_same()
    {
        using var first = await _scene.ListenAsync();
        using var second = await _scene.ListenAsync();

        await _scene.AskAsync("POST", WorkerPath, new { Attributes = new { c = 3 } });

        var heard = await AgentScene.ReadAsync(first);
        heard.GetProperty("event_type").GetString().ShouldBe("worker.attributes.update");
        heard.GetProperty("payload").GetProperty("attributes").GetString().ShouldBe("{\"c\":3}");
        (await AgentScene.ReadAsync(second)).GetRawText().ShouldBe(heard.GetRawText());
    }

    [Fact]
    public async Task A_new_name_is_told_like_new_attributes_because_the_version_has_risen()
    {
        using var socket = await _scene.ListenAsync();

        await _scene.Workspace.PostAsync($"/{WorkerPath}", ("FriendlyName", "Alicia"));
        await _scene.Workspace.PostAsync(
            $"/{WorkerPath}", ("FriendlyName", "Ally"), ("Attributes", "{\"renamed\":2}"));

        foreach (var (name, version) in new[] { ("Alicia", 2), ("Ally", 4) })
        {
            var told = await AgentScene.ReadAsync(socket);
            told.GetProperty("event_type").GetString().ShouldBe("worker.attributes.update");
            told.GetProperty("payload").GetProperty("friendly_name").GetString().ShouldBe(name);
            told.GetProperty("payload").GetProperty("version").GetInt32().ShouldBe(version);
        }

        await _scene.AskAsync("POST", ReservationPath, new { ReservationStatus = "accepted" });
        (await AgentScene.ReadTypeAsync(socket)).ShouldBe("reservation.accepted");
    }

    [Fact]
    public async Task CloseExistingSessions_mutes_the_others()
    {
        using var first = await _scene.ListenAsync();
        using var second = await _scene.ConnectAsync(query: "&closeExistingSessions=true");
        await AgentScene.ReadAsync(second);
        await _scene.ListAsync();

        await _scene.AskAsync("POST", WorkerPath, new { Attributes = new { d = 4 } });

        (await AgentScene.ReadTypeAsync(second)).ShouldBe("worker.attributes.update");
        (await AgentScene.ReadTextAsync(first)).ShouldBe(" ");
        first.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task A_worker_who_does_not_come_back_is_set_offline_if_it_wishes()
    {
        using (var socket = await _scene.ConnectAsync(query: "&setWorkerOfflineIfDisconnected=true"))
        {
            await AgentScene.ReadAsync(socket);
        }

        using (var back = await _scene.ConnectAsync(query: "&setWorkerOfflineIfDisconnected=true"))
        {
            await AgentScene.ReadAsync(back);
            await Task.Delay(2_000);
            (await ActivityAsync()).ShouldBe("Available");
        }

        for (var tries = 0; tries < 100 && await ActivityAsync() != "Offline"; tries++)
        {
            await Task.Delay(50);
        }

        (await ActivityAsync()).ShouldBe("Offline");
    }

    [Fact]
    public async Task A_worker_stays_as_it_is_when_it_wishes_nothing()
    {
        using (var socket = await _scene.ConnectAsync())
        {
            await AgentScene.ReadAsync(socket);
        }

        await Task.Delay(2_000);
        (await ActivityAsync()).ShouldBe("Available");
    }

    [Fact]
    public async Task A_socket_ends_with_its_token_unless_a_newer_one_was_seen()
    {
        using var ending = await _scene.ConnectAsync(_scene.Token(expiresIn: 2));
        (await AgentScene.ReadCloseAsync(ending)).ShouldBe("The access token has expired");

        using var renewed = await _scene.ConnectAsync(_scene.Token(expiresIn: 2));
        await AgentScene.ReadAsync(renewed);
        await _scene.ListAsync();
        await Task.Delay(5_000);
        renewed.State.ShouldBe(WebSocketState.Open);
        await _scene.AskAsync("POST", WorkerPath, new { Attributes = new { e = 5 } });
        (await AgentScene.ReadTypeAsync(renewed)).ShouldBe("worker.attributes.update");
    }

    [Fact]
    public async Task An_expired_token_is_closed_with_a_reason_and_a_wrong_one_refused()
    {
        using var expired = await _scene.ConnectAsync(_scene.Token(expiresIn: -60));
        (await AgentScene.ReadCloseAsync(expired)).ShouldContain("it has expired");

        foreach (var (token, status) in new[]
        {
            ("none", HttpStatusCode.Unauthorized),
            (_scene.Token(secret: "forged"), HttpStatusCode.Unauthorized),
            (_scene.Token(workerSid: $"WK{new string('0', 32)}"), HttpStatusCode.Forbidden),
        })
        {
            using var refused = await _scene.ConnectAsync(token);
            refused.HttpStatusCode.ShouldBe(status);
        }

        (await _server.SendAsync(HttpMethod.Get, AgentApi.Path, authorization: null))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Fact]
    public async Task A_deleted_key_a_deleted_worker_and_a_deleted_workspace_close_their_sockets()
    {
        using var byKey = await _scene.ListenAsync();
        await _server.DeleteAsync($"/2010-04-01/Accounts/{TestServer.Account.Sid}/Keys/{_scene.KeySid}.json");
        (await AgentScene.ReadCloseAsync(byKey)).ShouldContain("key");

        var second = await AgentScene.CreateAsync(_server);
        using var ofWorker = await second.ListenAsync();
        await second.Workspace.DeleteAsync($"/Workers/{second.Workspace.WorkerSid}");
        (await AgentScene.ReadCloseAsync(ofWorker)).ShouldContain("worker");

        var third = await AgentScene.CreateAsync(_server);
        using var ofWorkspace = await third.ListenAsync();
        await third.Workspace.DeleteAsync("");
        (await AgentScene.ReadCloseAsync(ofWorkspace)).ShouldContain("workspace");
    }

    [Fact]
    public async Task A_server_that_stops_says_so_and_does_not_wait_for_its_sockets()
    {
        var server = await TestServer.StartAsync();
        using var socket = await (await AgentScene.CreateAsync(server)).ListenAsync();
        var started = TimeProvider.System.GetTimestamp();

        var stopping = server.DisposeAsync();
        while (await AgentScene.ReadTextAsync(socket) is not null)
        {
        }

        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
        socket.CloseStatusDescription.ShouldBe("The server is stopping");
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await stopping;
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Garbage_is_cut_off()
    {
        using var binary = await _scene.ConnectAsync();
        await binary.SendAsync(new byte[10], WebSocketMessageType.Binary, true, CancellationToken.None);
        (await AgentScene.ReadCloseAsync(binary)).ShouldContain("Nothing is to be sent");

        using var flood = await _scene.ConnectAsync();
        await flood.SendAsync(new byte[20_000], WebSocketMessageType.Text, true, CancellationToken.None);
        (await AgentScene.ReadCloseAsync(flood)).ShouldContain("Nothing is to be sent");
        await ShouldRouteAsync();
    }

    [Fact]
    public async Task Sockets_beyond_the_limits_are_refused()
    {
        var sockets = new List<ClientWebSocket>();
        for (var number = 0; number < 4; number++)
        {
            sockets.Add(await _scene.ListenAsync());
        }

        using var tooMany = await _scene.ConnectAsync();
        (await AgentScene.ReadCloseAsync(tooMany)).ShouldContain("4 connections already");
        var registry = _server.Services.GetRequiredService<AgentSockets>();
        while (registry.Count < 40)
        {
            var other = await AgentScene.CreateAsync(_server);
            for (var number = 0; number < 4; number++)
            {
                sockets.Add(await other.ListenAsync());
            }
        }

        var last = await AgentScene.CreateAsync(_server);
        using var refused = await last.ConnectAsync();
        refused.HttpStatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        sockets.ForEach(socket => socket.Dispose());
        for (var tries = 0; tries < 100 && registry.Count > 0; tries++)
        {
            await Task.Delay(50);
        }

        registry.Count.ShouldBe(0);
        using var welcome = await last.ListenAsync();
    }

    [Fact]
    public async Task A_client_that_never_reads_is_cut_off_and_routing_goes_on()
    {
        await _server.DisposeAsync();
        await StartAsync(options => options with { FramesMax = 2_000, SendTimeout = TimeSpan.FromSeconds(2) });
        using var deaf = await _scene.ListenAsync();
        using var other = await _scene.ListenAsync();
        var registry = _server.Services.GetRequiredService<AgentSockets>();
        var heard = CountAsync(other);
        var changes = 0;

        // As much as the buffers of both sides of a connection take, and then some.
        while (registry.Count > 1)
        {
            changes.ShouldBeLessThan(10_000);
            await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _scene.AskAsync(
                "POST", WorkerPath, new { Attributes = new { n = changes++, text = new string('x', 60_000) } })));
        }

        await ShouldRouteAsync();
        for (var tries = 0; tries < 1_200 && _heard < changes; tries++)
        {
            await Task.Delay(50);
        }

        _heard.ShouldBe(changes);
        other.Abort();
        await Should.ThrowAsync<Exception>(heard);
    }

    private string WorkerPath => $"Workers/{_scene.Workspace.WorkerSid}";

    private string ReservationPath => $"{WorkerPath}/Reservations/{_scene.Workspace.ReservationSid}";

    private async Task CountAsync(WebSocket socket)
    {
        while (await AgentScene.ReadTextAsync(socket) is { } text)
        {
            _heard += text.Contains("worker.attributes.update", StringComparison.Ordinal) ? 1 : 0;
        }
    }

    private async Task StartAsync(Func<AgentOptions, AgentOptions> set)
    {
        _server = await TestServer.StartAsync(options => options with
        {
            Agents = set(options.Agents),
            Limits = options.Limits with { AttributesMax = 65_536 },
        });
        _scene = await AgentScene.CreateAsync(_server);
    }

    private async Task<string> ActivityAsync() =>
        (await _scene.Workspace.GetAsync($"/Workers/{_scene.Workspace.WorkerSid}")).String("activity_name");

    private async Task ShouldRouteAsync()
    {
        var task = (await _scene.Workspace.PostAsync("/Tasks", ("Attributes", "{}"))).ShouldBe(HttpStatusCode.Created);
        (await _scene.Workspace.PostAsync($"/Tasks/{task.Sid}", ("AssignmentStatus", "canceled")))
            .ShouldBe(HttpStatusCode.OK);
    }
}
