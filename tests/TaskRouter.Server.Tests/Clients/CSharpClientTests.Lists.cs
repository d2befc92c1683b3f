using Newtonsoft.Json.Linq;
using Shouldly;
using Twilio.Rest.Taskrouter.V1.Workspace;
using Twilio.Rest.Taskrouter.V1.Workspace.Worker;
using Xunit;

namespace TaskRouter.Server.Tests.Clients;

/// <summary>Lists: page after page by the library itself, and with every kind of filter.</summary>
public abstract partial class CSharpClientTests
{
    private const int EventPageSize = 3;

    [Fact]
    public async Task Events_are_followed_from_page_to_page()
    {
        var sid = await CreateWorkspaceAsync();
        var (worker, task) = await WorkAsync(sid);
        var all = (await EventResource.ReadAsync(sid, pageSize: 1000, client: _client)).ToArray();
        all.Length.ShouldBeGreaterThan(EventPageSize * 3);

        var paged = (await EventResource.ReadAsync(sid, pageSize: EventPageSize, client: _client)).ToArray();
        paged.Select(entry => entry.Sid).ShouldBe(all.Select(entry => entry.Sid));
        paged.Select(entry => entry.Sid).ShouldBeUnique();

        var single = await EventResource.ReadAsync(sid, pageSize: EventPageSize, client: _client);
        single.AutoPaging = false;
        single.Select(entry => entry.Sid).ShouldBe(all.Take(EventPageSize).Select(entry => entry.Sid));
        (await EventResource.ReadAsync(sid, pageSize: EventPageSize, limit: EventPageSize * 2, client: _client))
            .Select(entry => entry.Sid).ShouldBe(all.Take(EventPageSize * 2).Select(entry => entry.Sid));

        var created = all.Single(entry => entry.EventType == "task.created");
        created.Sid.ShouldMatch("^EV[0-9a-f]{32}$");
        (created.ResourceType, created.ResourceSid, created.WorkspaceSid).ShouldBe(("task", task.Sid, sid));
        ShouldBeNow(created.EventDate);
        (created.EventDateMs / 1000).ShouldBe(new DateTimeOffset(created.EventDate!.Value).ToUnixTimeSeconds());
        Json(created.EventData)["task_attributes"].ShouldNotBeNull().Value<string>().ShouldBe(task.Attributes);
        all.Count(entry => entry.ResourceSid == worker.Sid).ShouldBeGreaterThan(0);
        var fetched = await EventResource.FetchAsync(sid, created.Sid, _client);
        (fetched.EventType, fetched.EventDateMs).ShouldBe((created.EventType, created.EventDateMs));
    }

    /// <summary>The library offers no asynchronous way to a next or previous page.</summary>
    [Fact]
    public void Pages_go_forth_and_back()
    {
        var sid = Twilio.Rest.Taskrouter.V1.WorkspaceResource.Create(
            $"Pages {Guid.NewGuid():N}", template: "FIFO", client: _client).Sid;
        var sids = Enumerable.Range(0, 7)
            .Select(index => WorkerResource.Create(sid, $"Worker {index}", client: _client).Sid)
            .ToArray();

        var first = WorkerResource.GetPage(
            $"https://taskrouter.twilio.com/v1/Workspaces/{sid}/Workers?PageSize=3", _client);
        var second = WorkerResource.NextPage(first, _client);
        var third = WorkerResource.NextPage(second, _client);

        first.Records.Select(worker => worker.Sid).ShouldBe(sids[..3]);
        second.Records.Select(worker => worker.Sid).ShouldBe(sids[3..6]);
        third.Records.Select(worker => worker.Sid).ShouldBe(sids[6..]);
        (first.PageSize, first.HasNextPage(), third.HasNextPage()).ShouldBe((3, true, false));
        WorkerResource.PreviousPage(third, _client).Records.Select(worker => worker.Sid).ShouldBe(sids[3..6]);
        WorkerResource.GetPage(second.GetFirstPageUrl(Twilio.Rest.Domain.Taskrouter), _client)
            .Records[0].Sid.ShouldBe(sids[0]);
    }

