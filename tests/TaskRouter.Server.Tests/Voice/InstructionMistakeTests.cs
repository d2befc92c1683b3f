using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using TaskRouter.Server.Tests.Callbacks;
using TaskRouter.Server.Voice;
using Xunit;

namespace TaskRouter.Server.Tests.Voice;

/// <summary>
/// What is wrong with an instruction has the same code both ways: 400 over REST, and an alert after a callback. Either
/// way the reservation stays as it is. https://www.twilio.com/docs/api/errors
/// </summary>
public sealed class InstructionMistakeTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string NoContact = "{}";
    private const string Url = "http%3A%2F%2F127.0.0.1%3A1%2F";
    private const string UnknownActivity = "WA0123456789abcdef0123456789abcdef";

    /// <summary>Instruction, form, code, worker's attributes, task's attributes.</summary>
    public static TheoryData<string, string, int, string, string> Mistakes => new()
    {
        { "call", "CallFrom=1&CallUrl=" + Url, 40110, NoContact, VoiceScene.Task },
        { "call", "CallTo=%07&CallFrom=1&CallUrl=" + Url, 40110, VoiceScene.Worker, VoiceScene.Task },
        { "call", "CallUrl=" + Url, 40111, VoiceScene.Worker, VoiceScene.Task },
        { "call", "CallFrom=1", 40112, VoiceScene.Worker, VoiceScene.Task },
        { "call", "CallFrom=1&CallUrl=ftp%3A%2F%2Fhere%2F", 40112, VoiceScene.Worker, VoiceScene.Task },
        { "call", $"CallFrom=1&CallUrl={Url}&CallStatusCallbackUrl=", 40158, VoiceScene.Worker, VoiceScene.Task },
        { "call", $"CallFrom=1&CallUrl={Url}&CallTimeout=1000", 20001, VoiceScene.Worker, VoiceScene.Task },
        { "call", $"CallFrom=1&CallUrl={Url}&CallRecord=maybe", 20001, VoiceScene.Worker, VoiceScene.Task },
        { "redirect", "RedirectCallSid=" + VoiceScene.CallSid, 40120, VoiceScene.Worker, VoiceScene.Task },
        { "redirect", "RedirectUrl=" + Url, 40121, VoiceScene.Worker, VoiceScene.Task },
        { "redirect", "RedirectCallSid=CA1&RedirectUrl=" + Url, 40121, VoiceScene.Worker, VoiceScene.Task },
        {
            "dequeue", "DequeueFrom=1&DequeuePostWorkActivitySid=WA1", 40130, VoiceScene.Worker, VoiceScene.Task
        },
        {
            "dequeue", "DequeueFrom=1&DequeuePostWorkActivitySid=" + UnknownActivity, 40130, VoiceScene.Worker,
            VoiceScene.Task
        },
        { "dequeue", "DequeueFrom=1", 40131, NoContact, VoiceScene.Task },
        { "dequeue", "DequeueFrom=1", 40131, """{"contact_uri":7}""", VoiceScene.Task },
        { "dequeue", "DequeueTo=client%3Abob", 40132, VoiceScene.Worker, VoiceScene.Task },
        { "dequeue", "DequeueFrom=1&DequeueStatusCallbackEvent=sung", 40134, VoiceScene.Worker, VoiceScene.Task },
        { "dequeue", "DequeueFrom=1", 40140, VoiceScene.Worker, """{"from":"+1"}""" },
        { "dequeue", "DequeueFrom=1&DequeueStatusCallbackUrl=", 40157, VoiceScene.Worker, VoiceScene.Task },
        { "dequeue", "DequeueFrom=1&DequeueTimeout=0", 20001, VoiceScene.Worker, VoiceScene.Task },
        { "dequeue", "DequeueFrom=1&DequeueTimeout=601&DequeueTo=sip%3Aa%40b", 20001, NoContact, VoiceScene.Task },
        { "dequeue", "DequeueFrom=1&DequeueRecord=always", 20001, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "From=1", 40137, NoContact, VoiceScene.Task },
        { "conference", "From=%07", 40138, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "PostWorkActivitySid=WK1", 40139, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "", 40141, VoiceScene.Worker, """{"call_sid":"CA1"}""" },
        { "conference", "From=1", 40142, VoiceScene.Worker, """{"from":"+1"}""" },
        { "conference", "PostWorkActivitySid=" + UnknownActivity, 40143, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "StatusCallback=", 40159, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "MaxParticipants=251", 20001, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "Region=mars", 20001, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "Beep=loud", 20001, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "WaitMethod=PUT", 20001, VoiceScene.Worker, VoiceScene.Task },
        { "conference", "ConferenceStatusCallbackEvent=start%2Cdance", 20001, VoiceScene.Worker, VoiceScene.Task },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Over_rest_a_mistake_is_400_with_its_code(
        string instruction, string form, int code, string worker, string task)
    {
        var scene = await VoiceScene.CreateAsync(fixture.Server, worker, task);
        var parameters = QueryHelpers.ParseQuery(form).Select(pair => (pair.Key, pair.Value.ToString())).ToArray();

        var answer = await scene.InstructAsync(instruction, parameters);

        answer.ShouldBeError(HttpStatusCode.BadRequest, code);
        (await scene.StatusAsync()).ShouldBe("pending");
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task In_a_callbacks_answer_a_mistake_is_an_alert_with_its_code(
        string instruction, string form, int code, string worker, string task)
    {
        await using var receiver = await VoiceScene.StartReceiverAsync();
        var answer = JsonOf(instruction, form);

        var scene = await VoiceScene.CreateAsync(
            fixture.Server, worker, VoiceScene.WithAnswer(task, answer), receiver.Url);

        var alert = (await scene.UntilAlertsAsync()).Single();
        alert.GetProperty("error_code").GetString().ShouldBe($"{code}", alert.GetRawText());
        alert.GetProperty("resource_sid").GetString().ShouldBe(scene.ReservationSid);
        alert.GetProperty("response_body").GetString().ShouldBe(answer);
        (await scene.StatusAsync()).ShouldBe("pending");
    }

    [Theory]
    [InlineData("""{"instruction":"dequeue","from":"1","status_callback_url":7}""", 40157)]
    [InlineData("""{"instruction":"call","from":"1","url":"http://127.0.0.1/","status_callback_url":{}}""", 40158)]
    [InlineData("""{"instruction":"conference","status_callback":[]}""", 40159)]
    [InlineData("""{"instruction":"dequeue","from":15550100}""", 40132)]
    [InlineData("""{"instruction":"dequeue","from":"1","status_callback_events":[1]}""", 40134)]
    [InlineData("""{"instruction":"conference","max_participants":2.5}""", 20001)]
    [InlineData("""{"instruction":"conference","beep":1}""", 20001)]
    [InlineData("""{"instruction":"supervise","supervisor":"client:carol"}""", 55555)]
    public async Task A_value_of_the_wrong_type_is_an_alert_too(string answer, int code)
    {
        await using var receiver = await VoiceScene.StartReceiverAsync();

        var scene = await VoiceScene.CreateAsync(
            fixture.Server, task: VoiceScene.WithAnswer(VoiceScene.Task, answer), callbackUrl: receiver.Url);

        (await scene.UntilAlertsAsync()).Single().GetProperty("error_code").GetString().ShouldBe($"{code}");
        (await scene.StatusAsync()).ShouldBe("pending");
    }

    [Fact]
    public async Task A_text_that_is_no_unicode_is_an_alert_too()
    {
        await using var receiver = await HttpReceiver.StartAsync("""{"instruction":"conference","to":"\ud800"}""");

        var scene = await VoiceScene.CreateAsync(fixture.Server, callbackUrl: receiver.Url);

        (await scene.UntilAlertsAsync()).Single().GetProperty("error_code").GetString().ShouldBe("40137");
    }

    [Theory]
    [InlineData("call", "CallFrom=1&CallUrl=" + Url, 40114)]
    [InlineData("redirect", "RedirectCallSid=" + VoiceScene.CallSid + "&RedirectUrl=" + Url, 40123)]
    [InlineData("dequeue", "DequeueFrom=1", 40135)]
    [InlineData("conference", "", 40136)]
    public async Task A_reservation_that_is_not_pending_cannot_be_connected(string instruction, string form, int code)
    {
        var scene = await VoiceScene.CreateAsync(fixture.Server);
        (await scene.InstructAsync("accept")).ShouldBe(HttpStatusCode.OK);

        var answer = await scene.InstructAsync(
            instruction, QueryHelpers.ParseQuery(form).Select(pair => (pair.Key, pair.Value.ToString())).ToArray());

        answer.ShouldBeError(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Supervision_needs_a_call_that_goes_on_and_somebody_to_join_it()
    {
        var server = fixture.Server;
        var scene = await VoiceScene.CreateAsync(server);
        var below = $"{scene.Path}/Workers/{scene.WorkerSid}/Reservations/{scene.ReservationSid}";
        var supervisor = ("Supervisor", "client:carol");
        (await scene.InstructAsync("supervise", supervisor)).ShouldBeError(HttpStatusCode.BadRequest, 40146);
        await scene.InstructAsync("accept");

        (await scene.InstructAsync("supervise")).ShouldBeError(HttpStatusCode.BadRequest, 40147);
        var carol = (await server.PostAsync($"{scene.Path}/Workers", ("FriendlyName", "Carol"))).Sid;
        (await scene.InstructAsync("supervise", ("Supervisor", carol))).ShouldBeError(HttpStatusCode.BadRequest, 40147);
        (await scene.InstructAsync("supervise", supervisor, ("SupervisorMode", "shout")))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await server.PostAsync(below, ("Instruction", "supervise"), supervisor))
            .ShouldBeError(HttpStatusCode.BadRequest, 55555);
        await server.PostAsync($"{scene.Path}/Tasks/{scene.TaskSid}", ("Attributes", "{}"));
        (await scene.InstructAsync("supervise", supervisor)).ShouldBeError(HttpStatusCode.BadRequest, 40148);
        await scene.InstructAsync("accept");
        (await server.GetAsync(scene.CallsPath)).Items("calls").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stale_version_is_refused_and_connects_nobody()
    {
        var scene = await VoiceScene.CreateAsync(fixture.Server);

        (await fixture.Server.PostIfAsync(
            "\"99\"", scene.ReservationPath, ("Instruction", "dequeue"), ("DequeueFrom", "1")))
            .ShouldBeError(HttpStatusCode.PreconditionFailed, 20412);

        (await scene.StatusAsync()).ShouldBe("pending");
        (await fixture.Server.GetAsync(scene.CallsPath)).Items("calls").ShouldBeEmpty();
    }

    /// <summary>The same as the answer to a callback: each parameter under its key.</summary>
    private static string JsonOf(string instruction, string form)
    {
        var answer = new Dictionary<string, string>(StringComparer.Ordinal) { ["instruction"] = instruction };
        var takes = InstructionReader.Find(instruction)!.Takes;
        foreach (var (name, value) in QueryHelpers.ParseQuery(form))
        {
            answer[takes.Single(parameter => parameter.Name == name).Key] = value.ToString();
        }

        return JsonSerializer.Serialize(answer);
    }
}
