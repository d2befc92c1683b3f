using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// https://www.twilio.com/docs/taskrouter/api/worker
public sealed partial class Router
{
    private Worker Create(CreateWorker command)
    {
        Checks.Name(command.FriendlyName, _limits.FriendlyNameMax);
        Checks.Room(_workers.Count, _limits.WorkersMax, "workers");
        _workerNames.RefuseTaken(command.FriendlyName);
        var attributes = Checks.Attributes(OrEmptyObject(command.Attributes), _limits.AttributesMax);
        var activity = ActivityParameter(command.ActivitySid, nameof(command.ActivitySid))
            ?? _activities[Workspace.DefaultActivitySid];
        var starts = command.Channels ?? [];
        foreach (var start in starts)
        {
            Checks.Range(start.Capacity, 0, _limits.WorkerCapacityMax, nameof(start.Capacity));
        }

        var record = new Worker
        {
            Sid = _sids.Next(SidKind.Worker, _now),
            WorkspaceSid = Workspace.Sid,
            FriendlyName = command.FriendlyName,
            ActivitySid = activity.Record.Sid,
            Attributes = attributes.Text,
            StatusChangedAt = _now,
            CreatedAt = _now,
            UpdatedAt = _now,
        };
        var worker = Enlist(record, attributes);

        // Sorted, because the order gives the SIDs and must be the same after a restart.
        foreach (var channel in _channels.Values.OrderBy(channel => channel.Record.Sid))
        {
            AddChannel(
                worker, channel, starts.FirstOrDefault(start => start.UniqueName == channel.Record.UniqueName));
        }

        Regroup(worker);
        Relist(worker);
        _changes.Workers.Write(worker.Record.Sid, worker.Record);
        _changes.WorkerAttributes[worker.Record.Sid] = attributes;
        Emit(EventTypes.WorkerCreated, worker);
        return worker.Record;
    }

    private Worker Update(UpdateWorker command)
    {
        var worker = Get(_workers, command.Sid, "Workers");
        RefuseStale(command.IfVersion, worker.Record.Version, $"Worker {command.Sid}");
        if (command.FriendlyName is not null)
        {
            Checks.Name(command.FriendlyName, _limits.FriendlyNameMax);
            _workerNames.RefuseTaken(command.FriendlyName, command.Sid);
        }

        var attributes = command.Attributes is null || command.Attributes == worker.Record.Attributes
            ? null
            : Checks.Attributes(OrEmptyObject(command.Attributes), _limits.AttributesMax);
        var activity = ActivityParameter(command.ActivitySid, nameof(command.ActivitySid)) ?? worker.Activity;
        if (command.RejectPendingReservations && activity.Record.Available)
        {
            throw Refusal.Invalid(
                "Unable to reject pending reservations when updating to an Available activity state.");
        }

        Rename(worker, command.FriendlyName);
        SetAttributes(worker, attributes);
        SetActivity(worker, activity);
        if (command.RejectPendingReservations)
        {
            foreach (var reservation in worker.Active.Where(active => active.Record.Status == ReservationStatus.Pending)
                .ToList())
            {
                Reject(reservation, null);
            }
        }

        return worker.Record;
    }

    private object? Delete(DeleteWorker command)
    {
        var worker = Get(_workers, command.Sid, "Workers");
        RefuseStale(command.IfVersion, worker.Record.Version, $"Worker {command.Sid}");
        var atWork = worker.Active.Find(active => active.Record.Status != ReservationStatus.Pending);
        if (atWork is not null)
        {
            throw Refusal.Invalid($"Cannot delete Worker {command.Sid} because reservation "
                + $"{atWork.Sid} is {WireNames.Of(atWork.Record.Status)}");
        }

        var offered = worker.Active.ToArray();
        foreach (var reservation in offered)
        {
            Withdraw(reservation, ReservationStatus.Canceled);
        }

        Unlist(worker);
        _workers.Remove(command.Sid);
        _workerNames.Remove(worker.Record.FriendlyName);
        worker.Activity.Workers--;
        foreach (var pool in worker.Pools.ToList())
        {
            pool.Leave(worker);
        }

        foreach (var reservation in offered)
        {
            WaitAgain(reservation);
        }

        foreach (var task in worker.DirectLines.SelectMany(line => line.Tasks).OrderBy(task => task.Sid).ToList())
        {
            Cancel(task, CancelReasons.TargetUnavailable(command.Sid));
        }

        foreach (var channel in worker.Channels)
        {
            _changes.WorkerChannels.Delete(channel.Record.Sid);
        }

        _matcher.Forget(worker);
        _changes.Workers.Delete(command.Sid);
        Emit(EventTypes.WorkerDeleted, worker);
        return null;
    }

    // https://www.twilio.com/docs/taskrouter/api/worker-channel
    private WorkerChannel Update(UpdateWorkerChannel command)
    {
        var worker = Get(_workers, command.WorkerSid, "Workers");
        var channel = worker.Channels.Find(candidate => candidate.Record.Sid == command.Sid)
            ?? throw Refusal.NotFound(
                $"/Workspaces/{Workspace.Sid}/Workers/{command.WorkerSid}/Channels/{command.Sid}");
        Checks.Range(command.Capacity, 0, _limits.WorkerCapacityMax, nameof(command.Capacity));

        var before = channel.Record;
        var updated = before with
        {
            ConfiguredCapacity = command.Capacity ?? before.ConfiguredCapacity,
            Available = command.Available ?? before.Available,
        };
        if (updated == before)
        {
            return before;
        }

        Unlist(worker);
        channel.Record = updated with { Version = before.Version + 1, UpdatedAt = _now };
        channel.Fields.ConfiguredCapacity = updated.ConfiguredCapacity;
        _changes.WorkerChannels.Write(command.Sid, channel.Record);
        Regroup(worker, _pools.UsingChannels);
        Relist(worker);

        // One version for each event: agents' clients count the worker's version by these, which do not carry it.
        if (updated.ConfiguredCapacity != before.ConfiguredCapacity)
        {
            Save(worker, worker.Record);
            EmitChannel(EventTypes.WorkerCapacityUpdate, channel, before.ConfiguredCapacity);
        }

        if (updated.Available != before.Available)
        {
            Save(worker, worker.Record);
            EmitChannel(EventTypes.WorkerChannelAvailabilityUpdate, channel, null);
        }

        return channel.Record;
    }

