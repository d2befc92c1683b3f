using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// https://www.twilio.com/docs/taskrouter/api/task-channel
public sealed partial class Router
{
    private TaskChannel Create(CreateTaskChannel command)
    {
        Checks.Name(command.FriendlyName, _limits.FriendlyNameMax);
        Checks.Name(command.UniqueName, _limits.FriendlyNameMax, nameof(command.UniqueName));
        _channelNames.RefuseTaken(command.UniqueName);

        var channel = new TaskChannelState(new TaskChannel
        {
            Sid = _sids.Next(SidKind.TaskChannel, _now),
            WorkspaceSid = Workspace.Sid,
            FriendlyName = command.FriendlyName,
            UniqueName = command.UniqueName,
            ChannelOptimizedRouting = command.ChannelOptimizedRouting,
            CreatedAt = _now,
            UpdatedAt = _now,
        });
        _channels.Add(channel.Record.Sid, channel);
        _channelNames.Add(command.UniqueName, channel.Record.Sid);
        _changes.TaskChannels.Write(channel.Record.Sid, channel.Record);
        Emit(EventTypes.TaskChannelCreated, channel.Record);

        // There is no call to make a WorkerChannel, so a new channel reaches every worker. Sorted, because the order
        // gives the SIDs and must be the same after a restart.
        var ordersByChannels = _pools.All.Any(pool => pool.OrdersByChannels);
        foreach (var worker in _workers.Values.OrderBy(worker => worker.Record.Sid))
        {
            if (ordersByChannels)
            {
                Unlist(worker);
            }

            AddChannel(worker, channel);
            Regroup(worker, _pools.UsingChannels);
            Relist(worker);
        }

        return channel.Record;
    }

    private TaskChannel Update(UpdateTaskChannel command)
    {
        var channel = Get(_channels, command.Sid, "TaskChannels");
        if (command.FriendlyName is not null)
        {
            Checks.Name(command.FriendlyName, _limits.FriendlyNameMax);
        }

        var updated = channel.Record with
        {
            FriendlyName = command.FriendlyName ?? channel.Record.FriendlyName,
            ChannelOptimizedRouting = command.ChannelOptimizedRouting ?? channel.Record.ChannelOptimizedRouting,
        };
        if (updated == channel.Record)
        {
            return channel.Record;
        }

        var reorders = updated.ChannelOptimizedRouting != channel.Record.ChannelOptimizedRouting;
        channel.Record = updated with { UpdatedAt = _now };
        if (reorders)
        {
            foreach (var pool in _pools.All)
            {
                pool.Find(channel)?.Reorder();
            }
        }

        _changes.TaskChannels.Write(command.Sid, channel.Record);
        Emit(EventTypes.TaskChannelUpdated, channel.Record);
        return channel.Record;
    }

    private object? Delete(DeleteTaskChannel command)
    {
        var channel = Get(_channels, command.Sid, "TaskChannels");
        if (channel.Record.UniqueName == TaskChannel.DefaultUniqueName)
        {
            throw Refusal.Invalid("The default TaskChannel cannot be deleted");
        }

        if (channel.OpenTasks > 0)
        {
            throw Refusal.Invalid(
                $"Cannot delete TaskChannel {command.Sid} because "
                + $"{Counted(channel.OpenTasks, "task", "uses", "use")} it");
        }

        var ordersByChannels = _pools.All.Any(pool => pool.OrdersByChannels);
        foreach (var worker in _workers.Values)
        {
            RemoveChannel(worker, channel, ordersByChannels);
            Regroup(worker, _pools.UsingChannels);
            Relist(worker);
        }

        foreach (var pool in _pools.All)
        {
            pool.Forget(channel);
        }

        _channels.Remove(command.Sid);
        _channelNames.Remove(channel.Record.UniqueName);
        _changes.TaskChannels.Delete(command.Sid);
        Emit(EventTypes.TaskChannelDeleted, channel.Record);
        return null;
    }

    /// <summary>The channel a task names by SID or unique name; the default one when it names none.</summary>
    private TaskChannelState ChannelParameter(string? sidOrName)
    {
        var name = sidOrName ?? TaskChannel.DefaultUniqueName;
        if (Sid.TryParse(name, SidKind.TaskChannel, out var sid) && _channels.TryGetValue(sid, out var channel))
        {
            return channel;
        }

        return _channelNames.Find(name) is { } found
            ? _channels[found]
            : throw Refusal.Invalid($"Invalid TaskChannel: '{name}' does not exist in this workspace");
    }
}
