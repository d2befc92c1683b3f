using Newtonsoft.Json.Linq;
using Shouldly;
using Twilio.Rest.Taskrouter.V1.Workspace;
using Xunit;
using OfTask = Twilio.Rest.Taskrouter.V1.Workspace.Task.ReservationResource;
using OfWorker = Twilio.Rest.Taskrouter.V1.Workspace.Worker.ReservationResource;
using WorkerChannel = Twilio.Rest.Taskrouter.V1.Workspace.Worker.WorkerChannelResource;

namespace TaskRouter.Server.Tests.Clients;

/// <summary>Tasks and their reservations, through the worker and through the task.</summary>
public abstract partial class CSharpClientTests
{
    [Fact]
    public async Task A_worker_accepts_a_task_and_completes_it()
    {
        var sid = await CreateWorkspaceAsync();
        var alice = await HireAsync(sid, "Alice");
        var attributes = new JObject { ["type"] = "support", ["name"] = "Zoë & \"Ann\"", ["amount"] = 1.5 }.ToString();
        var start = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

        var task = await TaskResource.CreateAsync(
            sid, timeout: 3600, priority: 4, taskChannel: "chat", attributes: attributes, virtualStartTime: start,
            client: _client);

        task.Sid.ShouldMatch("^WT[0-9a-f]{32}$");
        task.Attributes.ShouldBe(attributes);
        (task.Priority, task.Timeout, task.TaskChannelUniqueName, task.WorkflowFriendlyName, task.Reason)
            .ShouldBe((4, 3600, "chat", "Default Fifo Workflow", null));
        task.VirtualStartTime.ShouldBe(start);
        ShouldBeNow(task.TaskQueueEnteredDate);
        (await StatusAsync(sid, task)).ShouldBe(TaskResource.StatusEnum.Reserved);

        var offer = (await OfWorker.ReadAsync(sid, alice.Sid, OfWorker.StatusEnum.Pending, client: _client))
            .ShouldHaveSingleItem();
        offer.Sid.ShouldMatch("^WR[0-9a-f]{32}$");
        (offer.TaskSid, offer.WorkerSid, offer.WorkerName).ShouldBe((task.Sid, alice.Sid, "Alice"));
        (await OfTask.ReadAsync(sid, task.Sid, client: _client)).ShouldHaveSingleItem().Sid.ShouldBe(offer.Sid);
        (await OfTask.FetchAsync(sid, task.Sid, offer.Sid, _client)).WorkerSid.ShouldBe(alice.Sid);

        var accepted = await OfWorker.UpdateAsync(
            sid, alice.Sid, offer.Sid, OfWorker.StatusEnum.Accepted, client: _client);
        accepted.ReservationStatus.ShouldBe(OfWorker.StatusEnum.Accepted);
        (await StatusAsync(sid, task)).ShouldBe(TaskResource.StatusEnum.Assigned);
        var channel = await WorkerChannel.FetchAsync(sid, alice.Sid, "chat", _client);
        (channel.AssignedTasks, channel.AvailableCapacityPercentage).ShouldBe((1, 0));

        var completed = await TaskResource.UpdateAsync(
            sid, task.Sid, assignmentStatus: TaskResource.StatusEnum.Completed, reason: "solved", client: _client);
        completed.AssignmentStatus.ShouldBe(TaskResource.StatusEnum.Completed);
        completed.Reason.ShouldBe("solved");
        (await OfWorker.FetchAsync(sid, alice.Sid, offer.Sid, _client)).ReservationStatus
            .ShouldBe(OfWorker.StatusEnum.Completed);
    }

    [Fact]
    public async Task A_task_is_rejected_then_accepted_wrapped_up_and_completed_through_the_task()
    {
        var sid = await CreateWorkspaceAsync();
        var alice = await HireAsync(sid, "Alice");
        var task = await TaskResource.CreateAsync(sid, attributes: "{}", client: _client);
        var first = (await OfTask.ReadAsync(sid, task.Sid, client: _client)).Single();

        var rejected = await OfTask.UpdateAsync(
            sid, task.Sid, first.Sid, OfTask.StatusEnum.Rejected, workerActivitySid: await UnavailableAsync(sid),
            client: _client);
        rejected.ReservationStatus.ShouldBe(OfTask.StatusEnum.Rejected);
        (await WorkerResource.FetchAsync(sid, alice.Sid, _client)).ActivityName.ShouldBe("Unavailable");
        (await StatusAsync(sid, task)).ShouldBe(TaskResource.StatusEnum.Pending);

        await WorkerResource.UpdateAsync(sid, alice.Sid, await AvailableAsync(sid), client: _client);
        var second = (await OfTask.ReadAsync(sid, task.Sid, OfTask.StatusEnum.Pending, client: _client)).Single();
        second.Sid.ShouldNotBe(first.Sid);
        await OfTask.UpdateAsync(sid, task.Sid, second.Sid, OfTask.StatusEnum.Accepted, client: _client);
        (await TaskResource.UpdateAsync(
            sid, task.Sid, assignmentStatus: TaskResource.StatusEnum.Wrapping, client: _client))
            .AssignmentStatus.ShouldBe(TaskResource.StatusEnum.Wrapping);
        (await OfTask.FetchAsync(sid, task.Sid, second.Sid, _client)).ReservationStatus
            .ShouldBe(OfTask.StatusEnum.Wrapping);
        (await OfTask.UpdateAsync(sid, task.Sid, second.Sid, OfTask.StatusEnum.Completed, client: _client))
            .ReservationStatus.ShouldBe(OfTask.StatusEnum.Completed);
        (await StatusAsync(sid, task)).ShouldBe(TaskResource.StatusEnum.Completed);
    }

