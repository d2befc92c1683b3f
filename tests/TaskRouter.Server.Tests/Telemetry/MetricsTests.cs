using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Server.Telemetry;
using TaskRouter.Server.Tests.Api;
using TaskRouter.Server.Tests.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Telemetry;

/// <summary>What <c>/metrics</c> says of a server that has done something, and to whom.</summary>
public sealed class MetricsTests
{
    private const string Applied = "taskrouter_commands_total{outcome=\"applied\"}";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_happens_is_counted()
    {
        await using var server = await TestServer.StartAsync();
        await using var receiver = await HttpReceiver.StartAsync("""{"instruction":"accept"}""");
        var workspace = await TestWorkspace.CreateAsync(server);
        await workspace.PostAsync($"/Workflows/{workspace.WorkflowSid}", ("AssignmentCallbackUrl", receiver.Url));
        var before = await ScrapeAsync(server);
        (await workspace.PostAsync("/Activities", ("FriendlyName", "Available"))).ShouldBe(HttpStatusCode.BadRequest);
        await workspace.PostAsync("/Workers", ("FriendlyName", "Bob"), ("ActivitySid", workspace.ActivitySid));
        await workspace.PostAsync("/Tasks");
        var after = await UntilAsync(
            server, scrape => scrape[Applied] >= before[Applied] + 3);

        // A worker, a task, and what was answered to the offer.
        after.ShouldAddUp();
        double Grown(string series) => after[series] - before[series];
        Grown(Applied).ShouldBe(3);
        Grown("taskrouter_batch_commands_sum").ShouldBe(3);
        Grown("taskrouter_commit_duration_seconds_count").ShouldBe(3);
        Grown("taskrouter_workers").ShouldBe(1);
        Grown("taskrouter_tasks").ShouldBe(1);
        Grown("taskrouter_reservations").ShouldBe(1);
        after["taskrouter_workspaces"].ShouldBe(1);
        after["taskrouter_inbox_commands"].ShouldBe(0);
        Grown("taskrouter_commands_total{outcome=\"refused\"}").ShouldBe(1);
        Grown("taskrouter_offer_delay_seconds_count").ShouldBe(1);
        Grown("taskrouter_callback_duration_seconds_count{kind=\"assignment\",outcome=\"answered\"}").ShouldBe(1);
        after.Types["taskrouter_commands_total"].ShouldBe("counter");
        after.Types["http_server_request_duration_seconds"].ShouldBe("histogram");
        after.Types.Keys.ShouldContain(name => name.StartsWith("dotnet_gc_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_that_nobody_takes_are_a_backlog_that_grows_older()
    {
        await using var server = await TestServer.StartAsync();
        var isAway = new TaskCompletionSource();
        await using var receiver = await HttpReceiver.StartAsync(_ => isAway.Task);
        (await server.PostAsync("/v1/Workspaces", ("FriendlyName", "One"), ("EventCallbackUrl", receiver.Url)))
            .ShouldBe(HttpStatusCode.Created);
        var events = (await server.GetAsync((await server.GetAsync("/v1/Workspaces")).Items("workspaces")[0]
            .GetProperty("links").GetProperty("events").GetString()!)).Items("events").Count;

        var waiting = await UntilAsync(server, scrape => scrape["taskrouter_outbox_lag_seconds"] >= 1);
        waiting["taskrouter_outbox_events"].ShouldBe(events);
        isAway.SetResult();

        var told = await UntilAsync(server, scrape => scrape["taskrouter_outbox_events"] is 0);
        told["taskrouter_outbox_lag_seconds"].ShouldBe(0);
        told["taskrouter_callback_duration_seconds_count{kind=\"event\",outcome=\"answered\"}"].ShouldBe(events);
    }

    [Fact]
    public async Task Only_the_servers_own_account_may_read_them()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.SendAsync(HttpMethod.Get, "/metrics", authorization: null);
        answer.ShouldBeError(HttpStatusCode.Unauthorized, 20003);
        (await server.GetAsAsync(TestServer.Basic(TestServer.OtherAccount), "/metrics"))
            .ShouldBeError(HttpStatusCode.NotFound, 20404);
        var mine = (await server.GetAsync("/metrics")).ShouldBe(HttpStatusCode.OK);
        mine.ContentHeaders.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
    }

    [Theory]
    [InlineData("Open", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("Off", HttpStatusCode.Unauthorized, HttpStatusCode.NotFound)]
    public async Task A_setting_opens_or_closes_them(string access, HttpStatusCode stranger, HttpStatusCode account)
    {
        await using var server = await TestServer.StartAsync(
            options => options with { Telemetry = new(Enum.Parse<MetricsAccess>(access)) });

        var unknown = await server.SendAsync(HttpMethod.Get, "/metrics", authorization: null);
        var known = await server.GetAsync("/metrics");

        (unknown.Status, known.Status).ShouldBe((stranger, account));
    }

    [Fact]
    public void Labels_are_escaped_and_series_are_bounded()
    {
        using var services = new ServiceCollection().AddTelemetry(new TelemetryOptions()).BuildServiceProvider();
        var table = services.GetRequiredService<MetricTable>();
        var meter = services.GetRequiredService<IMeterFactory>().Create(Instruments.MeterName);
        var counter = meter.CreateCounter<int>("test.things", "By", "Two\nlines \\ and \"more\"");
        counter.Add(2, new KeyValuePair<string, object?>("a.b", "x\"y\\z\nw"), new("n", 1.5));
        counter.Add(3, new KeyValuePair<string, object?>("a.b", "x\"y\\z\nw"), new("n", 1.5));
        counter.Add(1, new KeyValuePair<string, object?>("a.b", new string('x', 10_000)));
        for (var number = 0; number < 5_000; number++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("number", number));
        }

        var text = MetricText.Write(table.Read());

        text.ShouldContain("# HELP test_things_bytes_total Two\\nlines \\\\ and \"more\"\n");
        text.ShouldContain("# TYPE test_things_bytes_total counter\n");
        var scrape = new Scrape(text);
        scrape["test_things_bytes_total{a_b=\"x\\\"y\\\\z\\nw\",n=\"1.5\"}"].ShouldBe(5);
        var series = text.Split('\n').Count(line => line.StartsWith("test_things", StringComparison.Ordinal));
        series.ShouldBeLessThanOrEqualTo(1_001);
        scrape["test_things_bytes_total{overflow=\"true\"}"].ShouldBe(5_001 - (series - 2));
    }

    [Fact]
    public async Task The_document_lists_every_instrument_and_no_other()
    {
        await using var server = await TestServer.StartAsync();
        var rows = server.Services.GetRequiredService<MetricTable>().Read()
            .Where(family => family.Name.StartsWith("taskrouter_", StringComparison.Ordinal))
            .Select(family => $"`{family.Name}` | {TypeOf(family)} | {family.Description} |");

        Repository.Documents.Single(file => file.Path == "docs/metrics.md").Lines
            .Where(line => line.StartsWith("| `taskrouter.", StringComparison.Ordinal))
            .Select(line => line.Split(" | ", 2)[1])
            .ShouldBe(rows, ignoreOrder: true);
    }

    private static string TypeOf(MetricFamily family) =>
        family.Kind == MetricKind.Total ? "counter" : family.Kind.ToString().ToLowerInvariant();

    private static async Task<Scrape> UntilAsync(TestServer server, Func<Scrape, bool> condition)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            var scrape = await ScrapeAsync(server);
            if (condition(scrape))
            {
                return scrape;
            }

            watch.Elapsed.ShouldBeLessThan(Patience);
        }
    }

    private static async Task<Scrape> ScrapeAsync(TestServer server) => new((await server.GetAsync("/metrics")).Text);
}
