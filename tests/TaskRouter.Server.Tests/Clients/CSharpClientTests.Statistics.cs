using Newtonsoft.Json.Linq;
using Shouldly;
using Twilio.Rest.Taskrouter.V1.Workspace;
using Twilio.Rest.Taskrouter.V1.Workspace.TaskQueue;
using Twilio.Rest.Taskrouter.V1.Workspace.Worker;
using Twilio.Rest.Taskrouter.V1.Workspace.Workflow;
using Xunit;

namespace TaskRouter.Server.Tests.Clients;

/// <summary>
/// Statistics in the library's own types, of a story that anybody can recount: Alice completes one task, is at work on
/// a second, a third is canceled and a fourth waits.
/// </summary>
public abstract partial class CSharpClientTests
{
    private const string Split = "5,30";

    [Fact]
    public async Task Statistics_of_a_workspace()
    {
        var (sid, waiting) = await TellAsync();

        var live = await WorkspaceRealTimeStatisticsResource.FetchAsync(sid, "default", _client);
        (live.TotalTasks, live.TotalWorkers, live.LongestTaskWaitingSid).ShouldBe((2, 1, waiting));
        live.LongestTaskWaitingAge.ShouldNotBeNull().ShouldBeInRange(0, 60);
        Number(live.TasksByStatus, "assigned").ShouldBe(1);
        Number(live.TasksByStatus, "pending").ShouldBe(1);
        Number(live.TasksByPriority, "3").ShouldBe(1);
        WorkersIn(live.ActivityStatistics, "Available").ShouldBe(1);
        live.Url.AbsolutePath.ShouldBe($"/v1/Workspaces/{sid}/RealTimeStatistics");

        var past = await WorkspaceCumulativeStatisticsResource.FetchAsync(
            sid, minutes: 30, splitByWaitTime: Split, client: _client);
        (past.ReservationsCreated, past.ReservationsAccepted, past.ReservationsRejected).ShouldBe((2, 2, 0));
        (past.TasksCreated, past.TasksCanceled, past.TasksCompleted, past.TasksDeleted, past.TasksMoved)
            .ShouldBe((4, 1, 1, 0, 0));
        past.TasksTimedOutInWorkflow.ShouldBe(0);
        Number(past.WaitDurationUntilAccepted, "total").ShouldBeInRange(0, 60);
        Number(past.SplitByWaitTime, "30", "below", "reservations_accepted").ShouldBe(2);
        ShouldBeAWindow(past.StartTime, past.EndTime, TimeSpan.FromMinutes(30));

        var both = await WorkspaceStatisticsResource.FetchAsync(sid, taskChannel: "default", client: _client);
        (Number(both.Realtime, "total_tasks"), Number(both.Cumulative, "tasks_completed")).ShouldBe((2, 1));
        (await WorkspaceStatisticsResource.FetchAsync(sid, taskChannel: "chat", client: _client))
            .Cumulative.ShouldSatisfyAllConditions(figures => Number(figures, "tasks_created").ShouldBe(0));
    }

    [Fact]
    public async Task Statistics_of_queues()
    {
        var (sid, waiting) = await TellAsync();
        var queue = (await TaskQueueResource.ReadAsync(sid, client: _client)).Single().Sid;
        var second = (await TaskQueueResource.CreateAsync(sid, "Second", client: _client)).Sid;

        var live = await TaskQueueRealTimeStatisticsResource.FetchAsync(sid, queue, client: _client);
        (live.TaskQueueSid, live.TotalTasks, live.LongestTaskWaitingSid).ShouldBe((queue, 2, waiting));
        (live.TotalEligibleWorkers, live.TotalAvailableWorkers).ShouldBe((1, 1));
        live.LongestRelativeTaskSidInQueue.ShouldBe(waiting);
        Number(live.TasksByStatus, "assigned").ShouldBe(1);
        WorkersIn(live.ActivityStatistics, "Available").ShouldBe(1);

        var past = await TaskQueueCumulativeStatisticsResource.FetchAsync(
            sid, queue, startDate: DateTime.UtcNow.AddHours(-1), endDate: DateTime.UtcNow.AddHours(1),
            taskChannel: "default", splitByWaitTime: Split, client: _client);
        (past.TasksEntered, past.TasksCanceled, past.TasksCompleted, past.ReservationsAccepted)
            .ShouldBe((4, 1, 1, 2));
        Number(past.WaitDurationInQueueUntilAccepted, "total").ShouldBeInRange(0, 60);
        ShouldBeAWindow(past.StartTime, past.EndTime, TimeSpan.FromHours(1));

        var both = await TaskQueueStatisticsResource.FetchAsync(sid, queue, minutes: 60, client: _client);
        (Number(both.Realtime, "total_tasks"), Number(both.Cumulative, "tasks_entered")).ShouldBe((2, 4));
        (await TaskQueuesStatisticsResource.ReadAsync(sid, minutes: 60, pageSize: 1, client: _client))
            .Select(one => (one.TaskQueueSid, Number(one.Cumulative, "tasks_entered")))
            .ShouldBe([(queue, 4), (second, 0)], ignoreOrder: true);
        (await TaskQueuesStatisticsResource.ReadAsync(sid, friendlyName: "Second", client: _client))
            .ShouldHaveSingleItem().TaskQueueSid.ShouldBe(second);

        var bulk = await TaskQueueBulkRealTimeStatisticsResource.CreateAsync(
            new CreateTaskQueueBulkRealTimeStatisticsOptions(sid)
            {
                Body = new { QueueSids = new[] { queue, second } },
            },
            _client);
        bulk.TaskQueueResponseCount.ShouldBe(2);
        bulk.TaskQueueData.Select(one => (Json(one).Value<string>("task_queue_sid"), Number(one, "total_tasks")))
            .ShouldBe([(queue, 2), (second, 0)], ignoreOrder: true);
    }