    [Fact]
    public async Task Events_are_filtered()
    {
        var sid = await CreateWorkspaceAsync();
        var (worker, task) = await WorkAsync(sid);
        var now = DateTime.UtcNow;

        (await EventResource.ReadAsync(sid, eventType: "task.completed", client: _client))
            .ShouldHaveSingleItem().ResourceSid.ShouldBe(task.Sid);
        (await EventResource.ReadAsync(sid, taskSid: task.Sid, minutes: 30, pageSize: 2, client: _client))
            .Select(entry => entry.EventType)
            .ShouldBe(
                ["task.completed", "reservation.completed", "reservation.accepted", "reservation.created",
                    "task-queue.entered", "workflow.target-matched", "workflow.entered", "task.created"],
                ignoreOrder: true);
        (await EventResource.ReadAsync(sid, workerSid: worker.Sid, eventType: "worker.created", client: _client))
            .ShouldHaveSingleItem().ResourceSid.ShouldBe(worker.Sid);
        (await EventResource.ReadAsync(
            sid, startDate: now.AddHours(-1), endDate: now.AddHours(1), eventType: "task.created", client: _client))
            .ShouldHaveSingleItem();
        (await EventResource.ReadAsync(
            sid, startDate: now.AddHours(-2), endDate: now.AddHours(-1), client: _client)).ShouldBeEmpty();
        (await EventResource.ReadAsync(sid, eventType: "task.created", taskChannel: "chat", client: _client))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Tasks_are_filtered_and_ordered()
    {
        var sid = await CreateWorkspaceAsync();
        var sids = new List<string>();
        for (var index = 0; index < 6; index++)
        {
            var attributes = new JObject { ["index"] = index, ["kind"] = "a b+c" }.ToString();
            sids.Add((await TaskResource.CreateAsync(
                sid, priority: index % 3, attributes: attributes, client: _client)).Sid);
        }

        await TaskResource.UpdateAsync(
            sid, sids[0], assignmentStatus: TaskResource.StatusEnum.Canceled, client: _client);

        (await ReadAsync(priority: 2, pageSize: 1)).ShouldBe([sids[2], sids[5]]);
        (await ReadAsync(statuses: ["canceled", "completed"])).ShouldBe([sids[0]]);
        (await ReadAsync(statuses: ["pending", "canceled"], pageSize: 2)).ShouldBe(sids);
        (await ReadAsync(expression: "index > 3 AND kind == 'a b+c'")).ShouldBe(sids[4..]);
        (await ReadAsync(workflowName: "Default Fifo Workflow", pageSize: 4)).ShouldBe(sids);
        (await ReadAsync(workflowName: "Another")).ShouldBeEmpty();
        (await ReadAsync(ordering: "DateCreated:desc", pageSize: 4)).ShouldBe(Enumerable.Reverse(sids));

        async Task<IEnumerable<string>> ReadAsync(
            int? priority = null, List<string>? statuses = null, string? workflowName = null,
            string? expression = null, string? ordering = null, int? pageSize = null)
        {
            var tasks = await TaskResource.ReadAsync(
                sid, priority, statuses, workflowName: workflowName, evaluateTaskAttributes: expression,
                ordering: ordering, pageSize: pageSize, client: _client);
            return tasks.Select(task => task.Sid);
        }
    }

    [Fact]
    public async Task Workers_queues_and_the_rest_are_filtered()
    {
        var sid = await CreateWorkspaceAsync();
        var alice = await HireAsync(sid, "Alice", """{"skills":["sales"]}""");
        var bob = await WorkerResource.CreateAsync(
            sid, "Bob", attributes: """{"skills":["support"]}""", client: _client);
        var sales = await TaskQueueResource.CreateAsync(sid, "Sales", "skills HAS 'sales'", client: _client);

        (await WorkersAsync(available: "true")).ShouldBe([alice.Sid]);
        (await WorkersAsync(available: "0")).ShouldBe([bob.Sid]);
        (await WorkersAsync(friendlyName: "Bob")).ShouldBe([bob.Sid]);
        (await WorkersAsync(activityName: "Available")).ShouldBe([alice.Sid]);
        (await WorkersAsync(expression: "skills HAS \"support\"")).ShouldBe([bob.Sid]);
        (await WorkersAsync(taskQueueSid: sales.Sid)).ShouldBe([alice.Sid]);
        (await WorkersAsync()).ShouldBe([alice.Sid, bob.Sid]);

        (await TaskQueueResource.ReadAsync(sid, "Sales", client: _client)).ShouldHaveSingleItem()
            .Sid.ShouldBe(sales.Sid);
        (await TaskQueueResource.ReadAsync(sid, workerSid: bob.Sid, client: _client))
            .Select(queue => queue.FriendlyName).ShouldBe(["Sample Queue"]);
        (await TaskQueueResource.ReadAsync(
            sid, evaluateWorkerAttributes: """{"skills":["sales"]}""", pageSize: 1, client: _client))
            .Select(queue => queue.FriendlyName).ShouldBe(["Sample Queue", "Sales"], ignoreOrder: true);
        (await WorkflowResource.ReadAsync(sid, "Default Fifo Workflow", client: _client)).ShouldHaveSingleItem();
        (await WorkflowResource.ReadAsync(sid, "Another", client: _client)).ShouldBeEmpty();
        (await ActivityResource.ReadAsync(sid, available: "true", client: _client))
            .Select(activity => activity.FriendlyName).ShouldBe(["Available"]);

        async Task<IEnumerable<string>> WorkersAsync(
            string? available = null, string? friendlyName = null, string? activityName = null,
            string? expression = null, string? taskQueueSid = null)
        {
            var workers = await WorkerResource.ReadAsync(
                sid, activityName, available: available, friendlyName: friendlyName,
                targetWorkersExpression: expression, taskQueueSid: taskQueueSid, client: _client);
            return workers.Select(worker => worker.Sid);
        }
    }

    /// <summary>A worker who has completed a task, and so some events.</summary>
    private async Task<(WorkerResource Worker, TaskResource Task)> WorkAsync(string workspaceSid)
    {
        var worker = await HireAsync(workspaceSid, "Alice");
        var task = await TaskResource.CreateAsync(workspaceSid, attributes: """{"type":"x"}""", client: _client);
        var offer = (await ReservationResource.ReadAsync(workspaceSid, worker.Sid, client: _client)).Single();
        await ReservationResource.UpdateAsync(
            workspaceSid, worker.Sid, offer.Sid, ReservationResource.StatusEnum.Accepted, client: _client);
        await TaskResource.UpdateAsync(
            workspaceSid, task.Sid, assignmentStatus: TaskResource.StatusEnum.Completed, client: _client);
        return (worker, task);
    }

    /// <summary>What the library leaves untyped.</summary>
    private static JObject Json(object value) => value.ShouldBeOfType<JObject>();
}
