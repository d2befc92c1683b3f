using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using TaskRouter.Server.Tests.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Voice;

public sealed class VoiceTestsOnSqlite : VoiceTests
{
    private protected override Task<TestServer> StartAsync() => TestServer.StartAsync();
}

public sealed class VoiceTestsOnPostgres : VoiceTests
{
    private protected override async Task<TestServer> StartAsync() =>
        await TestServer.StartAsync(await TestPostgres.CreateAsync());
}

/// <summary>
/// Applications written for voice, run to their end without a telephony.
/// https://www.twilio.com/docs/taskrouter/api/reservations#reservation-instructions
/// </summary>
public abstract class VoiceTests : IAsyncLifetime
{
    private const string Url = "http://127.0.0.1:1/voice";

    private TestServer _server = null!;

    public static TheoryData<string, string> Accepting => new()
    {
        { "dequeue", "DequeueFrom=%2B15550100" },
        { "Conference", "" },
        { "call", $"CallFrom=1&CallUrl={Url}&CallAccept=true" },
        { "redirect", $"RedirectCallSid={VoiceScene.CallSid}&RedirectUrl={Url}&RedirectAccept=1" },
    };

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [MemberData(nameof(Accepting))]
    public async Task An_instruction_over_rest_answers_pending_and_is_accepted_afterwards(
        string instruction, string form)
    {
        var plain = await VoiceScene.CreateAsync(_server);
        var scene = await VoiceScene.CreateAsync(_server);

        (await plain.InstructAsync("accept")).ShouldBe(HttpStatusCode.OK);
        var answer = await scene.InstructAsync(
            instruction, QueryHelpers.ParseQuery(form).Select(pair => (pair.Key, pair.Value.ToString())).ToArray());

        answer.ShouldBe(HttpStatusCode.OK).String("reservation_status").ShouldBe("pending");
        var call = await scene.UntilCalledAsync();
        call.GetProperty("outcome").GetString().ShouldBe("accepted");
        call.GetProperty("instruction").GetString().ShouldBe(instruction.ToLowerInvariant());
        call.GetProperty("reservation_sid").GetString().ShouldBe(scene.ReservationSid);
        (await scene.StatusAsync()).ShouldBe("accepted");
        (await _server.GetAsync($"{scene.Path}/Tasks/{scene.TaskSid}")).String("assignment_status")
            .ShouldBe("assigned");
        (await scene.EventTypesAsync()).ShouldBe(await plain.EventTypesAsync());
    }

    [Theory]
    [InlineData("""{"instruction":"dequeue","from":"+15550100","timeout":30,"status_callback_events":"ringing"}""")]
    [InlineData("""{"instruction":"CONFERENCE","early_media":false,"max_participants":"3"}""")]
    [InlineData("""{"instruction":"call","from":"1","url":"http://127.0.0.1:1/","accept":true}""")]
    [InlineData(
        $$"""{"instruction":"redirect","call_sid":"{{VoiceScene.CallSid}}","url":"http://a/","accept":"true"}""")]
    public async Task An_instruction_in_a_callbacks_answer_is_accepted(string instruction)
    {
        await using var receiver = await VoiceScene.StartReceiverAsync();
        await using var plain = await HttpReceiver.StartAsync("""{"instruction":"accept"}""");
        var expected = await VoiceScene.CreateAsync(_server, callbackUrl: plain.Url);

        var scene = await VoiceScene.CreateAsync(
            _server, task: VoiceScene.WithAnswer(VoiceScene.Task, instruction), callbackUrl: receiver.Url);

        (await scene.UntilCalledAsync()).GetProperty("outcome").GetString().ShouldBe("accepted");
        (await scene.StatusAsync()).ShouldBe("accepted");
        await UntilAcceptedAsync(expected);
        (await scene.EventTypesAsync()).ShouldBe(await expected.EventTypesAsync());
        (await _server.GetAsync($"/ext/v1/Alerts?WorkspaceSid={scene.Path[^34..]}")).Items("alerts").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("call", $"CallFrom=1&CallUrl={Url}")]
    [InlineData("redirect", $"RedirectCallSid={VoiceScene.CallSid}&RedirectUrl={Url}&RedirectAccept=false")]
    public async Task What_does_not_ask_for_acceptance_leaves_the_reservation_pending(string instruction, string form)
    {
        var scene = await VoiceScene.CreateAsync(_server);

        await scene.InstructAsync(
            instruction, QueryHelpers.ParseQuery(form).Select(pair => (pair.Key, pair.Value.ToString())).ToArray());

        (await scene.UntilCalledAsync()).GetProperty("outcome").GetString().ShouldBe("connected");
        (await scene.StatusAsync()).ShouldBe("pending");
    }

