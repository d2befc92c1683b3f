using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Flex;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/worker</summary>
internal static class WorkersApi
{
    private static readonly TextParameter FriendlyName = new(
        "FriendlyName", "Name of the worker, in any letter case unique in its workspace", "Alice");

    private static readonly SidParameter ActivitySid = new(
        "ActivitySid", "The worker's activity; a new worker has its workspace's default activity", SidKind.Activity);

    private static readonly TextParameter Attributes = new(
        "Attributes",
        "A JSON object that expressions look into; it replaces the former one as a whole",
        """{"skills":["support"]}""");

    private static readonly FlagParameter RejectPendingReservations = new(
        "RejectPendingReservations", "Whether open offers are rejected; only with an activity that takes no tasks");

    private static readonly TextParameter ActivityName = new("ActivityName", "Only in this activity", "Available");

    private static readonly FlagParameter Available = new("Available", "Only those who take tasks, or who do not");

    private static readonly OrderingParameter OrderBy = new(
        "By last change of activity; by creation by default", "DateStatusChanged");

    public static readonly IReadOnlyList<Parameter> Updated =
        [ActivitySid, Attributes, FriendlyName, RejectPendingReservations];

    public static readonly Parameter[] Filters =
    [
        ActivityName, ActivitySid, Available, FriendlyName, ExpressionFilters.TargetWorkersExpression,
        ExpressionFilters.TaskQueueName, ExpressionFilters.TaskQueueSid, OrderBy,
    ];

    public static readonly Resource Shown = new(
        "worker",
        "a worker",
        "workers",
        Field.Sid("account_sid", SidKind.Account),
        Field.Text("activity_name", "Available"),
        Field.Sid("activity_sid", SidKind.Activity),
        Field.Text("attributes", Attributes.Shape.Example),
        Field.Flag("available"),
        Field.Instant("date_created"),
        Field.Instant("date_status_changed"),
        Field.Instant("date_updated"),
        Field.Text("friendly_name", "Alice"),
        Field.Sid("sid", SidKind.Worker),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Address("/WS.../Workers/WK..."),
        Field.Links(
            "channels",
            "activity",
            "workspace",
            "statistics",
            "real_time_statistics",
            "cumulative_statistics",
            "worker_statistics",
            "worker_channels",
            "reservations"))
    {
        HasVersions = true,
    };

