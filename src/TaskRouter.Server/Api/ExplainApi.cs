using TaskRouter.Engine.Explanations;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>
/// Why a task waits, and who is near to serving a queue. Not in Twilio's API. Answered from the committed view: one
/// look at every worker and every task, and none at routing.
/// </summary>
internal static class ExplainApi
{
    private const int ShownDefault = 50;
    private const int ShownMax = 200;

    private static readonly NumberParameter Limit = new(
        "Limit", $"Workers to tell about, the closest first; {ShownDefault} by default", Shape.Range(0, ShownMax));

    private static readonly SidParameter WorkerSid = new(
        "WorkerSid", "The one worker to tell about; the others are counted all the same", SidKind.Worker);

    private static readonly Resource ShownTask = new(
        "task_explanation",
        "why a task is where it is",
        "",
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Sid("task_sid", SidKind.Task),
        Field.OneOf("status", WireNames.AssignmentStatuses),
        Field.Sid("workflow_sid", SidKind.Workflow, canBeNull: true),
        Field.Integer("workflow_version"),
        Field.Instant("at"),
        Field.Text("summary", "NO_MATCHING_WORKER: routing.skills lacks \"Support\" (1 of 1 workers)"),
        Field.List("reasons"),
        Field.Integer("filter_count"),
        Field.List("filters"),
        Field.List("steps"),
        Field.Integer("waiting_ahead"),
        Field.Any("next_event"));

    private static readonly Resource ShownQueue = new(
        "task_queue_explanation",
        "who serves a task queue, and who nearly does",
        "",
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Sid("task_queue_sid", SidKind.TaskQueue),
        Field.Text("friendly_name", "Support"),
        Field.Text("target_workers", "routing.skills HAS \"Support\""),
        Field.Instant("at"),
        Field.Any("summary"),
        Field.List("near_misses"),
        Field.List("workers"));

    public static void Map(Routes workspace)
    {
        workspace.Get(
            "/Tasks/{taskSid}/Explain",
            Operation.Fetch("ExplainTask", ShownTask, Limit, WorkerSid),
            ExplainTask);
        workspace.Get(
            "/TaskQueues/{taskQueueSid}/Explain",
            Operation.Fetch("ExplainTaskQueue", ShownQueue, Limit, WorkerSid),
            ExplainTaskQueue);
    }

    private static void ExplainTask(Scope scope)
    {
        var now = scope.Now;
        var explainer = ExplainerOf(scope, now);
        var task = scope.View.Tasks.Find(scope.SidOf("taskSid", SidKind.Task)) ?? throw scope.NotFound();
        scope.Answer(StatusCodes.Status200OK, explainer.Explain(task), (json, explanation, _) =>
            ExplainJson.Write(json, explanation, scope, now));
    }

    private static void ExplainTaskQueue(Scope scope)
    {
        var now = scope.Now;
        var explainer = ExplainerOf(scope, now);
        var queue = scope.View.TaskQueues.Find(scope.SidOf("taskQueueSid", SidKind.TaskQueue))
            ?? throw scope.NotFound();
        scope.Answer(StatusCodes.Status200OK, explainer.Explain(queue), (json, explanation, _) =>
            ExplainJson.Write(json, queue, explanation, scope, now));
    }

    private static TaskExplainer ExplainerOf(Scope scope, DateTimeOffset now)
    {
        var query = scope.ReadQuery();
        var limit = query.Value(Limit) ?? ShownDefault;
        if (limit is < 0 or > ShownMax)
        {
            throw Limit.Refuse($"must be from 0 to {ShownMax}");
        }

        var view = scope.View;
        return new TaskExplainer(
            new ExplainView(view, view.Workspace ?? throw scope.NotFound()), now, limit, query.Value(WorkerSid));
    }
}
