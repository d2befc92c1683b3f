using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Explanations;

/// <summary>
/// The records of a workspace as somebody sees them who does not take part in routing. It may be changing while it is
/// read: each record is whole, but one may be a moment younger than another.
/// </summary>
public interface IWorkspaceView
{
    Workspace Workspace { get; }

    /// <summary>In order of creation, as all lists here.</summary>
    IEnumerable<Worker> Workers { get; }

    IEnumerable<RoutingTask> Tasks { get; }

    Activity? FindActivity(Sid sid);

    TaskChannel? FindTaskChannel(Sid sid);

    TaskQueue? FindTaskQueue(Sid sid);

    /// <summary>The workflow's configuration of this version; null when no task follows it any more.</summary>
    string? FindConfiguration(Sid workflowSid, int version);

    AttributeDocument AttributesOf(Worker worker);

    IEnumerable<WorkerChannel> ChannelsOf(Sid workerSid);

    IEnumerable<Reservation> ReservationsOfWorker(Sid workerSid);

    IEnumerable<Reservation> ReservationsOfTask(Sid taskSid);
}
