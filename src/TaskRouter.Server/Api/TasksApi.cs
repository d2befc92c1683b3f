using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/task</summary>
internal static partial class TasksApi
{
    public static void Map(Routes tasks)
    {
        tasks.Get("", Operation.List("ListTask", "tasks", Shown, Filters), List);
        tasks.Post("", Operation.Create("CreateTask", Shown, [.. Taken]), Create);
        tasks.Get("/{sid}", Operation.Fetch("FetchTask", Shown), Fetch);
        tasks.Post("/{sid}", Operation.Update("UpdateTask", Shown, [.. Updated]), Update);
        tasks.Delete("/{sid}", Operation.Delete("DeleteTask", Shown), Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        var filter = FilterOf(scope.View, query);
        var all = scope.View.Tasks.InOrder;
        IPageSource<RoutingTask> rows = query.Order(OrderBy) is { } order
            ? new SortedOrder<RoutingTask>(
                all.After(null).Where(filter), task => order.CursorOf(task.Sid, key => KeyOf(task, key)))
            : new CreationOrder<RoutingTask>(all, task => task.Sid, filter);
        Page.Answer(scope, query, "tasks", rows, Write);
    }

    private static long KeyOf(RoutingTask task, string key) => key switch
    {
        Urgency => task.Priority,
        VirtualStart => task.VirtualStartAt.UtcTicks,
        _ => task.CreatedAt.UtcTicks,
    };

    private static Func<RoutingTask, bool> FilterOf(CommittedView view, Parameters query)
    {
        var priority = query.Value(Priority);
        var statuses = query.Values(OfStatus).ToHashSet();
        var workflowSid = query.Value(WorkflowSid);
        var workflowName = query.NameKey(WorkflowName);
        var queueSid = query.Value(TaskQueueSid);
        var queueName = query.NameKey(TaskQueueName);
        var target = query.Text(OfRoutingTarget);
        var hasAddons = query.Value(HasAddons);
        var matches = ExpressionFilters.TasksThatMatch(query);

        return task =>
            (priority is null || task.Priority == priority)
            && (statuses.Count == 0 || statuses.Contains(task.AssignmentStatus))
            && (workflowSid is null || task.WorkflowSid == workflowSid)
            && (workflowName is null || WorkflowOf(task, view)?.NameKey == workflowName)
            && (queueSid is null || task.TaskQueueSid == queueSid)
            && (queueName is null || QueueOf(task, view)?.NameKey == queueName)
            && (target is null || task.RoutingTarget == target)
            && hasAddons is not true
            && (matches is null || matches(task));
    }

    private static async Task Create(Scope scope) =>
        Answer(scope, StatusCodes.Status201Created, await CreateAsync(scope));

    public static async Task<RoutingTask> CreateAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        return await scope.ExecuteAsync(new CreateTask(
            WorkflowSid: form.SidIfAny(WorkflowSid),
            Attributes: form.Text(Attributes),
            Priority: form.Value(Priority),
            TimeoutSeconds: form.Value(Timeout),
            TaskChannel: form.Text(Channel),
            VirtualStartAt: form.Value(VirtualStartTime),
            RoutingTarget: form.Value(RoutingTarget),
            IgnoreCapacity: form.Value(IgnoreCapacity),
            TaskQueueSid: form.SidIfAny(TaskQueueSid)));
    }

    private static void Fetch(Scope scope) => Answer(scope, StatusCodes.Status200OK, Get(scope));

    public static RoutingTask Get(Scope scope) =>
        scope.View.Tasks.Find(scope.SidOf("sid", SidKind.Task)) ?? throw scope.NotFound();

    private static async Task Update(Scope scope) =>
        Answer(scope, StatusCodes.Status200OK, await UpdateAsync(scope));

    public static async Task<RoutingTask> UpdateAsync(Scope scope)
    {
        var sid = scope.SidOf("sid", SidKind.Task);
        var form = await scope.ReadFormAsync();
        return await scope.ExecuteAsync(new UpdateTask(
            sid,
            Attributes: form.Text(Attributes),
            AssignmentStatus: form.Value(Status),
            Reason: form.Text(Reason),
            Priority: form.Value(Priority),
            TaskChannel: form.Text(Channel),
            VirtualStartAt: form.Value(VirtualStartTime),
            IfVersion: Revision.Wanted(scope.Context.Request)));
    }

    private static async Task Delete(Scope scope)
    {
        await scope.ExecuteAsync(new DeleteTask(
            scope.SidOf("sid", SidKind.Task), IfVersion: Revision.Wanted(scope.Context.Request)));
        scope.AnswerNothing();
    }

    private static void Answer(Scope scope, int status, RoutingTask task)
    {
        Revision.Give(scope.Context.Response, task.Version);
        scope.Answer(status, task, Write);
    }

    private static void Write(Utf8JsonWriter json, RoutingTask task, Scope scope)
    {
        var view = scope.View;
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteNumber("age"u8, task.AgeAt(scope.Now));
        json.WriteString("assignment_status"u8, WireNames.Of(task.AssignmentStatus));
        json.WriteString("attributes"u8, task.Attributes);
        json.WriteString("addons"u8, "{}"u8);
        json.WriteInstant("date_created"u8, task.CreatedAt);
        json.WriteInstant("date_updated"u8, task.UpdatedAt);
        json.WriteInstant("task_queue_entered_date"u8, task.QueueEnteredAt);
        json.WriteNumber("priority"u8, task.Priority);
        json.WriteString("reason"u8, task.Reason);
        json.WriteSid("sid"u8, task.Sid);
        json.WriteSid("task_queue_sid"u8, task.TaskQueueSid);
        json.WriteString("task_queue_friendly_name"u8, QueueOf(task, view)?.FriendlyName);
        json.WriteSid("task_channel_sid"u8, task.TaskChannelSid);
        json.WriteString("task_channel_unique_name"u8, view.TaskChannels.Find(task.TaskChannelSid)?.UniqueName);
        json.WriteNumber("timeout"u8, task.TimeoutSeconds);
        json.WriteSid("workflow_sid"u8, task.WorkflowSid);
        json.WriteString("workflow_friendly_name"u8, WorkflowOf(task, view)?.FriendlyName);
        json.WriteSid("workspace_sid"u8, task.WorkspaceSid);
        json.WriteUrl("url"u8, scope.Url("/Tasks/"u8, task.Sid));
        json.WriteStartObject("links"u8);
        json.WriteLink("task_queue"u8, scope, "/TaskQueues/"u8, task.TaskQueueSid);
        json.WriteLink("workflow"u8, scope, "/Workflows/"u8, task.WorkflowSid);
        json.WriteUrl("workspace"u8, scope.Url());
        json.WriteUrl("reservations"u8, scope.Url("/Tasks/"u8, task.Sid, "/Reservations"u8));
        json.WriteEndObject();
        json.WriteInstant("virtual_start_time"u8, task.VirtualStartAt);
        json.WriteBoolean("ignore_capacity"u8, task.IgnoreCapacity);
        json.WriteString("routing_target"u8, task.RoutingTarget);
        json.WriteEndObject();
    }

    private static TaskQueue? QueueOf(RoutingTask task, CommittedView view) =>
        task.TaskQueueSid is { } sid ? view.TaskQueues.Find(sid) : null;

    private static Workflow? WorkflowOf(RoutingTask task, CommittedView view) =>
        task.WorkflowSid is { } sid ? view.Workflows.Find(sid) : null;
}
