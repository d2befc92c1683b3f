using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>
/// What releases send that are long out of date, as twilio-python 5 (<c>TwilioTaskRouterClient</c>) puts its own
/// documentation's examples on the wire: any keyword becomes a parameter, known or not.
/// </summary>
public sealed class OldClientsTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string TaskAttributes = """
        {
             "type": "ticket",
             "contact": "+2014068777",
             "customer-value": "gold",
             "customer_value": "Gold"
        }

        """;

    [Fact]
    public async Task A_template_sent_with_an_update_is_not_applied_again()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var before = await workspace.GetAsync("/Workflows");

        var updated = await workspace.PostAsync(
            "",
            ("FriendlyName", $"Old {workspace.Sid}"),
            ("EventCallbackUri", "http://www.example.com"),
            ("Template", "FIFO"));

        updated.ShouldBe(HttpStatusCode.OK).Json.GetProperty("event_callback_url").GetString().ShouldBeNullOrEmpty();
        (await workspace.GetAsync("/Workflows")).Text.ShouldBe(before.Text);
    }

    [Fact]
    public async Task A_task_may_be_told_that_it_is_pending_when_it_is()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        // The only worker has the first task: this one waits.
        var task = await workspace.PostAsync(
            "/Tasks",
            ("Attributes", TaskAttributes),
            ("AssignmentStatus", "pending"),
            ("WorkflowSid", workspace.WorkflowSid));
        var updated = await workspace.PostAsync(
            $"/Tasks/{task.Sid}",
            ("Attributes", TaskAttributes.Replace("Gold", "Silver", StringComparison.Ordinal)),
            ("AssignmentStatus", "pending"),
            ("WorkflowSid", workspace.WorkflowSid));

        task.ShouldBe(HttpStatusCode.Created).String("assignment_status").ShouldBe("pending");
        JsonElement.Parse(task.String("attributes")).GetProperty("customer-value").GetString().ShouldBe("gold");
        updated.ShouldBe(HttpStatusCode.OK).String("assignment_status").ShouldBe("pending");
        JsonElement.Parse(updated.String("attributes")).GetProperty("customer_value").GetString().ShouldBe("Silver");
    }

    [Fact]
    public async Task An_activity_may_be_sent_what_only_its_creation_takes()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var activity = await workspace.PostAsync(
            "/Activities", ("FriendlyName", "Coffee Break"), ("Available", "False"));

        var updated = await workspace.PostAsync(
            $"/Activities/{activity.Sid}", ("FriendlyName", "Coffee Break"), ("Available", "True"));

        activity.ShouldBe(HttpStatusCode.Created).Json.GetProperty("available").GetBoolean().ShouldBeFalse();
        updated.ShouldBe(HttpStatusCode.OK).Json.GetProperty("available").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_queue_needs_no_expression_and_takes_its_own_name_again()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var queue = await workspace.PostAsync(
            "/TaskQueues",
            ("FriendlyName", "Sales"),
            ("ReservationActivitySid", workspace.ActivitySid),
            ("AssignmentActivitySid", workspace.ActivitySid));

        var renamed = await workspace.PostAsync($"/TaskQueues/{queue.Sid}", ("FriendlyName", "Sales+Pre-Sales"));
        var again = await workspace.PostAsync($"/TaskQueues/{queue.Sid}", ("FriendlyName", "Sales+Pre-Sales"));

        queue.ShouldBe(HttpStatusCode.Created).String("target_workers").ShouldBe("1==1");
        renamed.String("friendly_name").ShouldBe("Sales+Pre-Sales");
        again.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("task_queue_sid", "friendly_name", "\"2\"")]
    [InlineData("queue", "filter_friendly_name", "2")]
    public async Task A_workflow_routes_by_the_names_of_every_release(string queueKey, string nameKey, string priority)
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var gold = await workspace.PostAsync("/TaskQueues", ("FriendlyName", "Gold"));

        var workflow = await workspace.PostAsync(
            "/Workflows",
            ("FriendlyName", "Incoming Call Flow"),
            ("AssignmentCallbackUrl", "https://example.com/callback"),
            ("Configuration", $$"""
                {"task_routing":{"filters":[
                  {"{{nameKey}}":"Gold Tickets","expression":"customer_value == 'Gold' AND type == 'ticket'",
                   "targets":[{"{{queueKey}}":"{{gold.Sid}}","priority":{{priority}}}]}],
                 "default_filter":{"{{queueKey}}":"{{workspace.QueueSid}}"} } }
                """));

        await AssertPlacesAsync(workspace, workflow, TaskAttributes, gold.Sid, priority: 2);
        await AssertPlacesAsync(workspace, workflow, "{}", workspace.QueueSid, priority: 0);
    }

    [Fact]
    public async Task A_builders_nulls_count_as_absent()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        var workflow = await workspace.PostAsync(
            "/Workflows",
            ("FriendlyName", "Incoming Call Flow"),
            ("Configuration", $$"""
                {
                    "task_routing": {
                        "default_filter": {
                            "expression": "1==1", "priority": null, "queue": "{{workspace.QueueSid}}", "timeout": null
                        },
                        "filters": [
                            {
                                "expression": "type == 'sales'",
                                "friendly_name": "SomeQ",
                                "targets": [
                                    {
                                        "expression": "1==1", "priority": 1,
                                        "queue": "{{workspace.QueueSid}}", "timeout": 20
                                    }
                                ]
                            }
                        ]
                    }
                }
                """));

        await AssertPlacesAsync(workspace, workflow, """{"type":"sales"}""", workspace.QueueSid, priority: 1);
        await AssertPlacesAsync(workspace, workflow, "{}", workspace.QueueSid, priority: 0);
    }

    /// <summary>It sends everything first without credentials, on the connection it goes on with.</summary>
    [Fact]
    public async Task A_request_without_credentials_is_answered_401_and_does_nothing()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var before = await workspace.GetAsync("/Activities");

        var answer = await fixture.Server.SendAsync(
            HttpMethod.Post,
            $"{workspace.Path}/Activities",
            new FormUrlEncodedContent([new("FriendlyName", "Tea Break")]),
            authorization: null);

        answer.ShouldBeError(HttpStatusCode.Unauthorized, 20003);
        answer.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Basic");
        (await workspace.GetAsync("/Activities")).Text.ShouldBe(before.Text);
    }

    private static async Task AssertPlacesAsync(
        TestWorkspace workspace, Answer workflow, string attributes, string queueSid, int priority)
    {
        var task = await workspace.PostAsync(
            "/Tasks",
            ("WorkflowSid", workflow.ShouldBe(HttpStatusCode.Created).Sid),
            ("Attributes", attributes));

        task.String("task_queue_sid").ShouldBe(queueSid);
        task.Json.GetProperty("priority").GetInt32().ShouldBe(priority);
    }
}