    [Fact]
    public async Task A_call_shows_who_would_have_been_dialled_and_no_password()
    {
        var scene = await VoiceScene.CreateAsync(_server);
        var activity = (await _server.GetAsync($"{scene.Path}/Activities")).Items("activities")[0].GetProperty("sid")
            .GetString()!;

        await scene.InstructAsync(
            "conference",
            ("To", "sip:alice@example.com"),
            ("PostWorkActivitySid", activity),
            ("StatusCallbackEvent", "initiated"),
            ("StatusCallbackEvent", "Answered"),
            ("SipAuthUsername", "alice"),
            ("SipAuthPassword", "open sesame"),
            ("Muted", "TRUE"));

        var call = await scene.UntilCalledAsync();
        call.GetProperty("to").GetString().ShouldBe("sip:alice@example.com");
        call.GetProperty("from").GetString().ShouldBe("+15550199");
        call.GetProperty("worker_sid").GetString().ShouldBe(scene.WorkerSid);
        var parameters = call.GetProperty("parameters");
        Text(parameters, "status_callback_event").ShouldBe("initiated,answered");
        Text(parameters, "post_work_activity_sid").ShouldBe(activity);
        Text(parameters, "muted").ShouldBe("true");
        Text(parameters, "timeout").ShouldBe("60");
        Text(parameters, "sip_auth_username").ShouldBe("alice");
        parameters.TryGetProperty("sip_auth_password", out _).ShouldBeFalse();
        call.GetRawText().ShouldNotContain("sesame");
        var url = new Uri(call.GetProperty("url").GetString()!).AbsolutePath;
        (await _server.GetAsync(url)).ShouldBe(HttpStatusCode.OK).Text.ShouldBe(call.GetRawText());
        (await _server.GetAsAsync(TestServer.Basic(TestServer.OtherAccount), url))
            .ShouldBeError(HttpStatusCode.NotFound, 20404);
    }

    [Fact]
    public async Task Supervision_is_written_down_and_changes_nothing()
    {
        var scene = await VoiceScene.CreateAsync(_server);
        var carol = (await _server.PostAsync(
            $"{scene.Path}/Workers",
            ("FriendlyName", "Carol"),
            ("Attributes", """{"contact_uri":"client:carol"}"""))).Sid;
        var before = (await scene.InstructAsync("accept")).ShouldBe(HttpStatusCode.OK);

        var answer = await scene.InstructAsync("supervise", ("Supervisor", carol), ("SupervisorMode", "whisper"));

        answer.ShouldBe(HttpStatusCode.OK).Text.ShouldBe(before.Text);
        var call = await scene.UntilCalledAsync();
        Text(call, "outcome").ShouldBe("connected");
        Text(call, "to").ShouldBe("client:carol");
        Text(call.GetProperty("parameters"), "supervisor_mode").ShouldBe("whisper");
        (await _server.GetAsync(scene.ReservationPath)).Text.ShouldBe(before.Text);
    }

    [Fact]
    public async Task Calls_are_listed_newest_first_page_by_page()
    {
        var scene = await VoiceScene.CreateAsync(_server);
        for (var index = 0; index < 5; index++)
        {
            await scene.InstructAsync("call", ("CallFrom", $"+{index}"), ("CallUrl", Url));
            await _server.UntilAsync(scene.CallsPath, "calls", index + 1);
        }

        var seen = new List<string>();
        for (var path = $"{scene.CallsPath}?PageSize=2&TaskSid={scene.TaskSid}"; path is not null;)
        {
            var page = await _server.GetAsync(path);
            seen.AddRange(page.Items("calls").Select(call => Text(call, "from")));
            path = page.Json.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        seen.ShouldBe(["+4", "+3", "+2", "+1", "+0"]);
        (await _server.GetAsync($"{scene.CallsPath}?WorkerSid=WK{new string('0', 32)}")).Items("calls").ShouldBeEmpty();
    }

    private protected abstract Task<TestServer> StartAsync();

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString().ShouldNotBeNull();

    private static async Task UntilAcceptedAsync(VoiceScene scene)
    {
        for (var tries = 0; await scene.StatusAsync() != "accepted"; tries++)
        {
            tries.ShouldBeLessThan(600, "the reservation is not accepted");
            await Task.Delay(20);
        }
    }
}