    [Fact]
    public async Task Statistics_of_workers()
    {
        var (sid, _) = await TellAsync();
        var alice = (await WorkerResource.ReadAsync(sid, client: _client)).Single().Sid;

        var live = await WorkersRealTimeStatisticsResource.FetchAsync(sid, client: _client);
        live.TotalWorkers.ShouldBe(1);
        WorkersIn(live.ActivityStatistics, "Available").ShouldBe(1);

        var past = await WorkersCumulativeStatisticsResource.FetchAsync(sid, minutes: 30, client: _client);
        (past.ReservationsCreated, past.ReservationsAccepted, past.ReservationsTimedOut).ShouldBe((2, 2, 0));
        past.ActivityDurations.Select(one => Json(one).Value<string>("friendly_name")).ShouldContain("Available");
        ShouldBeAWindow(past.StartTime, past.EndTime, TimeSpan.FromMinutes(30));

        var all = await WorkersStatisticsResource.FetchAsync(sid, friendlyName: "Alice", client: _client);
        (Number(all.Realtime, "total_workers"), Number(all.Cumulative, "reservations_accepted")).ShouldBe((1, 2));
        var one = await WorkerStatisticsResource.FetchAsync(sid, alice, taskChannel: "default", client: _client);
        (one.WorkerSid, Number(one.Cumulative, "tasks_assigned")).ShouldBe((alice, 2));
    }

    [Fact]
    public async Task Statistics_of_a_workflow()
    {
        var (sid, waiting) = await TellAsync();
        var workflow = (await WorkflowResource.ReadAsync(sid, client: _client)).Single().Sid;

        var live = await WorkflowRealTimeStatisticsResource.FetchAsync(sid, workflow, client: _client);
        (live.WorkflowSid, live.TotalTasks, live.LongestTaskWaitingSid).ShouldBe((workflow, 2, waiting));
        Number(live.TasksByPriority, "3").ShouldBe(1);

        var past = await WorkflowCumulativeStatisticsResource.FetchAsync(
            sid, workflow, minutes: 30, splitByWaitTime: Split, client: _client);
        (past.TasksEntered, past.TasksCanceled, past.TasksCompleted, past.ReservationsAccepted)
            .ShouldBe((4, 1, 1, 2));
        past.AvgTaskAcceptanceTime.ShouldNotBeNull().ShouldBeInRange(0, 60);
        new[] { "above", "below" }.Sum(side => Number(past.SplitByWaitTime, "5", side, "tasks_canceled")).ShouldBe(1);
        ShouldBeAWindow(past.StartTime, past.EndTime, TimeSpan.FromMinutes(30));

        var both = await WorkflowStatisticsResource.FetchAsync(sid, workflow, client: _client);
        (Number(both.Realtime, "total_tasks"), Number(both.Cumulative, "tasks_entered")).ShouldBe((2, 4));
    }

    private async Task<(string WorkspaceSid, string WaitingSid)> TellAsync()
    {
        var sid = await CreateWorkspaceAsync();
        await WorkAsync(sid);
        var alice = (await WorkerResource.ReadAsync(sid, client: _client)).Single().Sid;
        await TaskResource.CreateAsync(sid, attributes: "{}", client: _client);
        var offer = (await ReservationResource.ReadAsync(
            sid, alice, ReservationResource.StatusEnum.Pending, client: _client)).Single();
        await ReservationResource.UpdateAsync(
            sid, alice, offer.Sid, ReservationResource.StatusEnum.Accepted, client: _client);
        var canceled = await TaskResource.CreateAsync(sid, attributes: "{}", client: _client);
        await TaskResource.UpdateAsync(
            sid, canceled.Sid, assignmentStatus: TaskResource.StatusEnum.Canceled, client: _client);
        return (sid, (await TaskResource.CreateAsync(sid, priority: 3, attributes: "{}", client: _client)).Sid);
    }

    private static int Number(object figures, params string[] path) =>
        path.Aggregate((JToken)Json(figures), (token, name) => token[name].ShouldNotBeNull(name)).Value<int>();

    private static int WorkersIn(List<object> activities, string name) =>
        activities.Select(Json).Single(one => one.Value<string>("friendly_name") == name).Value<int>("workers");

    private static void ShouldBeAWindow(DateTime? start, DateTime? end, TimeSpan length)
    {
        start.ShouldNotBeNull().Kind.ShouldBe(DateTimeKind.Utc);
        (end.ShouldNotBeNull() - start!.Value).ShouldBe(length, TimeSpan.FromSeconds(2));
    }
}
