using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/workspace</summary>
internal static class WorkspacesApi
{
    public static void Map(Routes workspaces)
    {
        workspaces.Get("", List);
        workspaces.Post("", Create);
        workspaces.Get("/{workspaceSid}", Fetch);
        workspaces.Post("/{workspaceSid}", Update);
        workspaces.Delete("/{workspaceSid}", Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        var name = query.NameKey("FriendlyName");
        var workspaces = scope.Directory.List(scope.AccountSid)
            .Where(workspace => name is null || workspace.NameKey == name);

        var rows = new SortedOrder<Workspace>(workspaces, workspace => new Cursor(workspace.Sid));
        Page.Answer(scope, query, "workspaces", rows, Write);
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var workspace = await scope.Directory.CreateAsync(new CreateWorkspace(
            scope.AccountSid,
            Sid: default,
            FriendlyName: form.Required("FriendlyName"),
            EventCallbackUrl: form.Text("EventCallbackUrl"),
            EventsFilter: form.Text("EventsFilter"),
            MultiTaskEnabled: form.Flag("MultiTaskEnabled") ?? true,
            Template: form.Choice("Template", TemplateOf) ?? WorkspaceTemplate.None,
            PrioritizeQueueOrder: form.Choice("PrioritizeQueueOrder", WireNames.QueueOrderOf) ?? QueueOrder.Fifo));

        scope.Answer(StatusCodes.Status201Created, workspace, Write);
    }

    private static void Fetch(Scope scope) =>
        scope.Answer(StatusCodes.Status200OK, scope.View.Workspace ?? throw scope.NotFound(), Write);

    private static async Task Update(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var workspace = await scope.Directory.UpdateAsync(scope.Loop, new UpdateWorkspace(
            FriendlyName: form.Text("FriendlyName"),
            DefaultActivitySid: form.Sid("DefaultActivitySid", SidKind.Activity),
            TimeoutActivitySid: form.Sid("TimeoutActivitySid", SidKind.Activity),
            EventCallbackUrl: form.Text("EventCallbackUrl"),
            EventsFilter: form.Text("EventsFilter"),
            MultiTaskEnabled: form.Flag("MultiTaskEnabled"),
            PrioritizeQueueOrder: form.Choice("PrioritizeQueueOrder", WireNames.QueueOrderOf)));

        scope.Answer(StatusCodes.Status200OK, workspace, Write);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.Directory.DeleteAsync(scope.Loop);
        scope.AnswerNothing();
    }

    private static WorkspaceTemplate? TemplateOf(string text) => text.ToUpperInvariant() switch
    {
        "NONE" => WorkspaceTemplate.None,
        "FIFO" => WorkspaceTemplate.Fifo,
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
        json.WriteString("url"u8, scope.WorkspaceUrl(workspace.Sid));
        json.WriteStartObject("links"u8);
        WriteLinks(json, workspace.Sid, scope);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter json, Sid sid, Scope scope)
    {
        json.WriteString("activities"u8, scope.WorkspaceUrl(sid, "/Activities"u8));
        json.WriteString("statistics"u8, scope.WorkspaceUrl(sid, "/Statistics"u8));
        json.WriteString("real_time_statistics"u8, scope.WorkspaceUrl(sid, "/RealTimeStatistics"u8));
        json.WriteString("cumulative_statistics"u8, scope.WorkspaceUrl(sid, "/CumulativeStatistics"u8));
        json.WriteString("task_queues"u8, scope.WorkspaceUrl(sid, "/TaskQueues"u8));
        json.WriteString("tasks"u8, scope.WorkspaceUrl(sid, "/Tasks"u8));
        json.WriteString("workers"u8, scope.WorkspaceUrl(sid, "/Workers"u8));
        json.WriteString("workflows"u8, scope.WorkspaceUrl(sid, "/Workflows"u8));
        json.WriteString("task_channels"u8, scope.WorkspaceUrl(sid, "/TaskChannels"u8));
        json.WriteString("events"u8, scope.WorkspaceUrl(sid, "/Events"u8));
    }

    private static string? NameOf(CommittedView? view, Sid activitySid) =>
        view?.Activities.Find(activitySid)?.FriendlyName;
}
