using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// The committed tasks and workers, counted: kept up row by row as they are published, so that a real-time statistic
/// costs the same however many there are. The lock is held for one row or one answer, never for a batch.
/// https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics
/// </summary>
internal sealed class LiveCounts
{
    private readonly Lock _lock = new();

    // By workspace, workflow or queue, then by channel. A workspace has a handful of channels.
    private readonly Dictionary<Sid, Dictionary<Sid, LiveGroup>> _tasks = [];
    private readonly Dictionary<Sid, int> _workers = [];
    private readonly Dictionary<string, EligibleWorkers> _eligible = new(StringComparer.Ordinal);

    /// <summary>Workers in each activity.</summary>
    public Dictionary<Sid, int> Workers()
    {
        lock (_lock)
        {
            return new Dictionary<Sid, int>(_workers);
        }
    }

    /// <summary>Workers in each activity whom the queue's expression accepts.</summary>
    public Dictionary<Sid, int> WorkersOf(TaskQueue queue)
    {
        lock (_lock)
        {
            return _eligible.TryGetValue(queue.TargetWorkers, out var workers) ? new(workers.ByActivity) : [];
        }
    }

    /// <summary>Tasks of the workspace, a workflow or a queue.</summary>
    /// <param name="channelSid">Null for all channels.</param>
    public LiveTasks Tasks(Sid ofSid, Sid? channelSid)
    {
        var counted = new LiveTasks();
        lock (_lock)
        {
            if (_tasks.TryGetValue(ofSid, out var channels))
            {
                foreach (var (sid, group) in channels)
                {
                    if (channelSid is null || sid == channelSid)
                    {
                        group.AddTo(counted);
                    }
                }
            }
        }

        return counted;
    }

    /// <summary>A task has come, changed or gone.</summary>
    public void Change(RoutingTask? old, RoutingTask? changed)
    {
        var (before, after) = (LiveTask.Of(old), LiveTask.Of(changed));
        if (before == after)
        {
            return;
        }

        lock (_lock)
        {
            if (before is { } gone)
            {
                Count(gone, -1);
            }

            if (after is { } come)
            {
                Count(come, 1);
            }
        }
    }

    public void Change(Worker? old, Worker? changed)
    {
        if (old?.ActivitySid == changed?.ActivitySid)
        {
            return;
        }

        lock (_lock)
        {
            if (old is not null && --_workers[old.ActivitySid] == 0)
            {
                _workers.Remove(old.ActivitySid);
            }

            if (changed is not null)
            {
                _workers[changed.ActivitySid] = _workers.GetValueOrDefault(changed.ActivitySid) + 1;
            }
        }
    }

    /// <param name="eligible">Null when no queue has the expression any more.</param>
    public void Change(string targetWorkers, EligibleWorkers? eligible)
    {
        lock (_lock)
        {
            if (eligible is null)
            {
                _eligible.Remove(targetWorkers);
            }
            else
            {
                _eligible[targetWorkers] = eligible;
            }
        }
    }

    private void Count(in LiveTask task, int change)
    {
        // Only of a queue is it asked who has been in it for longest.
        var anywhere = task with { QueueEnteredAt = null };
        Count(task.WorkspaceSid, anywhere, change);
        if (task.WorkflowSid is { } workflow)
        {
            Count(workflow, anywhere, change);
        }

        if (task.TaskQueueSid is { } queue)
        {
            Count(queue, task, change);
        }
    }

    private void Count(Sid ofSid, in LiveTask task, int change)
    {
        if (!_tasks.TryGetValue(ofSid, out var channels))
        {
            _tasks[ofSid] = channels = [];
        }

        if (!channels.TryGetValue(task.TaskChannelSid, out var group))
        {
            channels[task.TaskChannelSid] = group = new LiveGroup();
        }

        if (group.Count(task, change) == 0)
        {
            channels.Remove(task.TaskChannelSid);
            if (channels.Count == 0)
            {
                _tasks.Remove(ofSid);
            }
        }
    }
}
