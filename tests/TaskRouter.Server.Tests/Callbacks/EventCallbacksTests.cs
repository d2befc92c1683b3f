using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Shouldly;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

public sealed class EventCallbacksTestsOnSqlite : EventCallbacksTests
{
    private protected override Task<TestPostgres?> CreateDatabaseAsync() => Task.FromResult<TestPostgres?>(null);
}

public sealed class EventCallbacksTestsOnPostgres : EventCallbacksTests
{
    private protected override async Task<TestPostgres?> CreateDatabaseAsync() => await TestPostgres.CreateAsync();
}

/// <summary>
/// Events told by a whole server to real receivers. https://www.twilio.com/docs/taskrouter/api/event#event-callbacks
/// </summary>
public abstract class EventCallbacksTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly EventCallbackOptions Persistent = new()
    {
        IsPersistent = true,
        RetryPauseMin = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public async Task Every_event_is_told_once_in_order_and_signed()
    {
        await using var server = await StartAsync();
        await using var receiver = await HttpReceiver.StartAsync(Ok);
        var workspace = await CreateAsync(server, $"{receiver.Url}/events?x=1#rt=9000", "Template", "FIFO");
        await server.PostAsync($"{workspace}/Tasks", ("Attributes", "{\"name\":\"Zoë & Sons\"}"));

        var log = await LogAsync(server, workspace);
        await UntilAsync(() => receiver.Calls.Count >= log.Count);

        receiver.Calls.Select(call => call.Form["Sid"]).ShouldBe(log.Select(row => Text(row, "sid")));
        foreach (var (call, row) in receiver.Calls.Zip(log))
        {
            call.Url.ShouldBe($"{receiver.Url}/events?x=1");
            call.Headers["Content-Type"].ShouldStartWith("application/x-www-form-urlencoded");
            call.Headers["X-Twilio-Signature"].ShouldBe(
                RequestSignature.Compute(TestServer.Account.AuthToken, call.Url, call.Form));
            call.Headers["I-Twilio-Idempotency-Token"].Replace("-", "", StringComparison.Ordinal)
                .ShouldBe(call.Form["Sid"][2..]);
            call.Form.ShouldBe(FormOf(row), ignoreOrder: true);
        }
    }

    [Fact]
    public async Task A_filter_lets_through_the_types_it_names()
    {
        await using var server = await StartAsync();
        await using var receiver = await HttpReceiver.StartAsync(Ok);
        var workspace = await CreateAsync(
            server, receiver.Url, "EventsFilter", "Worker.Created, no.such.event , worker.deleted");
        var worker = (await server.PostAsync($"{workspace}/Workers", ("FriendlyName", "Alice"))).Sid;
        await server.PostAsync($"{workspace}/Workers/{worker}", ("Attributes", "{\"a\":1}"));
        await server.DeleteAsync($"{workspace}/Workers/{worker}");

        await UntilAsync(() => receiver.Calls.Count >= 2);

        receiver.Calls.Select(call => call.Form["EventType"]).ShouldBe(["worker.created", "worker.deleted"]);
    }

    [Fact]
    public async Task A_receiver_that_is_named_later_hears_nothing_of_what_was_before()
    {
        await using var server = await StartAsync();
        await using var receiver = await HttpReceiver.StartAsync(Ok);
        var workspace = await CreateAsync(server, "");
        await server.PostAsync(workspace, ("EventCallbackUrl", receiver.Url));
        await server.PostAsync($"{workspace}/Workers", ("FriendlyName", "Alice"));
        await UntilAsync(() => receiver.Calls.Count >= 2);
        await server.PostAsync(workspace, ("EventCallbackUrl", ""));
        await server.PostAsync($"{workspace}/Workers", ("FriendlyName", "Bob"));
        await server.PostAsync(workspace, ("EventCallbackUrl", receiver.Url));

        await UntilAsync(() => receiver.Calls.Count >= 3);
        receiver.Calls.Select(call => (call.Form["EventType"], call.Form.GetValueOrDefault("WorkerName"))).ShouldBe(
            [("workspace.updated", null), ("worker.created", "Alice"), ("workspace.updated", null)]);
    }

    [Fact]
    public async Task What_was_before_the_receiver_had_a_URL_is_told_when_asked_for()
    {
        await using var server = await StartAsync();
        await using var receiver = await HttpReceiver.StartAsync(Ok);
        var workspace = await CreateAsync(server, "");
        await server.PostAsync(workspace, ("EventCallbackUrl", receiver.Url));
        await UntilAsync(() => !receiver.Calls.IsEmpty);
        var log = await LogAsync(server, workspace);
        receiver.Calls.Clear();

        var asked = (await server.PostAsync(Deliveries(workspace), ("FromEventSid", Text(log[0], "sid"))))
            .ShouldBe(HttpStatusCode.Created);
        await UntilStateAsync(server, workspace, "current");

        asked.Json.GetProperty("last_sequence").GetInt64().ShouldBe(log.Count);
        receiver.Calls.Select(call => call.Form["Sid"]).ShouldBe(log.Select(row => Text(row, "sid")));
        (await LogAsync(server, workspace)).Count.ShouldBe(log.Count);
    }

    [Fact]
    public async Task An_event_that_is_refused_is_given_up_and_the_next_one_follows()
    {
        await using var server = await StartAsync();
        await using var receiver = await HttpReceiver.StartAsync(Status(500));
        var workspace = await CreateAsync(server, receiver.Url);
        var log = await LogAsync(server, workspace);

        await UntilAsync(() => receiver.Calls.Count >= log.Count);

        receiver.Calls.Select(call => call.Form["Sid"]).ShouldBe(log.Select(row => Text(row, "sid")));
    }

    [Fact]
    public async Task A_persistent_delivery_repeats_an_event_until_it_is_taken()
    {
        await using var server = await StartAsync(Persistent);
        var tries = 0;
        await using var receiver = await HttpReceiver.StartAsync(
            context => Status(Interlocked.Increment(ref tries) % 3 == 0 ? 204 : 500)(context));
        var workspace = await CreateAsync(server, receiver.Url);
        var log = await LogAsync(server, workspace);

        await UntilAsync(() => receiver.Calls.Count >= 3 * log.Count);

        receiver.Calls.Select(call => call.Form["Sid"]).ShouldBe(
            log.SelectMany(row => Enumerable.Repeat(Text(row, "sid"), 3)));
        receiver.Calls.GroupBy(call => call.Form["Sid"]).ShouldAllBe(
            same => same.Select(call => call.Headers["I-Twilio-Idempotency-Token"]).Distinct().Count() == 1);
        (await UntilStateAsync(server, workspace, "current")).GetProperty("lag").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_delivery_that_fails_for_too_long_stops_and_goes_on_from_where_it_is_asked_to()
    {
        await using var server = await StartAsync(Persistent with { FailureMax = TimeSpan.FromMilliseconds(100) });
        var status = 503;
        await using var receiver = await HttpReceiver.StartAsync(context => Status(status)(context));
        var workspace = await CreateAsync(server, receiver.Url);
        var log = await LogAsync(server, workspace);

        var stopped = await UntilStateAsync(server, workspace, "stopped");
        stopped.GetProperty("lag").GetInt64().ShouldBe(log.Count);
        Text(stopped, "next_event_sid").ShouldBe(Text(log[0], "sid"));
        Text(stopped, "error").ShouldBe("status 503");
        receiver.Calls.ShouldAllBe(call => call.Form["Sid"] == Text(log[0], "sid"));

        status = 200;
        receiver.Calls.Clear();
        (await server.PostAsync(Deliveries(workspace), ("FromEventSid", Text(log[2], "sid"))))
            .ShouldBe(HttpStatusCode.Created);
        await UntilStateAsync(server, workspace, "current");

        receiver.Calls.Select(call => call.Form["Sid"]).ShouldBe(log.Skip(2).Select(row => Text(row, "sid")));
    }

    [Fact]
    public async Task Only_an_event_of_a_workspace_with_a_receiver_can_be_replayed()
    {
        await using var server = await StartAsync();
        var workspace = await CreateAsync(server, "");
        var sid = Text((await LogAsync(server, workspace))[0], "sid");

        Text((await server.GetAsync(Deliveries(workspace))).ShouldBe(HttpStatusCode.OK).Json, "state").ShouldBe("off");
        foreach (var from in new[] { sid, "EV00000000000000000000000000000000", "WT0" })
        {
            (await server.PostAsync(Deliveries(workspace), ("FromEventSid", from)))
                .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        }

        (await server.PostAsync(Deliveries(workspace))).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await server.GetAsync("/ext/v1/Workspaces/WS0/EventDeliveries"))
            .ShouldBeError(HttpStatusCode.NotFound, 20404);
    }

    [Fact]
    public async Task Bad_receivers_delay_nobody_else()
    {
        await using var server = await StartAsync();
        await using var hanging = await HttpReceiver.StartAsync(HttpReceiver.HangAsync);
        await using var failing = await HttpReceiver.StartAsync(Status(500));
        await using var redirecting = await HttpReceiver.StartAsync(context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        await using var endless = await HttpReceiver.StartAsync(EndlessAsync);
        await using var good = await HttpReceiver.StartAsync(Ok);
        string[] bad = [hanging.Url, failing.Url, redirecting.Url, endless.Url, "http://127.0.0.1:1"];
        foreach (var url in bad.SelectMany(url => Enumerable.Repeat(url, 4)))
        {
            await CreateAsync(server, url);
        }

        var watch = Stopwatch.StartNew();
        var workspace = await CreateAsync(server, good.Url);
        var log = await LogAsync(server, workspace);
        await UntilAsync(() => good.Calls.Count >= log.Count);

        // The one that hangs takes fifteen seconds for each event, and has four workspaces with several.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        good.Calls.Select(call => call.Form["Sid"]).ShouldBe(log.Select(row => Text(row, "sid")));
        redirecting.Calls.ShouldAllBe(call => !call.Url.EndsWith("/elsewhere", StringComparison.Ordinal));
        await UntilAsync(() => endless.Calls.Count >= log.Count);
    }

    private protected abstract Task<TestPostgres?> CreateDatabaseAsync();

    private async Task<TestServer> StartAsync(EventCallbackOptions? options = null) => await TestServer.StartAsync(
        await CreateDatabaseAsync(),
        all => all with { EventCallbacks = options ?? new EventCallbackOptions() });

    private static async Task<string> CreateAsync(
        TestServer server, string url, string name = "EventsFilter", string value = "")
    {
        var answer = await server.PostAsync(
            "/v1/Workspaces",
            ("FriendlyName", $"{Guid.NewGuid()}"),
            ("EventCallbackUrl", url),
            (name, value));
        return $"/v1/Workspaces/{answer.ShouldBe(HttpStatusCode.Created).Sid}";
    }

    private static string Deliveries(string workspace) => $"/ext{workspace}/EventDeliveries";

    /// <summary>What has happened so far, oldest first.</summary>
    private static async Task<IReadOnlyList<JsonElement>> LogAsync(TestServer server, string workspace) =>
        [.. (await server.GetAsync($"{workspace}/Events?PageSize=1000")).Items("events").Reverse()];

    private static Dictionary<string, string> FormOf(JsonElement row) => row.GetProperty("event_data")
        .EnumerateObject()
        .ToDictionary(
            field => string.Concat(field.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])),
            field => field.Value.GetString()!);

    private static async Task<JsonElement> UntilStateAsync(TestServer server, string workspace, string state)
    {
        JsonElement deliveries = default;
        await UntilAsync(async () =>
        {
            deliveries = (await server.GetAsync(Deliveries(workspace))).ShouldBe(HttpStatusCode.OK).Json;
            return Text(deliveries, "state") == state;
        });
        return deliveries;
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var watch = Stopwatch.StartNew(); !await condition();)
        {
            watch.Elapsed.ShouldBeLessThan(Patience);
            await Task.Delay(20);
        }
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static Task Ok(HttpContext context) => Status(204)(context);

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static async Task EndlessAsync(HttpContext context)
    {
        var block = new byte[64 * 1024];
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(block).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
