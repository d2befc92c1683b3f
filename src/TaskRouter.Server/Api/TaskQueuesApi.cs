using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/task-queue</summary>
internal static class TaskQueuesApi
{
    private static readonly TextParameter FriendlyName = new(
        "FriendlyName", "Name of the queue, in any letter case unique in its workspace", "English support");

    private static readonly TextParameter TargetWorkers = new(
        "TargetWorkers",
        "Expression over worker attributes: who serves the queue; every worker by default",
        "languages HAS 'english'");

    private static readonly NumberParameter MaxReservedWorkers = new(
        "MaxReservedWorkers", "Workers that are offered one task at the same time; 1 by default", Shape.Range(1, 50));

    private static readonly ChoiceParameter<QueueOrder> TaskOrder = new(
        "TaskOrder", "Whether the oldest or the newest task goes first; FIFO by default", WireNames.QueueOrders,
        WireNames.QueueOrderOf);

    private static readonly SidParameter ReservationActivitySid = new(
        "ReservationActivitySid", "Activity of a worker who is offered a task, without multitasking", SidKind.Activity);

    private static readonly SidParameter AssignmentActivitySid = new(
        "AssignmentActivitySid", "Activity of a worker who accepted a task, without multitasking", SidKind.Activity);

    private static readonly OrderingParameter OrderBy = new("By last change; by creation by default", "DateUpdated");

    public static readonly Parameter[] Filters =
    [
        FriendlyName, ExpressionFilters.EvaluateWorkerAttributes, ExpressionFilters.WorkerSid, OrderBy,
    ];

    private static readonly Resource Shown = new(
        "task_queue",
        "a task queue",
        "task queues",
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("assignment_activity_sid", SidKind.Activity, canBeNull: true),
        Field.Text("assignment_activity_name", "Busy", canBeNull: true),
        Field.Instant("date_created"),
        Field.Instant("date_updated"),
        Field.Text("friendly_name", "English support"),
        Field.Integer("max_reserved_workers", "1"),
        Field.Sid("reservation_activity_sid", SidKind.Activity, canBeNull: true),
        Field.Text("reservation_activity_name", "Reserved", canBeNull: true),
        Field.Sid("sid", SidKind.TaskQueue),
        Field.Text("target_workers", "languages HAS 'english'"),
        Field.OneOf("task_order", WireNames.QueueOrders),
        Field.Address("/WS.../TaskQueues/WQ..."),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Links(
            "assignment_activity",
            "reservation_activity",
            "workspace",
            "statistics",
            "real_time_statistics",
            "cumulative_statistics",
            "list_statistics",
            "bulk_real_time_statistics"));

