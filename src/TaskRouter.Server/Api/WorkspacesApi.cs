using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/workspace</summary>
internal static class WorkspacesApi
{
    private static readonly TextParameter FriendlyName = new(
        "FriendlyName", "Name of the workspace, in any letter case unique in its account", "Support");

    private static readonly TextParameter EventCallbackUrl = new(
        "EventCallbackUrl", "Receives events; empty for none", Shape.Url);

    private static readonly TextParameter EventsFilter = new(
        "EventsFilter", "Event types that are sent, with commas between them; all when empty", "task.created");

    private static readonly FlagParameter MultiTaskEnabled = new(
        "MultiTaskEnabled", "Whether workers take several tasks at once; true by default, and then it stays true");

    private static readonly ChoiceParameter<WorkspaceTemplate> Template = new(
        "Template",
        "FIFO also makes a queue for every worker and a workflow into it; FLEX does so by the names that Flex has",
        ["NONE", "FIFO", "FLEX"],
        TemplateOf);

    private static readonly ChoiceParameter<QueueOrder> PrioritizeQueueOrder = new(
        "PrioritizeQueueOrder", "Which of two tasks of one priority in different queues goes first",
        WireNames.QueueOrders, WireNames.QueueOrderOf);

    private static readonly SidParameter DefaultActivitySid = new(
        "DefaultActivitySid", "Activity of new workers", SidKind.Activity);

    private static readonly SidParameter TimeoutActivitySid = new(
        "TimeoutActivitySid", "Activity of a worker who let an offer go by", SidKind.Activity);

    private static readonly Resource Shown = new(
        "workspace",
        "a workspace",
        "workspaces",
        Field.Sid("account_sid", SidKind.Account),
        Field.Instant("date_created"),
        Field.Instant("date_updated"),
        Field.Text("default_activity_name", "Offline"),
        Field.Sid("default_activity_sid", SidKind.Activity),
        Field.Url("event_callback_url"),
        Field.Text("events_filter", "task.created", canBeNull: true),
        Field.Text("friendly_name", "Support"),
        Field.Flag("multi_task_enabled"),
        Field.Sid("sid", SidKind.Workspace),
        Field.Text("timeout_activity_name", "Offline"),
        Field.Sid("timeout_activity_sid", SidKind.Activity),
        Field.OneOf("prioritize_queue_order", WireNames.QueueOrders),
        Field.Address("/WS..."),
        Field.Links(
            "activities",
            "statistics",
            "real_time_statistics",
            "cumulative_statistics",
            "task_queues",
            "tasks",
            "workers",
            "workflows",
            "task_channels",
            "events"));

