using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>Records of every kind with every property set, or with every property that may be null left null.</summary>
internal sealed class EveryRecord(StoredWorkspace stored, bool withNulls)
{
    private Activity _activity = stored.Filled.Of<Activity>(withNulls);
    private TaskChannel _taskChannel = stored.Filled.Of<TaskChannel>(withNulls);
    private TaskQueue _queue = stored.Filled.Of<TaskQueue>(withNulls);
    private Workflow _workflow = stored.Filled.Of<Workflow>(withNulls);
    private WorkflowVersion _version = stored.Filled.Of<WorkflowVersion>(withNulls);
    private Worker _worker = stored.Filled.Of<Worker>(withNulls);
    private WorkerChannel _workerChannel = stored.Filled.Of<WorkerChannel>(withNulls);

    // An end and its times go together; a status other than the first one shows that it is stored.
    private RoutingTask _task = stored.Filled.Of<RoutingTask>(withNulls) with
    {
        AssignmentStatus = withNulls ? AssignmentStatus.Assigned : AssignmentStatus.Canceled,
        RemoveAt = withNulls ? null : StoredWorkspace.Now.AddDays(1),
    };

    private Reservation _reservation = stored.Filled.Of<Reservation>(withNulls) with
    {
        Status = withNulls ? ReservationStatus.Wrapping : ReservationStatus.Pending,
    };

    private TaskTransfer _transfer = stored.Filled.Of<TaskTransfer>(withNulls);

    /// <summary>These values under the other's identities.</summary>
    public EveryRecord As(EveryRecord other)
    {
        _activity = _activity with { Sid = other._activity.Sid };
        _taskChannel = _taskChannel with { Sid = other._taskChannel.Sid };
        _queue = _queue with { Sid = other._queue.Sid };
        _workflow = _workflow with { Sid = other._workflow.Sid };
        _version = _version with { WorkflowSid = other._version.WorkflowSid, Version = other._version.Version };
        _worker = _worker with { Sid = other._worker.Sid };
        _workerChannel = _workerChannel with { Sid = other._workerChannel.Sid };
        _task = _task with { Sid = other._task.Sid };
        _reservation = _reservation with { Sid = other._reservation.Sid };
        _transfer = _transfer with { Sid = other._transfer.Sid };
        return this;
    }

    public void AddTo(Changes changes)
    {
        AddConfigurationTo(changes);
        AddWorkTo(changes);
    }

    public void AddConfigurationTo(Changes changes)
    {
        changes.Activities.Written[_activity.Sid] = _activity;
        changes.TaskChannels.Written[_taskChannel.Sid] = _taskChannel;
        changes.TaskQueues.Written[_queue.Sid] = _queue;
        changes.Workflows.Written[_workflow.Sid] = _workflow;
        changes.WrittenVersions[(_version.WorkflowSid, _version.Version)] = _version;
    }

    /// <summary>Those which can be in a commit.</summary>
    public void AddWorkTo(Changes changes)
    {
        _reservation = _reservation with { TaskSid = _task.Sid };
        _transfer = _transfer with { TaskSid = _task.Sid };
        changes.Workers.Written[_worker.Sid] = _worker;
        changes.WorkerChannels.Written[_workerChannel.Sid] = _workerChannel;
        changes.Tasks.Written[_task.Sid] = _task;
        changes.Reservations.Written[_reservation.Sid] = _reservation;
        changes.Transfers.Written[_transfer.Sid] = _transfer;
    }

    public void ShouldBeWhatIs(WorkspaceRecords records)
    {
        records.Workspace.ShouldBe(stored.Workspace);
        records.Activities.ShouldBe([_activity]);
        records.TaskChannels.ShouldBe([_taskChannel]);
        records.TaskQueues.ShouldBe([_queue]);
        records.Workflows.ShouldBe([_workflow]);
        records.WorkflowVersions.ShouldBe([_version]);
        records.Workers.ShouldBe([_worker]);

        // What is counted from the reservations is not stored.
        records.WorkerChannels.ShouldBe([_workerChannel with { AssignedTasks = 0, ActiveTasks = 0 }]);
        records.Tasks.ShouldBe([_task]);
        records.Reservations.ShouldBe([_reservation]);
        records.Transfers.ShouldBe([_transfer]);
    }
}
