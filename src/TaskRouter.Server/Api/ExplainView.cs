using TaskRouter.Engine.Explanations;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api;

/// <summary>What is committed of a workspace, for explaining.</summary>
internal sealed class ExplainView(CommittedView view, Workspace workspace) : IWorkspaceView
{
    public Workspace Workspace => workspace;

    public IEnumerable<Worker> Workers => view.Workers.InOrder.After(null);

    public IEnumerable<RoutingTask> Tasks => view.Tasks.InOrder.After(null);

    public Activity? FindActivity(Sid sid) => view.Activities.Find(sid);

    public TaskChannel? FindTaskChannel(Sid sid) => view.TaskChannels.Find(sid);

    public TaskQueue? FindTaskQueue(Sid sid) => view.TaskQueues.Find(sid);

    public string? FindConfiguration(Sid workflowSid, int version) => view.ConfigurationOf(workflowSid, version);

    public AttributeDocument AttributesOf(Worker worker) => view.AttributesOf(worker);

    public IEnumerable<WorkerChannel> ChannelsOf(Sid workerSid) => view.ChannelsOf(workerSid).After(null);

    public IEnumerable<Reservation> ReservationsOfWorker(Sid workerSid) =>
        view.ReservationsOfWorker(workerSid).After(null);

    public IEnumerable<Reservation> ReservationsOfTask(Sid taskSid) => view.ReservationsOfTask(taskSid).After(null);
}
