using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>What a task is shown with and does not know itself.</summary>
internal readonly record struct TaskNames(string? Queue, string? Workflow, string? Channel)
{
    public static TaskNames Of(RoutingTask task, CommittedView view) => new(
        task.TaskQueueSid is { } queue ? view.TaskQueues.Find(queue)?.FriendlyName : null,
        task.WorkflowSid is { } workflow ? view.Workflows.Find(workflow)?.FriendlyName : null,
        view.TaskChannels.Find(task.TaskChannelSid)?.UniqueName);

    public static TaskNames Of(RoutingEvent happened) => new(
        happened.Queue?.FriendlyName, happened.Workflow?.FriendlyName, happened.Channel?.UniqueName);
}
