using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Shouldly;
using TaskRouter.Server.Callbacks;
using TaskRouter.Server.Tests.Callbacks;
using TaskRouter.Server.Tests.Voice;
using Xunit;

namespace TaskRouter.Server.Tests.Alerts;

public sealed class AlertsTestsOnSqlite : AlertsTests
{
    private protected override Task<TestPostgres?> CreateDatabaseAsync() => Task.FromResult<TestPostgres?>(null);
}

public sealed class AlertsTestsOnPostgres : AlertsTests
{
    private protected override async Task<TestPostgres?> CreateDatabaseAsync() => await TestPostgres.CreateAsync();
}

/// <summary>What a whole server writes down when nobody waits for an answer, and how it is read.</summary>
public abstract class AlertsTests : IAsyncLifetime
{
    private const string Nobody = "http://127.0.0.1:1/assign?key=secret";

    private static readonly string[] Keys =
    [
        "account_sid", "alert_text", "date_created", "date_generated", "error_code", "log_level", "more_info",
        "request_method", "request_url", "request_variables", "resource_sid", "response_body", "response_headers",
        "service_sid", "sid", "url",
    ];

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(await CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("""{"instruction":"accept"}""", "text/html", 40000, "error")]
    [InlineData("""{"instruction":""", "application/json", 40001, "warning")]
    [InlineData("""{"what":"accept"}""", "application/json", 40005, "warning")]
    [InlineData("""{"instruction":"dance"}""", "application/json", 55555, "error")]
    [InlineData("""{"instruction":"reject","activity_sid":"WA1"}""", "application/json", 40100, "error")]
    [InlineData(
        """{"instruction":"reject","activity_sid":"WA0123456789abcdef0123456789abcdef"}""", "application/json", 40100,
        "error")]
    public async Task An_answer_that_cannot_be_obeyed_is_an_alert(string body, string type, int code, string level)
    {
        await using var receiver = await HttpReceiver.StartAsync(context =>
        {
            context.Response.ContentType = type;
            context.Response.Headers.SetCookie = "session=secret";
            return context.Response.WriteAsync(body);
        });
        var url = receiver.Url.Replace("//", "//user:secret@", StringComparison.Ordinal);

        var scene = await VoiceScene.CreateAsync(_server, callbackUrl: $"{url}/assign?key=secret#rc=0");

        var alert = (await scene.UntilAlertsAsync()).Single();
        alert.EnumerateObject().Select(property => property.Name).ShouldBe(Keys, ignoreOrder: true);
        Text(alert, "error_code").ShouldBe($"{code}");
        Text(alert, "log_level").ShouldBe(level);
        Text(alert, "more_info").ShouldBe($"https://www.twilio.com/docs/errors/{code}");
        Text(alert, "account_sid").ShouldBe($"{TestServer.Account.Sid}");
        Text(alert, "service_sid").ShouldBe(scene.Path[^34..]);
        Text(alert, "resource_sid").ShouldBe(scene.ReservationSid);
        Text(alert, "request_method").ShouldBe("POST");
        Text(alert, "request_url").ShouldBe($"{receiver.Url}/assign");
        Text(alert, "request_variables").ShouldContain($"ReservationSid={scene.ReservationSid}");
        Text(alert, "response_body").ShouldBe(body);
        Text(alert, "response_headers").ShouldContain($"Content-Type={Uri.EscapeDataString(type)}");
        alert.GetRawText().ShouldNotContain("secret");
        alert.GetRawText().ShouldNotContain(TestServer.Account.AuthToken);
        (await scene.StatusAsync()).ShouldBe("pending");
        var answer = await _server.GetAsync(new Uri(Text(alert, "url")).AbsolutePath);
        answer.ShouldBe(HttpStatusCode.OK).Text.ShouldBe(alert.GetRawText());
    }