    private static string OrEmptyObject(string? attributes) => string.IsNullOrEmpty(attributes) ? "{}" : attributes;

    private void Rename(WorkerState worker, string? friendlyName)
    {
        if (friendlyName is null || friendlyName == worker.Record.FriendlyName)
        {
            return;
        }

        _workerNames.Rename(worker.Record.FriendlyName, friendlyName, worker.Record.Sid);
        Save(worker, worker.Record with { FriendlyName = friendlyName });
        _changes.RenamedWorkers.Add(worker.Record.Sid);
        worker.Document.FriendlyName = friendlyName;
        Regroup(worker);
        Relist(worker);
    }

    private void SetAttributes(WorkerState worker, AttributeDocument? attributes)
    {
        if (attributes is null)
        {
            return;
        }

        Unlist(worker);
        Save(worker, worker.Record with { Attributes = attributes.Text });
        worker.Document.Attributes = attributes;
        _changes.WorkerAttributes[worker.Record.Sid] = attributes;
        Regroup(worker);
        Relist(worker);
        Emit(EventTypes.WorkerAttributesUpdate, worker);
    }

    private void SetActivity(WorkerState worker, ActivityState activity)
    {
        var previous = worker.Activity;
        if (previous == activity)
        {
            return;
        }

        Unlist(worker);
        foreach (var pool in worker.Pools)
        {
            pool.Count(previous, -1);
            pool.Count(activity, 1);
        }

        previous.Workers--;
        activity.Workers++;
        worker.Activity = activity;
        worker.Document.ActivitySid = activity.SidText;
        worker.Document.ActivityName = activity.Record.FriendlyName;
        var since = worker.Record.StatusChangedAt;
        Save(worker, worker.Record with { ActivitySid = activity.Record.Sid, StatusChangedAt = _now });
        Regroup(worker, _pools.UsingActivity);
        Relist(worker);
        EmitActivityChange(worker, previous, _now - since);
    }

    private void Save(WorkerState worker, Worker record)
    {
        worker.Record = record with { Version = worker.Record.Version + 1, UpdatedAt = _now };
        _changes.Workers.Write(record.Sid, worker.Record);
    }

    /// <summary>Takes a record into memory, without channels and pools.</summary>
    private WorkerState Enlist(Worker record, AttributeDocument attributes)
    {
        var activity = _activities[record.ActivitySid];
        var document = new WorkerDocument
        {
            Sid = record.Sid.ToString(),
            FriendlyName = record.FriendlyName,
            ActivitySid = activity.SidText,
            ActivityName = activity.Record.FriendlyName,
            Attributes = attributes,
        };
        var worker = new WorkerState(record, document, activity);
        activity.Workers++;
        _workers.Add(record.Sid, worker);
        _workerNames.Add(record.FriendlyName, record.Sid);
        return worker;
    }

    private void AddChannel(WorkerState worker, TaskChannelState channel, ChannelStart? start = null)
    {
        // A channel added later counts as idle since the worker was made: it must not reset anybody's idle time.
        var record = new WorkerChannel
        {
            Sid = _sids.Next(SidKind.WorkerChannel, _now),
            WorkspaceSid = Workspace.Sid,
            WorkerSid = worker.Record.Sid,
            TaskChannelSid = channel.Record.Sid,
            ConfiguredCapacity = start?.Capacity ?? 1,
            Available = start?.Available ?? true,
            LastReservedAt = worker.Record.CreatedAt,
            CreatedAt = _now,
            UpdatedAt = _now,
        };
        Enlist(worker, channel, record);
        _changes.WorkerChannels.Write(record.Sid, record);
    }

    private static void Enlist(WorkerState worker, TaskChannelState channel, WorkerChannel record)
    {
        var fields = new ChannelFields
        {
            UniqueName = channel.Record.UniqueName,
            ConfiguredCapacity = record.ConfiguredCapacity,
        };
        worker.Channels.Add(new WorkerChannelState(worker, channel, record, fields));
        worker.Document.Channels = [.. worker.Document.Channels, fields];
        worker.LastReservedAt = Later(worker.LastReservedAt, record.LastReservedAt);
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private void RemoveChannel(WorkerState worker, TaskChannelState channel, bool ordersByChannels)
    {
        if (worker.ChannelFor(channel) is not { } gone)
        {
            return;
        }

        // Who was last reserved here has been idle since an earlier reservation. The lists of the channel itself are
        // dropped as a whole.
        var lastReservedAt = worker.Channels.Where(each => each != gone).Max(each => each.Record.LastReservedAt);
        if (ordersByChannels || lastReservedAt != worker.LastReservedAt)
        {
            Unlist(worker);
        }

        worker.Channels.Remove(gone);
        worker.LastReservedAt = lastReservedAt;
        worker.Document.Channels = [.. worker.Channels.Select(each => each.Fields)];
        _changes.WorkerChannels.Delete(gone.Record.Sid);
    }
}
