using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Routing;

// From records to state and back. Everything is taken in by order of SID, which is the order of creation, so that a
// router that was loaded goes on exactly as the one that saved would have.
public sealed partial class Router
{
    /// <summary>The whole state as changes, for a view that starts empty. Nothing of it needs saving.</summary>
    public Changes Everything()
    {
        var changes = new Changes { Workspace = Workspace };
        Write(changes.Activities, _activities, state => state.Record);
        Write(changes.TaskChannels, _channels, state => state.Record);
        Write(changes.TaskQueues, _queues, state => state.Record);
        Write(changes.Workflows, _workflows, state => state.Record);
        foreach (var version in _workflows.Values.SelectMany(workflow => workflow.Replaced))
        {
            Write(changes, version);
        }

        Write(changes.Workers, _workers, state => state.Record);
        foreach (var (sid, worker) in _workers)
        {
            changes.WorkerAttributes[sid] = worker.Document.Attributes;
        }

        changes.WorkerChannels.Written.EnsureCapacity(_workers.Values.Sum(worker => worker.Channels.Count));
        foreach (var channel in _workers.Values.SelectMany(worker => worker.Channels))
        {
            changes.WorkerChannels.Write(channel.Record.Sid, channel.Record);
        }

        Write(changes.Tasks, _tasks, state => state.Record);
        Write(changes.Reservations, _reservations, state => state.Record);
        Write(changes.Transfers, _transfers, transfer => transfer);
        foreach (var pool in _pools.All)
        {
            changes.EligibleWorkers[pool.Text] = pool.Eligible();
        }

        return changes;
    }

    private static void Write<TState, TRow>(
        RowChanges<TRow> rows, Dictionary<Sid, TState> states, Func<TState, TRow> record)
        where TRow : class
    {
        rows.Written.EnsureCapacity(states.Count);
        foreach (var (sid, state) in states)
        {
            rows.Write(sid, record(state));
        }
    }

    private void Load(WorkspaceRecords records)
    {
        _workspace = records.Workspace;
        _eventSequence = records.LastEventSequence;
        StartSidsAfter(records);
        LoadConfiguration(records);
        LoadWorkers(records);

        // What grows by doubling leaves as much behind as it keeps. A little more, so that the next one finds room.
        _tasks.EnsureCapacity(records.Tasks.Count + (records.Tasks.Count / 8));
        foreach (var (workflow, count) in records.Tasks.CountBy(task => task.WorkflowSid ?? default))
        {
            _workflows.GetValueOrDefault(workflow)?.OpenTasks.EnsureCapacity(count);
        }

        foreach (var task in records.Tasks.OrderBy(task => task.Sid))
        {
            Load(task);
        }

        foreach (var reservation in records.Reservations.OrderBy(reservation => reservation.Sid))
        {
            Load(reservation);
        }

        foreach (var transfer in records.Transfers.OrderBy(transfer => transfer.Sid))
        {
            _transfers.Add(transfer.Sid, transfer);
            _tasks[transfer.TaskSid].Put(transfer);
        }

        foreach (var worker in _workers.Values)
        {
            worker.Channels.ForEach(Recount);
            Regroup(worker);
            Relist(worker);
        }

        foreach (var task in _tasks.Values.Where(task => task.IsPending))
        {
            LineUp(task);
        }

        _deadlines.Rebuild(LiveDeadlines(), atLeast: _tasks.Count + (_tasks.Count / 8));

        // Whoever loads asks for everything.
        _recounted.Clear();
    }

    private void StartSidsAfter(WorkspaceRecords records)
    {
        // Every command that makes a record also makes an event, and makes it last or nearly so; the newest task and
        // reservation are asked too, so that no SID is ever made twice whatever a command's order.
        _sids.StartAfter(records.LastEventSid);
        foreach (var task in records.Tasks)
        {
            _sids.StartAfter(task.Sid);
        }

        foreach (var reservation in records.Reservations)
        {
            _sids.StartAfter(reservation.Sid);
        }
    }

