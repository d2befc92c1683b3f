using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// https://www.twilio.com/docs/taskrouter/api/activity
public sealed partial class Router
{
    private Activity Create(CreateActivity command)
    {
        Checks.Name(command.FriendlyName, _limits.FriendlyNameMax);
        Checks.Room(_activities.Count, _limits.ActivitiesMax, "activities");
        _activityNames.RefuseTaken(command.FriendlyName);

        var activity = new Activity
        {
            Sid = _sids.Next(SidKind.Activity, _now),
            WorkspaceSid = Workspace.Sid,
            FriendlyName = command.FriendlyName,
            Available = command.Available,
            CreatedAt = _now,
            UpdatedAt = _now,
        };
        _activities.Add(activity.Sid, new ActivityState(activity));
        _activityNames.Add(activity.FriendlyName, activity.Sid);
        _changes.Activities.Write(activity.Sid, activity);
        Emit(EventTypes.ActivityCreated, activity);
        return activity;
    }

    private Activity Update(UpdateActivity command)
    {
        var activity = Get(_activities, command.Sid, "Activities");
        if (command.FriendlyName is null || command.FriendlyName == activity.Record.FriendlyName)
        {
            return activity.Record;
        }

        Checks.Name(command.FriendlyName, _limits.FriendlyNameMax);
        _activityNames.RefuseTaken(command.FriendlyName, command.Sid);

        _activityNames.Rename(activity.Record.FriendlyName, command.FriendlyName, command.Sid);
        activity.Record = activity.Record with { FriendlyName = command.FriendlyName, UpdatedAt = _now };
        _changes.Activities.Write(command.Sid, activity.Record);
        Emit(EventTypes.ActivityUpdated, activity.Record);

        // Not flat in workers on purpose: renaming is rare, and expressions may name the activity.
        foreach (var worker in _workers.Values.Where(worker => worker.Activity == activity))
        {
            worker.Document.ActivityName = command.FriendlyName;
            Regroup(worker, _pools.UsingActivity);
            Relist(worker);
        }

        return activity.Record;
    }

    private object? Delete(DeleteActivity command)
    {
        var activity = Get(_activities, command.Sid, "Activities");
        if (Workspace.DefaultActivitySid == command.Sid || Workspace.TimeoutActivitySid == command.Sid)
        {
            throw Refusal.Invalid(
                $"Cannot delete Activity {command.Sid} because it is the workspace's default or timeout activity");
        }

        if (activity.Workers > 0)
        {
            throw Refusal.Invalid(
                $"Cannot delete Activity {command.Sid} because "
                + $"{Counted(activity.Workers, "worker", "is", "are")} in it");
        }

        // The oldest, so that a restart does not change the answer.
        var user = _queues.Values.Where(queue => queue.Record.ReservationActivitySid == command.Sid
            || queue.Record.AssignmentActivitySid == command.Sid).MinBy(queue => queue.Record.Sid);
        if (user is not null)
        {
            throw Refusal.Invalid(
                $"Cannot delete Activity {command.Sid} because TaskQueue {user.Record.Sid} uses it");
        }

        _activities.Remove(command.Sid);
        _activityNames.Remove(activity.Record.FriendlyName);
        _changes.Activities.Delete(command.Sid);
        Emit(EventTypes.ActivityDeleted, activity.Record);
        return null;
    }

    /// <summary>The state a command names in its path, or a 404.</summary>
    private TState Get<TState>(Dictionary<Sid, TState> states, Sid sid, string collection)
        where TState : class => states.TryGetValue(sid, out var state)
            ? state
            : throw Refusal.NotFound($"/Workspaces/{Workspace.Sid}/{collection}/{sid}");
}