    [Fact]
    public async Task When_both_urls_fail_there_is_an_alert_for_each()
    {
        await using var sick = await HttpReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return context.Response.WriteAsync("the database of this application is away");
        });
        var scene = await VoiceScene.CreateAsync(
            _server, callbackUrl: $"{sick.Url}/a?key=secret", fallbackUrl: Nobody);

        var alerts = await scene.UntilAlertsAsync(2);

        alerts.Select(alert => Text(alert, "error_code")).ShouldBe(["11205", "11200"]);
        Text(alerts[1], "alert_text").ShouldContain("fallback");
        Text(alerts[1], "response_body").ShouldBe("the database of this application is away");
        Text(alerts[0], "alert_text").ShouldContain("stays pending");
        Text(alerts[0], "request_url").ShouldBe("http://127.0.0.1:1/assign");
        Text(alerts[0], "request_variables").ShouldContain($"ErrorUrl={Uri.EscapeDataString($"{sick.Url}/a")}");
        alerts[0].GetProperty("response_headers").ValueKind.ShouldBe(JsonValueKind.Null);
        alerts.ShouldAllBe(alert => !alert.GetRawText().Contains("secret"));
    }

    [Fact]
    public async Task An_event_that_is_given_up_is_an_alert()
    {
        var workspace = (await _server.PostAsync(
            "/v1/Workspaces", ("FriendlyName", "Events"), ("EventCallbackUrl", Nobody))).Sid;
        var created = (await _server.GetAsync($"/v1/Workspaces/{workspace}/Events")).Items("events")[^1];

        var alert = (await _server.UntilAsync($"/ext/v1/Alerts?WorkspaceSid={workspace}", "alerts"))[^1];

        Text(alert, "error_code").ShouldBe("11205");
        Text(alert, "resource_sid").ShouldBe(Text(created, "sid"));
        Text(alert, "request_variables").ShouldContain("EventType=workspace.created");
        alert.GetRawText().ShouldNotContain("secret");
    }

    [Fact]
    public async Task Events_that_are_tried_again_and_again_are_two_alerts()
    {
        await using var server = await TestServer.StartAsync(await CreateDatabaseAsync(), options => options with
        {
            EventCallbacks = new EventCallbackOptions
            {
                IsPersistent = true,
                RetryPauseMin = TimeSpan.FromMilliseconds(10),
                FailureMax = TimeSpan.FromMilliseconds(300),
            },
        });
        await server.PostAsync("/v1/Workspaces", ("FriendlyName", "Events"), ("EventCallbackUrl", Nobody));

        var alerts = await server.UntilAsync("/ext/v1/Alerts", "alerts", 2);

        alerts.Count.ShouldBe(2);
        Text(alerts[1], "alert_text").ShouldContain("trying again");
        Text(alerts[0], "alert_text").ShouldContain("stopped");
    }

    [Fact]
    public async Task A_known_worker_who_cannot_be_routed_to_is_an_alert()
    {
        var scene = await VoiceScene.CreateAsync(_server);
        var empty = (await _server.PostAsync(
            $"{scene.Path}/TaskQueues", ("FriendlyName", "Empty"), ("TargetWorkers", "1 == 2"))).Sid;
        var workflow = (await _server.PostAsync(
            $"{scene.Path}/Workflows",
            ("FriendlyName", "Known"),
            ("Configuration", $$$"""
                {"task_routing":{"filters":[{"expression":"1 == 1","targets":[
                    {"queue":"{{{empty}}}","known_worker_sid":"task.agent","timeout":60}]}]}}
                """))).ShouldBe(HttpStatusCode.Created).Sid;
        async Task<string> AddAsync(string attributes) => (await _server.PostAsync(
            $"{scene.Path}/Tasks", ("WorkflowSid", workflow), ("Attributes", attributes))).Sid;

        await AddAsync("""{"agent":null}""");
        var strange = await AddAsync("{}");
        var known = await AddAsync($$"""{"agent":"{{scene.WorkerSid}}"}""");

        var alerts = await scene.UntilAlertsAsync(2);
        alerts.Select(alert => (Text(alert, "error_code"), Text(alert, "resource_sid")))
            .ShouldBe([("40152", known), ("40154", strange)]);
        alerts[0].GetProperty("request_url").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_password_in_an_answer_is_not_kept_and_a_long_answer_not_whole()
    {
        var answer = """{"instruction":"conference","sip_auth_password":"open \"sesame\"","to":"\u0007","x":"""
            + $"\"{new string('x', 9_000)}\"}}";
        await using var receiver = await HttpReceiver.StartAsync(answer);

        var scene = await VoiceScene.CreateAsync(_server, callbackUrl: receiver.Url);

        var alert = (await scene.UntilAlertsAsync()).Single();
        Text(alert, "error_code").ShouldBe("40137");
        var body = Text(alert, "response_body");
        body.ShouldStartWith("""{"instruction":"conference","sip_auth_password":***,"to":""");
        body.ShouldNotContain("sesame");
        body.Length.ShouldBe(4_096);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_not_keep_an_alert_from_being_written()
    {
        await using var receiver = await HttpReceiver.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(new byte[] { 0, 0xFF, (byte)'{' }).AsTask();
        });

        var scene = await VoiceScene.CreateAsync(_server, callbackUrl: receiver.Url);

        Text((await scene.UntilAlertsAsync()).Single(), "response_body").ShouldBe("\uFFFD\uFFFD{");
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_pages_follow_one_another()
    {
        await using var receiver = await HttpReceiver.StartAsync("""{"what":1}""");
        var first = await VoiceScene.CreateAsync(_server, callbackUrl: receiver.Url, fallbackUrl: "");
        var seen = (await first.UntilAlertsAsync()).Single();
        var others = new List<VoiceScene>();
        for (var index = 0; index < 4; index++)
        {
            others.Add(await VoiceScene.CreateAsync(_server, callbackUrl: Nobody));
            await others[^1].UntilAlertsAsync();
        }

        async Task<string[]> List(string filter) => [.. (await _server.GetAsync($"/ext/v1/Alerts?{filter}"))
            .Items("alerts").Select(alert => Text(alert, "sid"))];
        var all = await List("");
        all.Length.ShouldBe(5);
        (await List("LogLevel=WARNING")).ShouldBe([Text(seen, "sid")]);
        (await List("LogLevel=error")).ShouldBe(all[..4]);
        (await List("ErrorCode=40005")).ShouldBe([Text(seen, "sid")]);
        (await List($"WorkspaceSid={others[0].Path[^34..]}")).ShouldBe([all[3]]);
        (await List("EndDate=2020-01-01T00:00:00Z")).ShouldBeEmpty();
        (await List("StartDate=2020-01-01T00:00:00Z&EndDate=9999-12-31")).ShouldBe(all);
        (await List("StartDate=9999-12-31")).ShouldBeEmpty();
        (await List($"EndDate={Text(seen, "date_created")}")).ShouldContain(Text(seen, "sid"));
        (await _server.GetAsync("/ext/v1/Alerts?LogLevel=loud")).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.GetAsync("/ext/v1/Alerts?LogLevel=0")).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await _server.GetAsync("/ext/v1/Alerts?StartDate=2020-01-02&EndDate=2020-01-01"))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);

        var pages = new List<string>();
        var backwards = "";
        for (var path = "/ext/v1/Alerts?PageSize=2"; path is not null;)
        {
            var page = await _server.GetAsync(path);
            pages.AddRange(page.Items("alerts").Select(alert => Text(alert, "sid")));
            backwards = page.Json.GetProperty("meta").GetProperty("previous_page_url").GetString() ?? "";
            path = page.Json.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        pages.ShouldBe(all);
        (await _server.GetAsync(backwards)).Items("alerts").Select(alert => Text(alert, "sid")).ShouldBe(all[2..4]);
    }

    [Fact]
    public async Task Another_accounts_alerts_are_not_there()
    {
        var scene = await VoiceScene.CreateAsync(_server, callbackUrl: Nobody);
        var sid = Text((await scene.UntilAlertsAsync()).Single(), "sid");
        var other = TestServer.Basic(TestServer.OtherAccount);

        (await _server.GetAsAsync(other, $"/ext/v1/Alerts/{sid}")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await _server.GetAsAsync(other, "/ext/v1/Alerts")).Items("alerts").ShouldBeEmpty();
        (await _server.GetAsync("/ext/v1/Alerts/junk")).ShouldBeError(HttpStatusCode.NotFound, 20404);
    }

    private protected abstract Task<TestPostgres?> CreateDatabaseAsync();

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString().ShouldNotBeNull();
}
