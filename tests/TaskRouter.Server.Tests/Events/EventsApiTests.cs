using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Events;

public sealed class EventsApiTestsOnSqlite(ServerFixture fixture)
    : EventsApiTests(fixture.Server), IClassFixture<ServerFixture>;

public sealed class EventsApiTestsOnPostgres(PostgresServerFixture fixture)
    : EventsApiTests(fixture.Server), IClassFixture<PostgresServerFixture>;

/// <summary>https://www.twilio.com/docs/taskrouter/api/event</summary>
public abstract class EventsApiTests
{
    private readonly TestServer _server;

    private protected EventsApiTests(TestServer server) => _server = server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_has_every_field_of_the_contract()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        var happened = (await ListAsync(workspace, "?EventType=task.created")).ShouldHaveSingleItem();

        happened.EnumerateObject().Select(field => field.Name).ShouldBe(
        [
            "account_sid", "actor_sid", "actor_type", "actor_url", "description", "event_data", "event_date",
            "event_date_ms", "event_type", "resource_sid", "resource_type", "resource_url", "sid", "source",
            "source_ip_address", "workspace_sid", "url",
        ]);
        Text(happened, "actor_sid").ShouldBe(TestServer.Account.Sid.ToString());
        Text(happened, "actor_type").ShouldBe("account");
        Text(happened, "actor_url").ShouldBe($"{Origin}/2010-04-01/Accounts/{TestServer.Account.Sid}");
        Text(happened, "source_ip_address").ShouldBe("127.0.0.1");
        Text(happened, "source").ShouldBe("twilio");
        Text(happened, "resource_url").ShouldBe($"{Origin}{workspace.Path}/Tasks/{workspace.TaskSid}");
        var data = happened.GetProperty("event_data");
        data.EnumerateObject().ShouldAllBe(field => field.Value.ValueKind == JsonValueKind.String);
        Text(data, "task_attributes").ShouldBe("{\"type\":\"support\"}");
        Text(data, "timestamp_ms").ShouldBe(happened.GetProperty("event_date_ms").GetRawText());
        (await _server.GetAsync(Text(happened, "url"))).ShouldBe(HttpStatusCode.OK)
            .Text.ShouldBe(happened.GetRawText());
    }

    [Fact]
    public async Task What_nobody_asked_for_is_the_workspaces_own_doing()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        var offer = (await ListAsync(workspace, "?EventType=reservation.created")).ShouldHaveSingleItem();

        Text(offer, "actor_sid").ShouldBe(workspace.Sid);
        Text(offer, "actor_type").ShouldBe("workspace");
        Text(offer, "actor_url").ShouldBe($"{Origin}{workspace.Path}");
        offer.GetProperty("source_ip_address").ValueKind.ShouldBe(JsonValueKind.Null);
        Text(offer, "resource_url").ShouldBe(
            $"{Origin}{workspace.Path}/Tasks/{workspace.TaskSid}/Reservations/{workspace.ReservationSid}");
    }

    [Fact]
    public async Task Every_resource_url_leads_to_its_resource()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        foreach (var url in (await ListAsync(workspace, "")).Select(row => Text(row, "resource_url")).Distinct())
        {
            (await _server.GetAsync(url)).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Filters_narrow_the_list()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var all = await ListAsync(workspace, "");
        var task = await ListAsync(workspace, $"?TaskSid={workspace.TaskSid}");

        task.Select(row => Text(row, "event_type")).ShouldBe(
        [
            "reservation.created", "task-queue.entered", "workflow.target-matched", "workflow.entered", "task.created",
        ]);
        await ShouldList("reservation.created", $"ReservationSid={workspace.ReservationSid}");
        await ShouldList("reservation.created worker.created", $"WorkerSid={workspace.WorkerSid}");
        await ShouldList("task.created", $"EventType=task.created&TaskSid={workspace.TaskSid}");
        await ShouldList("", $"EventType=task.created&ReservationSid={workspace.ReservationSid}");
        await ShouldList("workflow.created", $"EventType=workflow.created&WorkflowSid={workspace.WorkflowSid}");
        await ShouldList("task-queue.created", $"EventType=task-queue.created&TaskQueueSid={workspace.QueueSid}");
        await ShouldList("task.created", "EventType=task.created&TaskChannel=DEFAULT");
        await ShouldList("task.created", $"EventType=task.created&TaskChannel={workspace.ChannelSid}");
        await ShouldList("", "TaskChannel=nowhere");
        await ShouldList("", "EventType=nothing.happened");
        await ShouldList("workspace.created", $"Sid={Text(all[^1], "sid")}");

        async Task ShouldList(string types, string query) =>
            string.Join(' ', (await ListAsync(workspace, $"?{query}")).Select(row => Text(row, "event_type")))
                .ShouldBe(types, query);
    }

    [Fact]
    public async Task A_reservations_events_outlive_its_task()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        (await _server.DeleteAsync($"{workspace.Path}/Tasks/{workspace.TaskSid}")).ShouldBe(HttpStatusCode.NoContent);

        (await ListAsync(workspace, $"?ReservationSid={workspace.ReservationSid}"))
            .Select(row => Text(row, "event_type")).ShouldContain("reservation.created");
    }

    [Fact]
    public async Task A_window_is_the_last_fifteen_minutes_or_what_is_asked_for()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        await AgeAsync(workspace, TimeSpan.FromMinutes(20));
        await workspace.PostAsync("/Tasks");
        var old = (await ListAsync(workspace, "?Minutes=60&EventType=worker.created")).ShouldHaveSingleItem();
        var at = Text(old, "event_date");

        (await CountAsync("")).ShouldBe(1);
        (await CountAsync("&Minutes=15")).ShouldBe(1);
        (await CountAsync("&Minutes=30")).ShouldBe(2);
        (await CountAsync($"&StartDate={at}")).ShouldBe(2);
        (await CountAsync($"&EndDate={DateTimeOffset.UtcNow.AddMinutes(-10):yyyy-MM-ddTHH:mm:ssZ}")).ShouldBe(1);
        (await CountAsync($"&StartDate=2020-01-01&EndDate={at}")).ShouldBe(1);
        (await CountAsync("&EndDate=0001-01-01")).ShouldBe(0);
        (await ListAsync(workspace, $"?Sid={Text(old, "sid")}")).ShouldHaveSingleItem();
        (await workspace.GetAsync($"/Events/{Text(old, "sid")}")).ShouldBe(HttpStatusCode.OK);

        async Task<int> CountAsync(string query) =>
            (await ListAsync(workspace, $"?EventType=task.created{query}")).Count;
    }

    [Fact]
    public async Task Both_ends_of_a_window_belong_to_it_as_dates_are_shown()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        await AgeAsync(workspace, new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

        (await CountAsync("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")).ShouldBe(1);
        (await CountAsync("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z")).ShouldBe(1);
        (await CountAsync("2026-01-02T03:04:05.678000000Z", "2026-01-02T03:04:05.678999999Z")).ShouldBe(1);
        (await CountAsync("2026-01-02T03:04:05.6780001234Z", "2026-01-02T03:04:06Z")).ShouldBe(0);
        (await CountAsync("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.677Z")).ShouldBe(0);
        (await CountAsync("2026-01-02T03:04:04Z", "2026-01-02T03:04:04Z")).ShouldBe(0);
        (await CountAsync("2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05Z")).ShouldBe(1);
        (await CountAsync("2026-01-02", "9999-12-31T23:59:59Z")).ShouldBe(1);

        async Task<int> CountAsync(string start, string end) =>
            (await ListAsync(workspace, $"?EventType=task.created&StartDate={start}&EndDate={end}")).Count;
    }

    [Theory]
    [InlineData("Minutes=5&StartDate=2026-01-01")]
    [InlineData("Minutes=5&EndDate=2026-01-01")]
    [InlineData("Minutes=0")]
    [InlineData("Minutes=43201")]
    [InlineData("Minutes=soon")]
    [InlineData("StartDate=yesterday")]
    [InlineData("StartDate=2026-01-02&EndDate=2026-01-01")]
    [InlineData("TaskSid=WT0")]
    [InlineData("WorkerSid=WT00000000000000000000000000000000")]
    [InlineData("PageToken=PAEV00000000000000000000000000000000.7fffffffffffffff.1")]
    [InlineData("PageToken=PAEV00000000000000000000000000000000.8000000000000000.8000000000000000")]
    public async Task What_cannot_be_looked_for_is_refused(string query)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        (await workspace.GetAsync($"/Events?{query}")).ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Fact]
    public async Task An_event_of_another_workspace_is_not_found()
    {
        var (mine, other) = (await TestWorkspace.CreateAsync(_server), await TestWorkspace.CreateAsync(_server));
        var sid = Text((await ListAsync(other, ""))[0], "sid");

        (await mine.GetAsync($"/Events/{sid}")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await mine.GetAsync("/Events/EV0")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await ListAsync(mine, $"?Sid={sid}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_meet_every_event_once_forward_and_back_while_more_happen()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var all = (await ListAsync(workspace, "")).Select(row => Text(row, "sid")).ToList();
        var (forward, back) = (new List<string>(), new List<string>());

        var page = await workspace.GetAsync("/Events?PageSize=3");
        for (; ; page = await _server.GetAsync(Link(page, "next_page_url")!))
        {
            forward.AddRange(page.Items("events").Select(row => Text(row, "sid")));
            if (Link(page, "next_page_url") is null)
            {
                break;
            }

            await workspace.PostAsync("/Tasks");
        }

        for (; Link(page, "previous_page_url") is { } url; page = await _server.GetAsync(url))
        {
            back.InsertRange(0, page.Items("events").Select(row => Text(row, "sid")));
        }

        forward.ShouldBe(all);
        Text((await ListAsync(workspace, ""))[0], "event_type").ShouldBe("task-queue.entered");
        back[^all.Count..].ShouldBe(all);
    }

    [Fact]
    public async Task A_page_that_has_looked_at_enough_ends_early_and_the_next_goes_on()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var databases = _server.Services.GetRequiredService<IDbContextFactory<RouterDb>>();
        var log = new EventLog(databases, _server.Services.GetRequiredService<CommitLog>()) { ScanMax = 4 };
        var all = await ListAsync(workspace, "");
        var query = new EventQuery(SidOf(workspace.Sid)) { WorkflowSid = SidOf(workspace.WorkflowSid) };
        var found = new List<string>();
        var pages = 0;

        for (EventPlace? place = null; pages == 0 || place is not null; pages++)
        {
            var slice = await log.ReadAsync(query, place, older: true, count: 50, Stop);
            slice.Rows.Count.ShouldBeLessThanOrEqualTo(4);
            found.AddRange(slice.Rows.Select(row => row.Sid.ToString()));
            place = slice.Beyond;
        }

        pages.ShouldBe((all.Count / 4) + 1);
        found.ShouldBe((await ListAsync(workspace, $"?WorkflowSid={workspace.WorkflowSid}"))
            .Select(row => Text(row, "sid")));
    }

    [Fact]
    public async Task Whoever_was_answered_finds_the_event()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var round = 0; round < 10; round++)
            {
                var task = (await workspace.PostAsync("/Tasks")).ShouldBe(HttpStatusCode.Created).Sid;
                (await ListAsync(workspace, $"?TaskSid={task}&EventType=task.created")).ShouldHaveSingleItem();
            }
        }));
    }

    private string Origin => _server.Url.GetLeftPart(UriPartial.Authority);

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static Sid SidOf(string text) => Sid.TryParse(text, out var sid) ? sid : throw new FormatException(text);

    private static string? Link(Answer page, string name) =>
        page.Json.GetProperty("meta").GetProperty(name).GetString();

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(TestWorkspace workspace, string query) =>
        (await workspace.GetAsync($"/Events{query}")).ShouldBe(HttpStatusCode.OK).Items("events");

    /// <summary>Moves all that has happened into the past.</summary>
    private Task AgeAsync(TestWorkspace workspace, TimeSpan age) => AgeAsync(
        workspace,
        DateTimeOffset.FromUnixTimeMilliseconds((DateTimeOffset.UtcNow - age).ToUnixTimeMilliseconds()));

    private async Task AgeAsync(TestWorkspace workspace, DateTimeOffset then)
    {
        var sid = SidOf(workspace.Sid);
        await using var db = _server.Services.GetRequiredService<IDbContextFactory<RouterDb>>().CreateDbContext();
        await db.EventBlocks.Where(row => row.WorkspaceSid == sid)
            .ExecuteUpdateAsync(row => row.SetProperty(block => block.At, then), Stop);
    }
}