    private void LoadConfiguration(WorkspaceRecords records)
    {
        foreach (var activity in records.Activities.OrderBy(activity => activity.Sid))
        {
            _activities.Add(activity.Sid, new ActivityState(activity));
            _activityNames.Add(activity.FriendlyName, activity.Sid);
        }

        foreach (var channel in records.TaskChannels.OrderBy(channel => channel.Sid))
        {
            _channels.Add(channel.Sid, new TaskChannelState(channel));
            _channelNames.Add(channel.UniqueName, channel.Sid);
        }

        foreach (var queue in records.TaskQueues.OrderBy(queue => queue.Sid))
        {
            var pool = GetOrAddPool(queue.TargetWorkers);
            pool.Queues++;
            _queues.Add(queue.Sid, new QueueState(queue, pool));
            _queueNames.Add(queue.FriendlyName, queue.Sid);
        }

        foreach (var workflow in records.Workflows.OrderBy(workflow => workflow.Sid))
        {
            Enlist(workflow, ParsedConfiguration(workflow.Configuration));
        }

        foreach (var version in records.WorkflowVersions.OrderBy(version => version.Version))
        {
            var workflow = _workflows[version.WorkflowSid];
            workflow.Replaced.Add(
                new WorkflowVersionState(workflow, version.Version, ParsedConfiguration(version.Configuration)));
        }
    }

    private void LoadWorkers(WorkspaceRecords records)
    {
        foreach (var worker in records.Workers.OrderBy(worker => worker.Sid))
        {
            Enlist(worker, AttributeDocument.ReadAgain(worker.Attributes));
        }

        foreach (var channel in records.WorkerChannels.OrderBy(channel => channel.Sid))
        {
            Enlist(_workers[channel.WorkerSid], _channels[channel.TaskChannelSid], channel);
        }
    }

    private void Load(RoutingTask record)
    {
        // An ended task is only shown; its channel, queue and workflow may have been deleted since.
        if (record.IsEnded)
        {
            _tasks.Add(record.Sid, new TaskState(record, null, ChannelOrGone(record)));
            return;
        }

        var task = new TaskState(record, null, _channels[record.TaskChannelSid]);
        task.Channel.OpenTasks++;
        _tasks.Add(task.Sid, task);
        if (record.TaskQueueSid is { } queue)
        {
            task.Queue = _queues[queue];
            task.Queue.OpenTasks++;
        }

        if (record.WorkflowSid is { } workflow)
        {
            var version = VersionOf(_workflows[workflow], record.WorkflowVersion);
            task.Workflow = version;
            version.OpenTasks++;
            version.Workflow.OpenTasks.Add(task);
            task.Step = StepOf(record, task, version.Configuration);
        }
    }

    // Of a channel that is gone its SID is left, which the task keeps.
    private TaskChannelState ChannelOrGone(RoutingTask record) =>
        _channels.GetValueOrDefault(record.TaskChannelSid) ?? new TaskChannelState(new TaskChannel
        {
            Sid = record.TaskChannelSid,
            WorkspaceSid = record.WorkspaceSid,
            FriendlyName = "",
            UniqueName = "",
            CreatedAt = record.CreatedAt,
            UpdatedAt = record.CreatedAt,
        });

    private static WorkflowVersionState VersionOf(WorkflowState workflow, int version) =>
        workflow.Current.Version == version
            ? workflow.Current
            : workflow.Replaced.Find(replaced => replaced.Version == version)
                ?? throw new InvalidOperationException(
                    $"Workflow {workflow.Record.Sid} has lost version {version}, which tasks follow.");

    private static WorkflowStep? StepOf(RoutingTask record, TaskState task, WorkflowConfiguration configuration)
    {
        if (!task.IsPlacedByWorkflow)
        {
            return null;
        }

        return record.FilterIndex is { } filter
            ? configuration.Filters[filter].Steps[record.StepIndex!.Value]
            : configuration.DefaultFilter;
    }

    private void Load(Reservation record)
    {
        var task = _tasks[record.TaskSid];
        var worker = _workers.GetValueOrDefault(record.WorkerSid);
        var channel = worker?.Channels.Find(channel => channel.Channel.Record.Sid == record.TaskChannelSid);
        var reservation = new ReservationState(record, task, channel);
        _reservations.Add(record.Sid, reservation);
        task.Add(reservation);
        if (record.IsActive)
        {
            reservation.Worker.Active.Add(reservation);
        }
    }

    // What was accepted once is accepted for ever: a record that no longer parses means a broken program or disk.
    private static WorkflowConfiguration ParsedConfiguration(string text) =>
        WorkflowConfiguration.TryParse(text, out var configuration, out var error)
            ? configuration
            : throw new InvalidOperationException($"A stored workflow configuration no longer parses: {error}");
}
