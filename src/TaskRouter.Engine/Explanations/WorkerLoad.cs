using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Explanations;

/// <summary>
/// Whether a worker may take one more task of a channel. https://www.twilio.com/docs/taskrouter/multitasking
/// </summary>
/// <param name="Channel">Null when no channel was asked about, or the worker does not have it.</param>
internal sealed record WorkerLoad(Activity? Activity, WorkerChannel? Channel, bool IsOpen, bool HasRoom)
{
    public DateTimeOffset IdleSince { get; private init; }

    public bool IsAvailable => Activity is { Available: true } && IsOpen;

    /// <param name="channel">Null for any channel.</param>
    public static WorkerLoad Of(Worker worker, IWorkspaceView view, TaskChannel? channel)
    {
        var isSingleTasking = !view.Workspace.MultiTaskEnabled;
        var (isOpen, hasRoom, isAtWork, idleSince) = (false, false, false, DateTimeOffset.MinValue);
        WorkerChannel? own = null;
        foreach (var each in view.ChannelsOf(worker.Sid))
        {
            isAtWork |= each.ActiveTasks > 0;
            idleSince = each.LastReservedAt > idleSince ? each.LastReservedAt : idleSince;
            if (channel is not null && each.TaskChannelSid != channel.Sid)
            {
                continue;
            }

            own = channel is null ? null : each;
            isOpen |= each.Available;
            hasRoom |= each.Available && each.ActiveTasks < each.ConfiguredCapacity;
        }

        return new WorkerLoad(
            view.FindActivity(worker.ActivitySid), own, isOpen, hasRoom && !(isSingleTasking && isAtWork))
        {
            IdleSince = channel is { ChannelOptimizedRouting: true } && own is not null
                ? own.LastReservedAt
                : idleSince,
        };
    }
}
