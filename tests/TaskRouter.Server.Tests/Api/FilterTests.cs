using System.Net;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

public sealed class FilterTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("", "Alice Bob Carol")]
    [InlineData("FriendlyName=bob", "Bob")]
    [InlineData("FriendlyName=bo", "")]
    [InlineData("ActivityName=available", "Alice")]
    [InlineData("ActivityName=No+such", "")]
    [InlineData("Available=True", "Alice")]
    [InlineData("Available=1", "Alice")]
    [InlineData("Available=false", "Bob Carol")]
    [InlineData("Available=", "Alice Bob Carol")]
    [InlineData("TargetWorkersExpression=level > 3", "Bob Carol")]
    [InlineData("TargetWorkersExpression=skills HAS \"sales\" AND level == 7", "Carol")]
    [InlineData("TargetWorkersExpression=friendly_name IN ['Alice', 'Bob']", "Alice Bob")]
    [InlineData("TargetWorkersExpression=activity_name == 'Available'", "Alice")]
    [InlineData("TargetWorkersExpression=worker.channel.default.configured_capacity == 1", "Alice Bob Carol")]
    [InlineData("TargetWorkersExpression=level > 3&TaskQueueName=sales", "Carol")]
    [InlineData("TargetWorkersExpression=level > 3&Available=yes", "")]
    [InlineData("TaskQueueName=sales", "Carol")]
    [InlineData("TaskQueueName=nothing", "")]
    [InlineData("Unknown=x", "Alice Bob Carol")]
    public async Task Workers_are_filtered(string query, string expected)
    {
        var workspace = await WithWorkersAsync();

        (await NamesAsync(workspace, $"/Workers?{query}", "workers")).ShouldBe(expected);
    }

    [Fact]
    public async Task Workers_are_filtered_by_the_SID_of_activity_and_queue()
    {
        var workspace = await WithWorkersAsync();
        var found = await workspace.GetAsync("/TaskQueues?FriendlyName=Sales");
        var sales = found.Items("task_queues")[0].GetProperty("sid");

        (await NamesAsync(workspace, $"/Workers?ActivitySid={workspace.ActivitySid}", "workers")).ShouldBe("Alice");
        (await NamesAsync(workspace, $"/Workers?TaskQueueSid={sales}", "workers")).ShouldBe("Carol");
        (await NamesAsync(workspace, $"/Workers?TaskQueueSid=WQ{new string('0', 32)}", "workers")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_SID_in_capitals_is_one_that_nothing_has()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var sid = $"WA{workspace.ActivitySid[2..].ToUpperInvariant()}";

        (await NamesAsync(workspace, $"/Workers?ActivitySid={sid}", "workers")).ShouldBeEmpty();
        (await workspace.GetAsync($"/Events?TaskSid=WT{new string('A', 32)}")).Items("events").ShouldBeEmpty();
        (await workspace.GetAsync($"/Workers?ActivitySid=WK{new string('A', 32)}"))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await workspace.PostAsync($"/Workers/{workspace.WorkerSid}", ("ActivitySid", sid)))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
        (await workspace.GetAsync($"/Activities/{sid}")).ShouldBeError(HttpStatusCode.NotFound, 20404);
    }

    [Fact]
    public async Task TaskQueues_are_filtered_by_whom_they_take()
    {
        var workspace = await WithWorkersAsync();
        var carol = (await workspace.GetAsync("/Workers?FriendlyName=Carol")).Items("workers")[0].GetProperty("sid");

        (await NamesAsync(workspace, "/TaskQueues", "task_queues")).ShouldBe("Sample Queue Sales Nobody");
        (await NamesAsync(workspace, "/TaskQueues?FriendlyName=SALES", "task_queues")).ShouldBe("Sales");
        (await NamesAsync(workspace, $"/TaskQueues?WorkerSid={carol}", "task_queues")).ShouldBe("Sample Queue Sales");
        (await NamesAsync(workspace, $"/TaskQueues?WorkerSid={workspace.WorkerSid}", "task_queues"))
            .ShouldBe("Sample Queue");
        (await NamesAsync(workspace, $"/TaskQueues?WorkerSid=WK{new string('0', 32)}", "task_queues")).ShouldBeEmpty();
        (await NamesAsync(
            workspace, "/TaskQueues?EvaluateWorkerAttributes={\"skills\":[\"sales\"],\"level\":9}", "task_queues"))
            .ShouldBe("Sample Queue Sales");
    }

    [Theory]
    [InlineData("", "reserved pending pending canceled")]
    [InlineData("AssignmentStatus=pending", "pending pending")]
    [InlineData("AssignmentStatus=PENDING&AssignmentStatus=canceled", "pending pending canceled")]
    [InlineData("AssignmentStatus=reserved,canceled", "reserved canceled")]
    [InlineData("Priority=5", "pending")]
    [InlineData("WorkflowName=default fifo workflow", "reserved pending pending canceled")]
    [InlineData("WorkflowName=other", "")]
    [InlineData("TaskQueueName=Sample Queue&Priority=0", "reserved pending canceled")]
    [InlineData("TaskQueueName=other", "")]
    [InlineData("EvaluateTaskAttributes=lang == 'fr'", "pending")]
    [InlineData("EvaluateTaskAttributes=type == 'support'", "reserved")]
    [InlineData("HasAddons=false", "reserved pending pending canceled")]
    [InlineData("HasAddons=true", "")]
    [InlineData("RoutingTarget=WK1", "")]
    public async Task Tasks_are_filtered(string query, string expected)
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        await workspace.PostAsync("/Tasks", ("Priority", "5"));
        await workspace.PostAsync("/Tasks", ("Attributes", "{\"lang\":\"fr\"}"));
        var canceled = (await workspace.PostAsync("/Tasks")).Sid;
        await workspace.PostAsync($"/Tasks/{canceled}", ("AssignmentStatus", "canceled"));

        var list = (await workspace.GetAsync($"/Tasks?{query}")).ShouldBe(HttpStatusCode.OK);

        string.Join(' ', list.Items("tasks").Select(task => task.GetProperty("assignment_status").GetString()))
            .ShouldBe(expected);
    }

    [Fact]
    public async Task Tasks_are_filtered_by_the_SID_of_workflow_and_queue()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var none = new string('0', 32);

        (await workspace.GetAsync($"/Tasks?WorkflowSid={workspace.WorkflowSid}")).Items("tasks").Count.ShouldBe(1);
        (await workspace.GetAsync($"/Tasks?TaskQueueSid={workspace.QueueSid}")).Items("tasks").Count.ShouldBe(1);
        (await workspace.GetAsync($"/Tasks?WorkflowSid=WW{none}")).Items("tasks").ShouldBeEmpty();
        (await workspace.GetAsync($"/Tasks?TaskQueueSid=WQ{none}")).Items("tasks").ShouldBeEmpty();
    }

    [Fact]
    public async Task Reservations_are_filtered_by_status_and_worker()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        foreach (var parent in new[] { $"/Tasks/{workspace.TaskSid}", $"/Workers/{workspace.WorkerSid}" })
        {
            (await workspace.GetAsync($"{parent}/Reservations?ReservationStatus=Pending"))
                .Items("reservations").Count.ShouldBe(1);
            (await workspace.GetAsync($"{parent}/Reservations?ReservationStatus=accepted"))
                .Items("reservations").ShouldBeEmpty();
        }

        var ofTask = $"/Tasks/{workspace.TaskSid}/Reservations";
        (await workspace.GetAsync($"{ofTask}?WorkerSid={workspace.WorkerSid}")).Items("reservations").Count.ShouldBe(1);
        (await workspace.GetAsync($"{ofTask}?WorkerSid=WK{new string('0', 32)}")).Items("reservations").ShouldBeEmpty();
    }

    [Fact]
    public async Task Activities_workflows_and_workspaces_are_filtered()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var name = (await workspace.GetAsync("")).String("friendly_name");

        (await NamesAsync(workspace, "/Activities?Available=true", "activities")).ShouldBe("Available");
        (await NamesAsync(workspace, "/Activities?Available=no", "activities")).ShouldBe("Offline Unavailable");
        (await NamesAsync(workspace, "/Activities?FriendlyName=OFFLINE", "activities")).ShouldBe("Offline");
        (await NamesAsync(workspace, "/Workflows?FriendlyName=default+fifo+workflow", "workflows"))
            .ShouldBe("Default Fifo Workflow");
        (await fixture.Server.GetAsync($"/v1/Workspaces?FriendlyName={Uri.EscapeDataString(name.ToUpperInvariant())}"))
            .Items("workspaces").Single().GetProperty("sid").GetString().ShouldBe(workspace.Sid);
        (await fixture.Server.GetAsync("/v1/Workspaces?FriendlyName=No+such")).Items("workspaces").ShouldBeEmpty();
    }

    private async Task<TestWorkspace> WithWorkersAsync()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        await workspace.PostAsync($"/Workers/{workspace.WorkerSid}", ("Attributes", "{\"level\":1,\"skills\":[]}"));
        await workspace.PostAsync("/Workers", ("FriendlyName", "Bob"), ("Attributes", "{\"level\":5}"));
        await workspace.PostAsync(
            "/Workers", ("FriendlyName", "Carol"), ("Attributes", "{\"level\":7,\"skills\":[\"sales\"]}"));
        await workspace.PostAsync("/TaskQueues", ("FriendlyName", "Sales"), ("TargetWorkers", "skills HAS \"sales\""));
        await workspace.PostAsync("/TaskQueues", ("FriendlyName", "Nobody"), ("TargetWorkers", ""));
        return workspace;
    }

    private static async Task<string> NamesAsync(TestWorkspace workspace, string path, string key) => string.Join(
        ' ',
        (await workspace.GetAsync(path)).ShouldBe(HttpStatusCode.OK)
            .Items(key).Select(item => item.GetProperty("friendly_name").GetString()));
}