    public static void Map(Routes workers)
    {
        Parameter[] created = [FriendlyName with { IsRequired = true }, ActivitySid, Attributes];

        workers.Get("", Operation.List("ListWorker", "workers", Shown, Filters), List);
        workers.Post("", Operation.Create("CreateWorker", Shown, created), Create);
        workers.Get("/{sid}", Operation.Fetch("FetchWorker", Shown), Fetch);
        workers.Post("/{sid}", Operation.Update("UpdateWorker", Shown, [.. Updated]), Update);
        workers.Delete("/{sid}", Operation.Delete("DeleteWorker", Shown), Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        Page.Answer(scope, query, "workers", Find(scope, query), Write);
    }

    public static IPageSource<Worker> Find(Scope scope, Parameters query)
    {
        var filter = FilterOf(scope, query);
        var all = scope.View.Workers.InOrder;
        return query.Order(OrderBy) is { } order
            ? new SortedOrder<Worker>(
                all.After(null).Where(filter),
                worker => order.CursorOf(worker.Sid, _ => worker.StatusChangedAt.UtcTicks))
            : new CreationOrder<Worker>(all, worker => worker.Sid, filter);
    }

    private static Func<Worker, bool> FilterOf(Scope scope, Parameters query)
    {
        var view = scope.View;
        var name = query.NameKey(FriendlyName);
        var activitySid = query.Value(ActivitySid);
        var activityName = query.NameKey(ActivityName);
        var available = query.Value(Available);
        var matches = ExpressionFilters.WorkersThatMatch(view, query);

        return worker =>
            (name is null || worker.NameKey == name)
            && (activitySid is null || worker.ActivitySid == activitySid)
            && (activityName is null || view.Activities.Find(worker.ActivitySid)?.NameKey == activityName)
            && (available is null || IsAvailable(worker, scope) == available)
            && (matches is null || matches(worker));
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var command = new CreateWorker(
            FriendlyName: form.Required(FriendlyName),
            ActivitySid: form.SidIfAny(ActivitySid),
            Attributes: form.Text(Attributes));
        if (await scope.FindConfigurationAsync() is { } configuration)
        {
            command = WorkerDefaults.Apply(configuration, command);
        }

        Answer(scope, StatusCodes.Status201Created, await scope.ExecuteAsync(command));
    }

    private static void Fetch(Scope scope) => Answer(scope, StatusCodes.Status200OK, Get(scope));

    public static Worker Get(Scope scope) =>
        scope.View.Workers.Find(scope.SidOf("sid", SidKind.Worker)) ?? throw scope.NotFound();

    private static async Task Update(Scope scope) =>
        Answer(scope, StatusCodes.Status200OK, await UpdateAsync(scope));

    public static async Task<Worker> UpdateAsync(Scope scope)
    {
        var sid = scope.SidOf("sid", SidKind.Worker);
        var form = await scope.ReadFormAsync();
        return await scope.ExecuteAsync(new UpdateWorker(
            sid,
            FriendlyName: form.Text(FriendlyName),
            ActivitySid: form.Value(ActivitySid),
            Attributes: form.Text(Attributes),
            RejectPendingReservations: form.Value(RejectPendingReservations) ?? false,
            IfVersion: Revision.Wanted(scope.Context.Request)));
    }

    private static async Task Delete(Scope scope)
    {
        await scope.ExecuteAsync(new DeleteWorker(
            scope.SidOf("sid", SidKind.Worker), IfVersion: Revision.Wanted(scope.Context.Request)));
        scope.AnswerNothing();
    }

    public static void Answer(Scope scope, int status, Worker worker)
    {
        Revision.Give(scope.Context.Response, worker.Version);
        scope.Answer(status, worker, Write);
    }

    private static void Write(Utf8JsonWriter json, Worker worker, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteString("activity_name"u8, scope.View.Activities.Find(worker.ActivitySid)?.FriendlyName);
        json.WriteSid("activity_sid"u8, worker.ActivitySid);
        json.WriteString("attributes"u8, worker.Attributes);
        json.WriteBoolean("available"u8, IsAvailable(worker, scope));
        json.WriteInstant("date_created"u8, worker.CreatedAt);
        json.WriteInstant("date_status_changed"u8, worker.StatusChangedAt);
        json.WriteInstant("date_updated"u8, worker.UpdatedAt);
        json.WriteString("friendly_name"u8, worker.FriendlyName);
        json.WriteSid("sid"u8, worker.Sid);
        json.WriteSid("workspace_sid"u8, worker.WorkspaceSid);
        json.WriteUrl("url"u8, scope.Url("/Workers/"u8, worker.Sid));
        json.WriteStartObject("links"u8);
        WriteLinks(json, worker, scope);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // statistics, real_time_statistics and cumulative_statistics are those of all workers; worker_statistics its own.
    private static void WriteLinks(Utf8JsonWriter json, Worker worker, Scope scope)
    {
        json.WriteUrl("channels"u8, scope.Url("/Workers/"u8, worker.Sid, "/Channels"u8));
        json.WriteLink("activity"u8, scope, "/Activities/"u8, worker.ActivitySid);
        json.WriteUrl("workspace"u8, scope.Url());
        json.WriteUrl("statistics"u8, scope.Url("/Workers/Statistics"u8));
        json.WriteUrl("real_time_statistics"u8, scope.Url("/Workers/RealTimeStatistics"u8));
        json.WriteUrl("cumulative_statistics"u8, scope.Url("/Workers/CumulativeStatistics"u8));
        json.WriteUrl("worker_statistics"u8, scope.Url("/Workers/"u8, worker.Sid, "/Statistics"u8));
        json.WriteUrl("worker_channels"u8, scope.Url("/Workers/"u8, worker.Sid, "/Channels"u8));
        json.WriteUrl("reservations"u8, scope.Url("/Workers/"u8, worker.Sid, "/Reservations"u8));
    }

    private static bool IsAvailable(Worker worker, Scope scope) =>
        scope.View.Activities.Find(worker.ActivitySid)?.Available ?? false;
}
