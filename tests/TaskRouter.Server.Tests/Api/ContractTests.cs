using System.Globalization;
using System.Net;
using System.Text.Json;
using Shouldly;
using TaskRouter.Engine.Model;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>
/// Every resource has exactly the documented keys, each of its documented type.
/// https://www.twilio.com/docs/taskrouter/api
/// </summary>
public sealed class ContractTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Dates = "date_created:date date_updated:date";

    [Fact]
    public async Task Workspace_has_the_documented_fields()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        await ShouldLookLikeAsync(workspace, "", null, $"""
            account_sid:AC {Dates} default_activity_name:text default_activity_sid:WA event_callback_url:text
            events_filter:null friendly_name:text multi_task_enabled:flag sid:WS timeout_activity_name:text
            timeout_activity_sid:WA prioritize_queue_order:text url:url
            links(activities statistics real_time_statistics cumulative_statistics task_queues tasks workers workflows
            task_channels events)
            """);
    }

    [Fact]
    public async Task Activity_has_the_documented_fields()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        await ShouldLookLikeAsync(workspace, $"/Activities/{workspace.ActivitySid}", "activities", $"""
            account_sid:AC available:flag {Dates} friendly_name:text sid:WA workspace_sid:WS url:url links(workspace)
            """);
    }

    [Fact]
    public async Task TaskChannel_has_the_documented_fields()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        await ShouldLookLikeAsync(workspace, $"/TaskChannels/{workspace.ChannelSid}", "channels", $"""
            account_sid:AC {Dates} friendly_name:text sid:TC unique_name:text workspace_sid:WS
            channel_optimized_routing:flag url:url links(workspace)
            """);
    }

    [Fact]
    public async Task TaskQueue_has_the_documented_fields()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        await ShouldLookLikeAsync(workspace, $"/TaskQueues/{workspace.QueueSid}", "task_queues", $"""
            account_sid:AC assignment_activity_sid:null assignment_activity_name:null {Dates} friendly_name:text
            max_reserved_workers:number reservation_activity_sid:null reservation_activity_name:null sid:WQ
            target_workers:text task_order:text url:url workspace_sid:WS
            links(assignment_activity:null reservation_activity:null workspace statistics real_time_statistics
            cumulative_statistics list_statistics bulk_real_time_statistics)
            """);
    }

    [Fact]
    public async Task TaskQueue_with_activities_names_and_links_them()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var queue = await workspace.PostAsync(
            "/TaskQueues",
            ("FriendlyName", "Support"),
            ("ReservationActivitySid", workspace.ActivitySid),
            ("AssignmentActivitySid", workspace.ActivitySid));

        queue.ShouldBe(HttpStatusCode.Created);
        queue.String("reservation_activity_name").ShouldBe("Available");
        queue.String("assignment_activity_sid").ShouldBe(workspace.ActivitySid);
        queue.Json.GetProperty("links").GetProperty("assignment_activity").GetString()
            .ShouldBe($"{workspace.Server.Url}v1/Workspaces/{workspace.Sid}/Activities/{workspace.ActivitySid}");
    }

    [Fact]
    public async Task Workflow_has_the_documented_fields()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        await ShouldLookLikeAsync(workspace, $"/Workflows/{workspace.WorkflowSid}", "workflows", $"""
            account_sid:AC assignment_callback_url:null configuration:json {Dates} document_content_type:text
            fallback_assignment_callback_url:null friendly_name:text sid:WW task_reservation_timeout:number
            workspace_sid:WS url:url links(statistics real_time_statistics cumulative_statistics)
            """);
    }

    [Fact]
    public async Task Worker_has_the_documented_fields()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        await ShouldLookLikeAsync(workspace, $"/Workers/{workspace.WorkerSid}", "workers", """
            account_sid:AC activity_name:text activity_sid:WA attributes:json available:flag date_created:date
            date_status_changed:date date_updated:date friendly_name:text sid:WK workspace_sid:WS url:url
            links(channels activity workspace statistics real_time_statistics cumulative_statistics worker_statistics
            worker_channels reservations)
            """);
    }

    [Fact]
    public async Task WorkerChannel_has_the_documented_fields()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        var path = $"/Workers/{workspace.WorkerSid}/Channels/{workspace.WorkerChannelSid}";
        await ShouldLookLikeAsync(workspace, path, "channels", $"""
            account_sid:AC assigned_tasks:number available:flag available_capacity_percentage:number
            configured_capacity:number {Dates} sid:WC task_channel_sid:TC task_channel_unique_name:text worker_sid:WK
            workspace_sid:WS url:url
            """);
    }

    [Fact]
    public async Task Task_has_the_documented_fields()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        await ShouldLookLikeAsync(workspace, $"/Tasks/{workspace.TaskSid}", "tasks", $"""
            account_sid:AC age:number assignment_status:text attributes:json addons:json {Dates}
            task_queue_entered_date:date priority:number reason:null sid:WT task_queue_sid:WQ
            task_queue_friendly_name:text task_channel_sid:TC task_channel_unique_name:text timeout:number
            workflow_sid:WW workflow_friendly_name:text workspace_sid:WS url:url
            links(task_queue workflow workspace reservations) virtual_start_time:date ignore_capacity:flag
            routing_target:null
            """);
    }

    [Fact]
    public async Task Reservation_has_the_documented_fields_below_its_task_and_below_its_worker()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        const string Fields = """
            url:url account_sid:AC date_created:date date_updated:date reservation_status:text sid:WR task_sid:WT
            worker_name:text worker_sid:WK workspace_sid:WS links(task worker workspace)
            """;

        foreach (var parent in new[] { $"/Tasks/{workspace.TaskSid}", $"/Workers/{workspace.WorkerSid}" })
        {
            var path = $"{parent}/Reservations/{workspace.ReservationSid}";
            await ShouldLookLikeAsync(workspace, path, "reservations", Fields);
        }
    }

    [Fact]
    public async Task A_created_resource_is_answered_as_it_is_fetched()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var created = await workspace.PostAsync("/Activities", ("FriendlyName", "Lunch"), ("Available", "True"));

        var fetched = await workspace.GetAsync($"/Activities/{created.Sid}");

        fetched.Text.ShouldBe(created.ShouldBe(HttpStatusCode.Created).Text);
        fetched.Json.GetProperty("available").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Attributes_and_configuration_come_back_character_for_character()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        const string Attributes = "{ \"name\" : \"Zoë 😀 \\u0000 <&>\\\"\",\r\n\t\"n\": 1.0e2 }";

        var worker = await workspace.PostAsync("/Workers", ("FriendlyName", "Zoë 😀"), ("Attributes", Attributes));

        worker.ShouldBe(HttpStatusCode.Created).String("attributes").ShouldBe(Attributes);
        (await workspace.GetAsync($"/Workers/{worker.Sid}")).String("attributes").ShouldBe(Attributes);
        worker.String("friendly_name").ShouldBe("Zoë 😀");
    }

    [Fact]
    public async Task URLs_follow_the_request_or_the_configured_origin()
    {
        await using var server = await TestServer.StartAsync(
            options => options with { PublicUrl = "https://taskrouter.example.com" });
        var workspace = await server.PostAsync("/v1/Workspaces", ("FriendlyName", "Public"));
        var own = await TestWorkspace.CreateAsync(fixture.Server);

        workspace.String("url").ShouldBe($"https://taskrouter.example.com/v1/Workspaces/{workspace.Sid}");
        (await server.GetAsync("/v1/Workspaces")).Json.GetProperty("meta").GetProperty("url").GetString()
            .ShouldBe("https://taskrouter.example.com/v1/Workspaces?PageSize=50&Page=0");
        (await own.GetAsync("")).String("url").ShouldBe($"{fixture.Server.Url}v1/Workspaces/{own.Sid}");
    }

    private static async Task ShouldLookLikeAsync(TestWorkspace workspace, string path, string? key, string fields)
    {
        var expected = string.Join(' ', fields.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var fetched = (await workspace.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        ShapeOf(fetched.Json).ShouldBe(expected);
        fetched.String("url").ShouldBe($"{workspace.Server.Url}v1/Workspaces/{workspace.Sid}{path}");

        if (key is not null)
        {
            var list = await workspace.GetAsync(path[..path.LastIndexOf('/')]);
            list.Json.GetProperty("meta").GetProperty("key").GetString().ShouldBe(key);
            var listed = list.Items(key).Single(item => item.GetProperty("sid").GetString() == fetched.Sid);
            ShapeOf(listed).ShouldBe(expected);
        }
    }

    private static string ShapeOf(JsonElement resource) => string.Join(
        ' ',
        resource.EnumerateObject().Select(property => property.Name == "links"
            ? $"links({LinksOf(property.Value)})"
            : $"{property.Name}:{TypeOf(property)}"));

    private static string LinksOf(JsonElement links) => string.Join(' ', links.EnumerateObject().Select(link =>
        link.Value.ValueKind == JsonValueKind.Null ? $"{link.Name}:null"
        : Uri.IsWellFormedUriString(link.Value.GetString(), UriKind.Absolute) ? link.Name
        : $"{link.Name} is not a URL"));

    private static string TypeOf(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "flag",
        JsonValueKind.Number => property.Value.TryGetInt32(out _) ? "number" : "fraction",
        JsonValueKind.String => TypeOf(property.Name, property.Value.GetString()!),
        _ => "object",
    };

    private static string TypeOf(string name, string text) =>
        Sid.TryParse(text, out _) ? text[..2]
        : IsInstant(text) ? "date"
        : name == "url" ? "url"
        : text.StartsWith('{') && JsonDocument.Parse(text).RootElement.ValueKind == JsonValueKind.Object ? "json"
        : "text";

    private static bool IsInstant(string text) => DateTime.TryParseExact(
        text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