    public static void Map(Routes workspaces)
    {
        Parameter[] created =
        [
            FriendlyName with { IsRequired = true }, EventCallbackUrl, EventsFilter, MultiTaskEnabled, Template,
            PrioritizeQueueOrder,
        ];
        Parameter[] updated =
        [
            DefaultActivitySid, EventCallbackUrl, EventsFilter, FriendlyName, MultiTaskEnabled, TimeoutActivitySid,
            PrioritizeQueueOrder,
        ];

        workspaces.Get("", Operation.List("ListWorkspace", "workspaces", Shown, FriendlyName), List);
        workspaces.Post("", Operation.Create("CreateWorkspace", Shown, created), Create);
        workspaces.Get("/{workspaceSid}", Operation.Fetch("FetchWorkspace", Shown), Fetch);
        workspaces.Post("/{workspaceSid}", Operation.Update("UpdateWorkspace", Shown, updated), Update);
        workspaces.Delete("/{workspaceSid}", Operation.Delete("DeleteWorkspace", Shown), Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        var name = query.NameKey(FriendlyName);
        var workspaces = scope.Directory.List(scope.AccountSid)
            .Where(workspace => name is null || workspace.NameKey == name);

        var rows = new SortedOrder<Workspace>(workspaces, workspace => new Cursor(workspace.Sid));
        Page.Answer(scope, query, "workspaces", rows, Write);
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var workspace = await scope.Directory.CreateAsync(
            new CreateWorkspace(
                scope.AccountSid,
                Sid: default,
                FriendlyName: form.Required(FriendlyName),
                EventCallbackUrl: form.Text(EventCallbackUrl),
                EventsFilter: form.Text(EventsFilter),
                MultiTaskEnabled: form.Value(MultiTaskEnabled) ?? true,
                Template: form.Value(Template) ?? WorkspaceTemplate.None,
                PrioritizeQueueOrder: form.Value(PrioritizeQueueOrder) ?? QueueOrder.Fifo),
            scope.Actor);

        scope.Answer(StatusCodes.Status201Created, workspace, Write);
    }

    private static void Fetch(Scope scope) =>
        scope.Answer(StatusCodes.Status200OK, scope.View.Workspace ?? throw scope.NotFound(), Write);

    private static async Task Update(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var workspace = await scope.Directory.UpdateAsync(
            scope.Loop,
            new UpdateWorkspace(
                FriendlyName: form.Text(FriendlyName),
                DefaultActivitySid: form.Value(DefaultActivitySid),
                TimeoutActivitySid: form.Value(TimeoutActivitySid),
                EventCallbackUrl: form.Text(EventCallbackUrl),
                EventsFilter: form.Text(EventsFilter),
                MultiTaskEnabled: form.Value(MultiTaskEnabled),
                PrioritizeQueueOrder: form.Value(PrioritizeQueueOrder)),
            scope.Actor);

        scope.Answer(StatusCodes.Status200OK, workspace, Write);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.Directory.DeleteAsync(scope.Loop, scope.Actor);
        scope.AnswerNothing();
    }

    private static WorkspaceTemplate? TemplateOf(string text) => text.ToUpperInvariant() switch
    {
        "NONE" => WorkspaceTemplate.None,
        "FIFO" => WorkspaceTemplate.Fifo,
        "FLEX" => WorkspaceTemplate.Flex,
        _ => null,
    };

    private static void Write(Utf8JsonWriter json, Workspace workspace, Scope scope)
    {
        var view = scope.Directory.Find(workspace.AccountSid, workspace.Sid)?.View;
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, workspace.AccountSid);
        json.WriteInstant("date_created"u8, workspace.CreatedAt);
        json.WriteInstant("date_updated"u8, workspace.UpdatedAt);
        json.WriteString("default_activity_name"u8, NameOf(view, workspace.DefaultActivitySid));
        json.WriteSid("default_activity_sid"u8, workspace.DefaultActivitySid);
        json.WriteString("event_callback_url"u8, workspace.EventCallbackUrl);
        json.WriteString("events_filter"u8, workspace.EventsFilter);
        json.WriteString("friendly_name"u8, workspace.FriendlyName);
        json.WriteBoolean("multi_task_enabled"u8, workspace.MultiTaskEnabled);
        json.WriteSid("sid"u8, workspace.Sid);
        json.WriteString("timeout_activity_name"u8, NameOf(view, workspace.TimeoutActivitySid));
        json.WriteSid("timeout_activity_sid"u8, workspace.TimeoutActivitySid);
        json.WriteString("prioritize_queue_order"u8, WireNames.Of(workspace.PrioritizeQueueOrder));
        json.WriteUrl("url"u8, scope.WorkspaceUrl(workspace.Sid));
        json.WriteStartObject("links"u8);
        WriteLinks(json, workspace.Sid, scope);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter json, Sid sid, Scope scope)
    {
        json.WriteUrl("activities"u8, scope.WorkspaceUrl(sid, "/Activities"u8));
        json.WriteUrl("statistics"u8, scope.WorkspaceUrl(sid, "/Statistics"u8));
        json.WriteUrl("real_time_statistics"u8, scope.WorkspaceUrl(sid, "/RealTimeStatistics"u8));
        json.WriteUrl("cumulative_statistics"u8, scope.WorkspaceUrl(sid, "/CumulativeStatistics"u8));
        json.WriteUrl("task_queues"u8, scope.WorkspaceUrl(sid, "/TaskQueues"u8));
        json.WriteUrl("tasks"u8, scope.WorkspaceUrl(sid, "/Tasks"u8));
        json.WriteUrl("workers"u8, scope.WorkspaceUrl(sid, "/Workers"u8));
        json.WriteUrl("workflows"u8, scope.WorkspaceUrl(sid, "/Workflows"u8));
        json.WriteUrl("task_channels"u8, scope.WorkspaceUrl(sid, "/TaskChannels"u8));
        json.WriteUrl("events"u8, scope.WorkspaceUrl(sid, "/Events"u8));
    }

    private static string? NameOf(CommittedView? view, Sid activitySid) =>
        view?.Activities.Find(activitySid)?.FriendlyName;
}