    [Fact]
    public async Task A_workflow_leads_a_task_to_its_queue_and_a_change_of_attributes_to_another()
    {
        var sid = await CreateWorkspaceAsync();
        var gold = await TaskQueueResource.CreateAsync(sid, "Gold", "level == 'gold'", client: _client);
        var rest = await TaskQueueResource.CreateAsync(sid, "Rest", "1==1", client: _client);
        var workflow = await WorkflowResource.CreateAsync(
            sid, "Levels", Configuration("level == 'gold'", gold.Sid, 9, rest.Sid), client: _client);

        var task = await TaskResource.CreateAsync(
            sid, workflowSid: workflow.Sid, attributes: """{"level":"gold"}""", client: _client);
        (task.TaskQueueSid, task.TaskQueueFriendlyName, task.Priority).ShouldBe((gold.Sid, "Gold", 9));

        await TaskResource.UpdateAsync(sid, task.Sid, attributes: """{"level":"none"}""", priority: 2, client: _client);
        var moved = await TaskResource.FetchAsync(sid, task.Sid, _client);
        (moved.TaskQueueFriendlyName, moved.Priority, moved.Attributes).ShouldBe(("Rest", 2, """{"level":"none"}"""));

        (await TaskResource.DeleteAsync(sid, task.Sid, client: _client)).ShouldBeTrue();
        await ShouldBeGoneAsync(() => TaskResource.FetchAsync(sid, task.Sid, _client));
    }

    /// <summary>The parameters that are lists of enumerated values, repeated in the form.</summary>
    [Fact]
    public async Task A_conference_is_asked_for_and_accepts()
    {
        var sid = await CreateWorkspaceAsync();
        var alice = await HireAsync(sid, "Alice", """{"contact_uri":"client:alice"}""");
        var task = await TaskResource.CreateAsync(sid, attributes: """{"call_sid":"CA1"}""", client: _client);
        var offer = (await OfTask.ReadAsync(sid, task.Sid, client: _client)).Single();

        var asked = await OfTask.UpdateAsync(
            sid, task.Sid, offer.Sid, instruction: "conference", from: "+15550100", timeout: 20,
            statusCallback: new Uri("http://127.0.0.1:1/status"), statusCallbackMethod: Twilio.Http.HttpMethod.Get,
            statusCallbackEvent: [OfTask.CallStatusEnum.Initiated, OfTask.CallStatusEnum.Answered],
            conferenceStatusCallbackEvent: [OfTask.ConferenceEventEnum.Start, OfTask.ConferenceEventEnum.End],
            muted: false, maxParticipants: 3, client: _client);

        asked.ReservationStatus.ShouldBe(OfTask.StatusEnum.Pending);
        var call = (await _server.UntilAsync($"/ext/v1/Workspaces/{sid}/Calls?ReservationSid={offer.Sid}", "calls"))
            .ShouldHaveSingleItem();
        call.GetProperty("instruction").GetString().ShouldBe("conference");
        (await OfWorker.FetchAsync(sid, alice.Sid, offer.Sid, _client)).ReservationStatus
            .ShouldBe(OfWorker.StatusEnum.Accepted);
        var parameters = call.GetProperty("parameters");
        new[]
        {
            "from", "timeout", "status_callback_method", "status_callback_event", "conference_status_callback_event",
            "muted", "max_participants",
        }.Select(name => parameters.GetProperty(name).GetString())
            .ShouldBe(["+15550100", "20", "GET", "initiated,answered", "start,end", "false", "3"]);
    }

    private async Task<TaskResource.StatusEnum> StatusAsync(string workspaceSid, TaskResource task) =>
        (await TaskResource.FetchAsync(workspaceSid, task.Sid, _client)).AssignmentStatus;

    private async Task<string> UnavailableAsync(string workspaceSid) =>
        (await ActivityResource.ReadAsync(workspaceSid, "Unavailable", client: _client)).Single().Sid;
}
