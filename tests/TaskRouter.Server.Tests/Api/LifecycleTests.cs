using System.Net;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>A task's life as clients drive it, over HTTP.</summary>
public sealed class LifecycleTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_task_finds_its_worker_and_is_completed(string database)
    {
        await using var server = database == "sqlite"
            ? await TestServer.StartAsync()
            : await TestServer.StartAsync(await TestPostgres.CreateAsync());
        var workspace = await TestWorkspace.CreateAsync(server);
        (await workspace.GetAsync($"/Tasks/{workspace.TaskSid}")).String("assignment_status").ShouldBe("reserved");
        var reservation = $"/Workers/{workspace.WorkerSid}/Reservations/{workspace.ReservationSid}";

        var accepted = await workspace.PostAsync(reservation, ("ReservationStatus", "accepted"));
        accepted.ShouldBe(HttpStatusCode.OK).String("reservation_status").ShouldBe("accepted");
        accepted.String("worker_name").ShouldBe("Alice");
        (await workspace.GetAsync($"/Tasks/{workspace.TaskSid}")).String("assignment_status").ShouldBe("assigned");
        var channel = await workspace.GetAsync($"/Workers/{workspace.WorkerSid}/Channels/default");
        channel.Json.GetProperty("assigned_tasks").GetInt32().ShouldBe(1);
        channel.Json.GetProperty("available_capacity_percentage").GetInt32().ShouldBe(0);

        var completed = await workspace.PostAsync(
            $"/Tasks/{workspace.TaskSid}", ("AssignmentStatus", "completed"), ("Reason", "solved"));
        completed.ShouldBe(HttpStatusCode.OK).String("assignment_status").ShouldBe("completed");
        completed.String("reason").ShouldBe("solved");
        (await workspace.GetAsync(reservation)).String("reservation_status").ShouldBe("completed");
    }

    [Fact]
    public async Task Instructions_accept_and_reject_a_reservation()
    {
        var accepting = await TestWorkspace.CreateAsync(fixture.Server);
        var rejecting = await TestWorkspace.CreateAsync(fixture.Server);
        var offline = (await rejecting.GetAsync("/Activities?FriendlyName=offline"))
            .Items("activities").Single().GetProperty("sid").GetString()!;

        var accepted = await accepting.PostAsync(
            $"/Tasks/{accepting.TaskSid}/Reservations/{accepting.ReservationSid}",
            ("Instruction", "Accept"),
            ("ReservationStatus", "rejected"));
        var rejected = await rejecting.PostAsync(
            $"/Tasks/{rejecting.TaskSid}/Reservations/{rejecting.ReservationSid}",
            ("Instruction", "reject"),
            ("WorkerActivitySid", offline));

        accepted.String("reservation_status").ShouldBe("accepted");
        rejected.String("reservation_status").ShouldBe("rejected");
        (await rejecting.GetAsync($"/Workers/{rejecting.WorkerSid}")).String("activity_name").ShouldBe("Offline");
        (await rejecting.GetAsync($"/Tasks/{rejecting.TaskSid}")).String("assignment_status").ShouldBe("pending");
    }

    [Fact]
    public async Task A_reservation_is_not_found_below_another_task_or_worker()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var otherTask = (await workspace.PostAsync("/Tasks")).Sid;
        var otherWorker = (await workspace.PostAsync("/Workers", ("FriendlyName", "Bob"))).Sid;

        foreach (var parent in new[] { $"/Tasks/{otherTask}", $"/Workers/{otherWorker}" })
        {
            (await workspace.GetAsync($"{parent}/Reservations/{workspace.ReservationSid}"))
                .ShouldBeError(HttpStatusCode.NotFound, 20404);
            (await workspace.GetAsync($"{parent}/Reservations")).Items("reservations").ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Transitions_that_make_no_sense_are_refused_in_the_words_libraries_know()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var task = (await workspace.PostAsync("/Tasks")).Sid;
        var where = $"{task} in workspace {workspace.Sid} for account {TestServer.Account.Sid}";

        await RefusedAsync(task, "completed", $"Cannot complete task {where} because it is not currently assigned.");
        await RefusedAsync(task, "wrapping", $"Cannot wrap up a task {where} because it's not currently assigned");
        await workspace.PostAsync(
            $"/Tasks/{workspace.TaskSid}/Reservations/{workspace.ReservationSid}", ("ReservationStatus", "accepted"));
        await RefusedAsync(
            workspace.TaskSid,
            "canceled",
            $"Cannot cancel task {where.Replace(task, workspace.TaskSid, StringComparison.Ordinal)} "
            + "because it is not pending or reserved.");

        async Task RefusedAsync(string sid, string status, string message) =>
            (await workspace.PostAsync($"/Tasks/{sid}", ("AssignmentStatus", status)))
                .ShouldBeError(HttpStatusCode.BadRequest, 20001).String("message").ShouldBe(message);
    }

    [Fact]
    public async Task What_is_written_is_read_at_once()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        for (var round = 0; round < 50; round++)
        {
            var attributes = $$"""{"round":{{round}}}""";
            var written = await workspace.PostAsync($"/Tasks/{workspace.TaskSid}", ("Attributes", attributes));
            written.ShouldBe(HttpStatusCode.OK);
            (await workspace.GetAsync($"/Tasks/{workspace.TaskSid}")).String("attributes").ShouldBe(attributes);
        }
    }

    [Fact]
    public async Task Channels_are_addressed_by_SID_and_by_unique_name()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var own = $"/Workers/{workspace.WorkerSid}/Channels";
        var byName = await workspace.GetAsync("/TaskChannels/Voice");

        (await workspace.GetAsync($"/TaskChannels/{byName.Sid}")).Text.ShouldBe(byName.Text);
        var channel = await workspace.GetAsync($"{own}/voice");
        (await workspace.GetAsync($"{own}/{byName.Sid}")).Text.ShouldBe(channel.Text);
        (await workspace.GetAsync($"{own}/{channel.Sid}")).Text.ShouldBe(channel.Text);
        var changed = await workspace.PostAsync($"{own}/voice", ("Capacity", "3"), ("Available", "False"));
        changed.Sid.ShouldBe(channel.Sid);
        changed.Json.GetProperty("configured_capacity").GetInt32().ShouldBe(3);
        changed.Json.GetProperty("available").GetBoolean().ShouldBeFalse();
        (await workspace.GetAsync($"{own}/no-such-channel")).ShouldBeError(HttpStatusCode.NotFound, 20404);
    }

    [Fact]
    public async Task Empty_values_clear_what_may_be_empty()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var queue = $"/TaskQueues/{workspace.QueueSid}";
        var workflow = $"/Workflows/{workspace.WorkflowSid}";
        await workspace.PostAsync(queue, ("ReservationActivitySid", workspace.ActivitySid));
        await workspace.PostAsync(workflow, ("AssignmentCallbackUrl", "https://example.com/assign"));
        await workspace.PostAsync(
            "", ("EventCallbackUrl", "https://example.com/events"), ("EventsFilter", "task.created"));

        var clearedQueue = await workspace.PostAsync(queue, ("ReservationActivitySid", ""), ("TargetWorkers", ""));
        var clearedWorkflow = await workspace.PostAsync(workflow, ("AssignmentCallbackUrl", ""));
        var cleared = await workspace.PostAsync("", ("EventCallbackUrl", ""), ("EventsFilter", ""));

        clearedQueue.Json.GetProperty("reservation_activity_sid").GetString().ShouldBeNull();
        clearedQueue.String("target_workers").ShouldBeEmpty();
        clearedWorkflow.Json.GetProperty("assignment_callback_url").GetString().ShouldBeNull();
        cleared.String("event_callback_url").ShouldBeEmpty();
        cleared.Json.GetProperty("events_filter").GetString().ShouldBeNull();
    }

    [Theory]
    [InlineData("2020-02-03T04:05:06Z", "2020-02-03T04:05:06Z")]
    [InlineData("2020-02-03T04:05:06.7891234Z", "2020-02-03T04:05:06Z")]
    [InlineData("2020-02-03T04:05:06+02:00", "2020-02-03T02:05:06Z")]
    [InlineData("2020-02-03T04:05:06", "2020-02-03T04:05:06Z")]
    [InlineData("2020-02-03 04:05:06", "2020-02-03T04:05:06Z")]
    [InlineData("2020-02-03T04:05Z", "2020-02-03T04:05:00Z")]
    [InlineData("2020-02-03", "2020-02-03T00:00:00Z")]
    public async Task Dates_are_read_as_clients_write_them(string sent, string answered)
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        (await workspace.PostAsync("/Tasks", ("VirtualStartTime", sent)))
            .ShouldBe(HttpStatusCode.Created).String("virtual_start_time").ShouldBe(answered);
    }
}