    public static void Map(Routes queues)
    {
        Parameter[] written =
            [TargetWorkers, MaxReservedWorkers, TaskOrder, ReservationActivitySid, AssignmentActivitySid];
        Parameter[] created = [FriendlyName with { IsRequired = true }, .. written];

        queues.Get("", Operation.List("ListTaskQueue", "task_queues", Shown, Filters), List);
        queues.Post("", Operation.Create("CreateTaskQueue", Shown, created), Create);
        queues.Get("/{sid}", Operation.Fetch("FetchTaskQueue", Shown), Fetch);
        queues.Post("/{sid}", Operation.Update("UpdateTaskQueue", Shown, [FriendlyName, .. written]), Update);
        queues.Delete("/{sid}", Operation.Delete("DeleteTaskQueue", Shown), Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        Page.Answer(scope, query, "task_queues", Find(scope, query), Write);
    }

    public static IPageSource<TaskQueue> Find(Scope scope, Parameters query)
    {
        var name = query.NameKey(FriendlyName);
        var serves = ExpressionFilters.QueuesThatServe(scope.View, query);
        bool Matches(TaskQueue queue) => (name is null || queue.NameKey == name) && (serves is null || serves(queue));

        var all = scope.View.TaskQueues.InOrder;
        return query.Order(OrderBy) is { } order
            ? new SortedOrder<TaskQueue>(
                all.After(null).Where(Matches), queue => order.CursorOf(queue.Sid, _ => queue.UpdatedAt.UtcTicks))
            : new CreationOrder<TaskQueue>(all, queue => queue.Sid, Matches);
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var queue = await scope.ExecuteAsync(new CreateTaskQueue(
            FriendlyName: form.Required(FriendlyName),
            TargetWorkers: form.Text(TargetWorkers),
            MaxReservedWorkers: form.Value(MaxReservedWorkers),
            TaskOrder: form.Value(TaskOrder),
            ReservationActivitySid: form.SidIfAny(ReservationActivitySid),
            AssignmentActivitySid: form.SidIfAny(AssignmentActivitySid)));

        scope.Answer(StatusCodes.Status201Created, queue, Write);
    }

    private static void Fetch(Scope scope) => scope.Answer(StatusCodes.Status200OK, Get(scope), Write);

    public static TaskQueue Get(Scope scope) =>
        scope.View.TaskQueues.Find(scope.SidOf("sid", SidKind.TaskQueue)) ?? throw scope.NotFound();

    private static async Task Update(Scope scope)
    {
        var sid = scope.SidOf("sid", SidKind.TaskQueue);
        var form = await scope.ReadFormAsync();
        var queue = await scope.ExecuteAsync(new UpdateTaskQueue(
            sid,
            FriendlyName: form.Text(FriendlyName),
            TargetWorkers: form.Text(TargetWorkers),
            MaxReservedWorkers: form.Value(MaxReservedWorkers),
            TaskOrder: form.Value(TaskOrder),
            ReservationActivitySid: form.SidOrNone(ReservationActivitySid),
            AssignmentActivitySid: form.SidOrNone(AssignmentActivitySid)));

        scope.Answer(StatusCodes.Status200OK, queue, Write);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.ExecuteAsync(new DeleteTaskQueue(scope.SidOf("sid", SidKind.TaskQueue)));
        scope.AnswerNothing();
    }

    private static void Write(Utf8JsonWriter json, TaskQueue queue, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteSid("assignment_activity_sid"u8, queue.AssignmentActivitySid);
        json.WriteString("assignment_activity_name"u8, NameOf(queue.AssignmentActivitySid, scope));
        json.WriteInstant("date_created"u8, queue.CreatedAt);
        json.WriteInstant("date_updated"u8, queue.UpdatedAt);
        json.WriteString("friendly_name"u8, queue.FriendlyName);
        json.WriteNumber("max_reserved_workers"u8, queue.MaxReservedWorkers);
        json.WriteSid("reservation_activity_sid"u8, queue.ReservationActivitySid);
        json.WriteString("reservation_activity_name"u8, NameOf(queue.ReservationActivitySid, scope));
        json.WriteSid("sid"u8, queue.Sid);
        json.WriteString("target_workers"u8, queue.TargetWorkers);
        json.WriteString("task_order"u8, WireNames.Of(queue.TaskOrder));
        json.WriteUrl("url"u8, scope.Url("/TaskQueues/"u8, queue.Sid));
        json.WriteSid("workspace_sid"u8, queue.WorkspaceSid);
        json.WriteStartObject("links"u8);
        WriteLinks(json, queue, scope);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter json, TaskQueue queue, Scope scope)
    {
        json.WriteLink("assignment_activity"u8, scope, "/Activities/"u8, queue.AssignmentActivitySid);
        json.WriteLink("reservation_activity"u8, scope, "/Activities/"u8, queue.ReservationActivitySid);
        json.WriteUrl("workspace"u8, scope.Url());
        json.WriteUrl("statistics"u8, scope.Url("/TaskQueues/"u8, queue.Sid, "/Statistics"u8));
        json.WriteUrl("real_time_statistics"u8, scope.Url("/TaskQueues/"u8, queue.Sid, "/RealTimeStatistics"u8));
        json.WriteUrl("cumulative_statistics"u8, scope.Url("/TaskQueues/"u8, queue.Sid, "/CumulativeStatistics"u8));
        json.WriteUrl("list_statistics"u8, scope.Url("/TaskQueues/Statistics"u8));
        json.WriteUrl("bulk_real_time_statistics"u8, scope.Url("/TaskQueues/RealTimeStatistics"u8));
    }

    public static string? NameOf(Sid? activitySid, Scope scope) =>
        activitySid is { } sid ? scope.View.Activities.Find(sid)?.FriendlyName : null;
}
