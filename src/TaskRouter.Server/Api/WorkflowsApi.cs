using System.Net.Mime;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/workflow</summary>
internal static class WorkflowsApi
{
    private static readonly TextParameter FriendlyName = new(
        "FriendlyName", "Name of the workflow, in any letter case unique in its workspace", "Support");

    private static readonly TextParameter Configuration = new(
        "Configuration",
        "The routing rules as JSON: https://www.twilio.com/docs/taskrouter/workflow-configuration",
        """{"task_routing":{"default_filter":{"queue":"WQ0192a7c4e5f67a8b9c0d1e2f3a4b5c6d"}}}""");

    private static readonly TextParameter AssignmentCallbackUrl = new(
        "AssignmentCallbackUrl", "Called when a task is offered to a worker; empty for none", Shape.Url);

    private static readonly TextParameter FallbackAssignmentCallbackUrl = new(
        "FallbackAssignmentCallbackUrl", "Called when the other URL fails; empty for none", Shape.Url);

    private static readonly NumberParameter TaskReservationTimeout = new(
        "TaskReservationTimeout",
        "Seconds that an offer stands; 120 by default",
        Shape.Range(1, 86_400) with { Example = "120" });

    private static readonly FlagParameter ReEvaluateTasks = new(
        "ReEvaluateTasks", "Whether waiting tasks start again in the configuration as it is now");

    private static readonly Resource Shown = new(
        "workflow",
        "a workflow",
        "workflows",
        Field.Sid("account_sid", SidKind.Account),
        Field.Url("assignment_callback_url", canBeNull: true),
        Field.Text("configuration", Configuration.Shape.Example),
        Field.Instant("date_created"),
        Field.Instant("date_updated"),
        Field.Text("document_content_type", MediaTypeNames.Application.Json),
        Field.Url("fallback_assignment_callback_url", canBeNull: true),
        Field.Text("friendly_name", "Support"),
        Field.Sid("sid", SidKind.Workflow),
        Field.Integer("task_reservation_timeout", "120"),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Address("/WS.../Workflows/WW..."),
        Field.Links("statistics", "real_time_statistics", "cumulative_statistics"));

    public static void Map(Routes workflows)
    {
        Parameter[] callbacks = [AssignmentCallbackUrl, FallbackAssignmentCallbackUrl];
        Parameter[] created =
        [
            FriendlyName with { IsRequired = true }, Configuration with { IsRequired = true }, .. callbacks,
            TaskReservationTimeout,
        ];
        Parameter[] updated = [FriendlyName, .. callbacks, Configuration, TaskReservationTimeout, ReEvaluateTasks];

        workflows.Get("", Operation.List("ListWorkflow", "workflows", Shown, FriendlyName), List);
        workflows.Post("", Operation.Create("CreateWorkflow", Shown, created), Create);
        workflows.Get("/{sid}", Operation.Fetch("FetchWorkflow", Shown), Fetch);
        workflows.Post("/{sid}", Operation.Update("UpdateWorkflow", Shown, updated), Update);
        workflows.Delete("/{sid}", Operation.Delete("DeleteWorkflow", Shown), Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        var name = query.NameKey(FriendlyName);

        var rows = new CreationOrder<Workflow>(scope.View.Workflows.InOrder, row => row.Sid, workflow =>
            name is null || workflow.NameKey == name);
        Page.Answer(scope, query, "workflows", rows, Write);
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var workflow = await scope.ExecuteAsync(new CreateWorkflow(
            FriendlyName: form.Required(FriendlyName),
            Configuration: form.Required(Configuration),
            AssignmentCallbackUrl: form.Text(AssignmentCallbackUrl),
            FallbackAssignmentCallbackUrl: form.Text(FallbackAssignmentCallbackUrl),
            TaskReservationTimeoutSeconds: form.Value(TaskReservationTimeout)));

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
        var workflow = await scope.ExecuteAsync(new UpdateWorkflow(
            sid,
            FriendlyName: form.Text(FriendlyName),
            Configuration: form.Text(Configuration),
            AssignmentCallbackUrl: form.Text(AssignmentCallbackUrl),
            FallbackAssignmentCallbackUrl: form.Text(FallbackAssignmentCallbackUrl),
            TaskReservationTimeoutSeconds: form.Value(TaskReservationTimeout),
            ReEvaluateTasks: form.Value(ReEvaluateTasks) ?? false));

        scope.Answer(StatusCodes.Status200OK, workflow, Write);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.ExecuteAsync(new DeleteWorkflow(scope.SidOf("sid", SidKind.Workflow)));
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
        json.WriteUrl("url"u8, scope.Url("/Workflows/"u8, workflow.Sid));
        json.WriteStartObject("links"u8);
        json.WriteUrl("statistics"u8, scope.Url("/Workflows/"u8, workflow.Sid, "/Statistics"u8));
        json.WriteUrl("real_time_statistics"u8, scope.Url("/Workflows/"u8, workflow.Sid, "/RealTimeStatistics"u8));
        json.WriteString(
            "cumulative_statistics"u8, scope.Url("/Workflows/"u8, workflow.Sid, "/CumulativeStatistics"u8));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
