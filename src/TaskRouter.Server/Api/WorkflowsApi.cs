using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/workflow</summary>
internal static class WorkflowsApi
{
    public static void Map(Routes workflows)
    {
        workflows.Get("", List);
        workflows.Post("", Create);
        workflows.Get("/{sid}", Fetch);
        workflows.Post("/{sid}", Update);
        workflows.Delete("/{sid}", Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        var name = query.NameKey("FriendlyName");

        var rows = new CreationOrder<Workflow>(scope.View.Workflows.InOrder, row => row.Sid, workflow =>
            name is null || workflow.NameKey == name);
        Page.Answer(scope, query, "workflows", rows, Write);
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var workflow = await scope.Loop.ExecuteAsync(new CreateWorkflow(
            FriendlyName: form.Required("FriendlyName"),
            Configuration: form.Required("Configuration"),
            AssignmentCallbackUrl: form.Text("AssignmentCallbackUrl"),
            FallbackAssignmentCallbackUrl: form.Text("FallbackAssignmentCallbackUrl"),
            TaskReservationTimeoutSeconds: form.Number("TaskReservationTimeout")));

        scope.Answer(StatusCodes.Status201Created, workflow, Write);
    }

    private static void Fetch(Scope scope)
    {
        var workflow = scope.View.Workflows.Find(scope.SidOf("sid", SidKind.Workflow)) ?? throw scope.NotFound();
        scope.Answer(StatusCodes.Status200OK, workflow, Write);
    }

    private static async Task Update(Scope scope)
    {
        var sid = scope.SidOf("sid", SidKind.Workflow);
        var form = await scope.ReadFormAsync();
        var workflow = await scope.Loop.ExecuteAsync(new UpdateWorkflow(
            sid,
            FriendlyName: form.Text("FriendlyName"),
            Configuration: form.Text("Configuration"),
            AssignmentCallbackUrl: form.Text("AssignmentCallbackUrl"),
            FallbackAssignmentCallbackUrl: form.Text("FallbackAssignmentCallbackUrl"),
            TaskReservationTimeoutSeconds: form.Number("TaskReservationTimeout"),
            ReEvaluateTasks: form.Flag("ReEvaluateTasks") ?? false));

        scope.Answer(StatusCodes.Status200OK, workflow, Write);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.Loop.ExecuteAsync(new DeleteWorkflow(scope.SidOf("sid", SidKind.Workflow)));
        scope.AnswerNothing();
    }

    private static void Write(Utf8JsonWriter json, Workflow workflow, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteString("assignment_callback_url"u8, workflow.AssignmentCallbackUrl);
        json.WriteString("configuration"u8, workflow.Configuration);
        json.WriteInstant("date_created"u8, workflow.CreatedAt);
        json.WriteInstant("date_updated"u8, workflow.UpdatedAt);
        json.WriteString("document_content_type"u8, "application/json"u8);
        json.WriteString("fallback_assignment_callback_url"u8, workflow.FallbackAssignmentCallbackUrl);
        json.WriteString("friendly_name"u8, workflow.FriendlyName);
        json.WriteSid("sid"u8, workflow.Sid);
        json.WriteNumber("task_reservation_timeout"u8, workflow.TaskReservationTimeoutSeconds);
        json.WriteSid("workspace_sid"u8, workflow.WorkspaceSid);
        json.WriteString("url"u8, scope.Url("/Workflows/"u8, workflow.Sid));
        json.WriteStartObject("links"u8);
        json.WriteString("statistics"u8, scope.Url("/Workflows/"u8, workflow.Sid, "/Statistics"u8));
        json.WriteString("real_time_statistics"u8, scope.Url("/Workflows/"u8, workflow.Sid, "/RealTimeStatistics"u8));
        json.WriteString(
            "cumulative_statistics"u8, scope.Url("/Workflows/"u8, workflow.Sid, "/CumulativeStatistics"u8));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
