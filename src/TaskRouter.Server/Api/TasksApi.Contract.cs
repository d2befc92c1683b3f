using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;

namespace TaskRouter.Server.Api;

// What tasks take and show.
internal static partial class TasksApi
{
    private const string Created = "DateCreated";
    private const string Urgency = "Priority";
    private const string VirtualStart = "VirtualStartTime";

    private static readonly SidParameter WorkflowSid = new(
        "WorkflowSid", "The workflow; may be left out where there is only one", SidKind.Workflow);

    private static readonly TextParameter Attributes = new(
        "Attributes",
        "A JSON object that expressions look into; it replaces the former one as a whole",
        """{"type":"support"}""");

    private static readonly NumberParameter Priority = new(
        "Priority", "Higher goes first; a workflow's target may set another one", Shape.Range(0, int.MaxValue));

    private static readonly NumberParameter Timeout = new(
        "Timeout",
        "Seconds until the task is canceled if nobody has accepted it; 86,400 by default",
        Shape.Range(1, 1_209_600) with { Example = "3600" });

    private static readonly TextParameter Channel = new(
        "TaskChannel", "SID or unique name of the channel; the channel called default by default", "chat");

    private static readonly InstantParameter VirtualStartTime = new(
        "VirtualStartTime", "The time that the task's age in its queue counts from; not in the future");

    private static readonly SidParameter RoutingTarget = new(
        "RoutingTarget",
        "The worker, queue or workflow that the task goes to directly",
        SidKind.Worker,
        SidKind.TaskQueue,
        SidKind.Workflow);

    private static readonly TextParameter OfRoutingTarget = new(
        "RoutingTarget", "Only with this target", Shape.Sid(SidKind.Worker).Example);

    private static readonly FlagParameter IgnoreCapacity = new(
        "IgnoreCapacity", "With a worker as target: whether it gets the task even if busy or away; true by default");

    private static readonly SidParameter TaskQueueSid = new("TaskQueueSid", "The task's queue", SidKind.TaskQueue);

    private static readonly ChoiceParameter<AssignmentStatus> Status = new(
        "AssignmentStatus",
        "Where the task's present status allows it: canceled, wrapping or completed",
        WireNames.AssignmentStatuses,
        WireNames.AssignmentStatusOf);

    private static readonly ChoiceParameter<AssignmentStatus> OfStatus = Status with
    {
        Meaning = "Only with one of these; may be repeated, or hold several with commas between them",
        IsList = true,
    };

    private static readonly TextParameter Reason = new("Reason", "Why the task was canceled or completed", "solved");

    private static readonly TextParameter WorkflowName = new("WorkflowName", "Only of this workflow", "Support");

    private static readonly TextParameter TaskQueueName = new("TaskQueueName", "Only in this queue", "English support");

    private static readonly FlagParameter HasAddons = new("HasAddons", "Only with add-ons, which no task has here");

    private static readonly OrderingParameter OrderBy = new(
        "One key or two; DateCreated and VirtualStartTime exclude each other", Created, Urgency, VirtualStart);

    public static readonly IReadOnlyList<Parameter> Taken =
    [
        Timeout, Priority, Channel, WorkflowSid, Attributes, VirtualStartTime, RoutingTarget, IgnoreCapacity,
        TaskQueueSid,
    ];

    public static readonly IReadOnlyList<Parameter> Updated =
        [Attributes, Status, Reason, Priority, Channel, VirtualStartTime];

    private static readonly Parameter[] Filters =
    [
        Priority, OfStatus, WorkflowSid, WorkflowName, TaskQueueSid, TaskQueueName,
        ExpressionFilters.EvaluateTaskAttributes, OfRoutingTarget, OrderBy, HasAddons,
    ];

    private static readonly Resource Shown = new(
        "task",
        "a task",
        "tasks",
        Field.Sid("account_sid", SidKind.Account),
        Field.Integer("age", "60"),
        Field.OneOf("assignment_status", WireNames.AssignmentStatuses),
        Field.Text("attributes", Attributes.Shape.Example),
        Field.Text("addons", "{}"),
        Field.Instant("date_created"),
        Field.Instant("date_updated"),
        Field.Instant("task_queue_entered_date", canBeNull: true),
        Field.Integer("priority"),
        Field.Text("reason", "solved", canBeNull: true),
        Field.Sid("sid", SidKind.Task),
        Field.Sid("task_queue_sid", SidKind.TaskQueue, canBeNull: true),
        Field.Text("task_queue_friendly_name", "English support", canBeNull: true),
        Field.Sid("task_channel_sid", SidKind.TaskChannel),
        Field.Text("task_channel_unique_name", "chat", canBeNull: true),
        Field.Integer("timeout", "3600"),
        Field.Sid("workflow_sid", SidKind.Workflow, canBeNull: true),
        Field.Text("workflow_friendly_name", "Support", canBeNull: true),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Address("/WS.../Tasks/WT..."),
        Field.Links("task_queue", "workflow", "workspace", "reservations"),
        Field.Instant("virtual_start_time"),
        Field.Flag("ignore_capacity"),
        Field.Text("routing_target", Shape.Sid(SidKind.Worker).Example, canBeNull: true))
    {
        HasVersions = true,
    };
}
