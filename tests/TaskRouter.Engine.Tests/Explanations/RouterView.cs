using TaskRouter.Engine.Explanations;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Explanations;

/// <summary>What a router would publish.</summary>
internal sealed class RouterView(Changes all) : IWorkspaceView
{
    public Workspace Workspace => all.Workspace!;

    public IEnumerable<Worker> Workers => all.Workers.Written.Values;

    public IEnumerable<RoutingTask> Tasks => all.Tasks.Written.Values;

    public Activity? FindActivity(Sid sid) => all.Activities.Written.GetValueOrDefault(sid);

    public TaskChannel? FindTaskChannel(Sid sid) => all.TaskChannels.Written.GetValueOrDefault(sid);

    public TaskQueue? FindTaskQueue(Sid sid) => all.TaskQueues.Written.GetValueOrDefault(sid);

    public string? FindConfiguration(Sid workflowSid, int version) =>
        all.Workflows.Written.GetValueOrDefault(workflowSid) is { } workflow && workflow.ConfigurationVersion == version
            ? workflow.Configuration
            : all.WrittenVersions.GetValueOrDefault((workflowSid, version))?.Configuration;

    public AttributeDocument AttributesOf(Worker worker) => all.WorkerAttributes[worker.Sid];

    public IEnumerable<WorkerChannel> ChannelsOf(Sid workerSid) =>
        all.WorkerChannels.Written.Values.Where(channel => channel.WorkerSid == workerSid);

    public IEnumerable<Reservation> ReservationsOfWorker(Sid workerSid) =>
        all.Reservations.Written.Values.Where(reservation => reservation.WorkerSid == workerSid);

    public IEnumerable<Reservation> ReservationsOfTask(Sid taskSid) =>
        all.Reservations.Written.Values.Where(reservation => reservation.TaskSid == taskSid);
}
