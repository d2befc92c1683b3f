using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// https://www.twilio.com/docs/taskrouter/api/workspace
public sealed partial class Router
{
    // https://www.twilio.com/docs/taskrouter/multitasking: what a multitasking and a legacy workspace start with.
    private static readonly (string Name, bool Available)[] MultiTaskActivities =
        [(Activity.Offline, false), ("Available", true), ("Unavailable", false)];

    private static readonly (string Name, bool Available)[] FlexActivities = [.. MultiTaskActivities, ("Break", false)];

    private static readonly (string Name, bool Available)[] SingleTaskActivities =
        [(Activity.Offline, false), ("Idle", true), ("Reserved", false), ("Busy", false)];

    private static readonly (string FriendlyName, string UniqueName)[] StandardChannels =
    [
        ("Default", TaskChannel.DefaultUniqueName), ("Voice", "voice"), ("Chat", "chat"), ("SMS", "sms"),
        ("Video", "video"),
    ];

    private Workspace Create(CreateWorkspace command)
    {
        Checks.Name(command.FriendlyName, _limits.FriendlyNameMax);
        Checks.Url(command.EventCallbackUrl, _limits.UrlMax, nameof(command.EventCallbackUrl));
        Checks.Text(command.EventsFilter, _limits.TextMax, nameof(command.EventsFilter));
        var isFlex = command.Template == WorkspaceTemplate.Flex;
        if (isFlex && !command.MultiTaskEnabled)
        {
            throw Refusal.Invalid("Invalid Template: FLEX is for workspaces with MultiTaskEnabled");
        }

        if (_workspace is not null)
        {
            throw new InvalidOperationException("The workspace exists already.");
        }

        _workspace = new Workspace
        {
            Sid = command.Sid,
            AccountSid = command.AccountSid,
            FriendlyName = command.FriendlyName,
            EventCallbackUrl = command.EventCallbackUrl ?? "",
            EventsFilter = Checks.OrNull(command.EventsFilter),
            EventsSince = _eventSequence + 1,
            MultiTaskEnabled = command.MultiTaskEnabled,
            PrioritizeQueueOrder = command.PrioritizeQueueOrder,
            CreatedAt = _now,
            UpdatedAt = _now,
        };
        EmitWorkspace(EventTypes.WorkspaceCreated, "created");

        var activities = isFlex ? FlexActivities
            : command.MultiTaskEnabled ? MultiTaskActivities
            : SingleTaskActivities;
        var made = activities.ToDictionary(
            activity => activity.Name, activity => Create(new CreateActivity(activity.Name, activity.Available)).Sid);
        var offline = made[activities[0].Name];
        _workspace = _workspace with { DefaultActivitySid = offline, TimeoutActivitySid = offline };
        _changes.Workspace = _workspace;

        foreach (var (friendlyName, uniqueName) in StandardChannels)
        {
            Create(new CreateTaskChannel(friendlyName, uniqueName, ChannelOptimizedRouting: false));
        }

        if (command.Template == WorkspaceTemplate.Fifo)
        {
            AddFifoTemplate(made);
        }

        if (isFlex)
        {
            AddQueueAndWorkflow(new CreateTaskQueue(TaskQueue.Everyone), Workflow.AssignToAnyone);
        }

        return _workspace;
    }

    private void AddFifoTemplate(Dictionary<string, Sid> activities) => AddQueueAndWorkflow(
        new CreateTaskQueue(
            "Sample Queue",
            TaskQueue.EveryWorker,
            ReservationActivitySid: activities.TryGetValue("Reserved", out var reserved) ? reserved : null,
            AssignmentActivitySid: activities.TryGetValue("Busy", out var busy) ? busy : null),
        "Default Fifo Workflow");

    private void AddQueueAndWorkflow(CreateTaskQueue command, string workflowName)
    {
        var queue = Create(command);
        Create(new CreateWorkflow(
            workflowName,
            $$$$"""{"task_routing":{"filters":[],"default_filter":{"queue":"{{{{queue.Sid}}}}"}}}"""));
    }

    private Workspace Update(UpdateWorkspace command)
    {
        var workspace = Workspace;
        if (command.FriendlyName is not null)
        {
            Checks.Name(command.FriendlyName, _limits.FriendlyNameMax);
        }

        Checks.Url(command.EventCallbackUrl, _limits.UrlMax, nameof(command.EventCallbackUrl));
        Checks.Text(command.EventsFilter, _limits.TextMax, nameof(command.EventsFilter));
        var defaultActivity = ActivityParameter(command.DefaultActivitySid, nameof(command.DefaultActivitySid));
        var timeoutActivity = ActivityParameter(command.TimeoutActivitySid, nameof(command.TimeoutActivitySid));
        if (command.MultiTaskEnabled is false && workspace.MultiTaskEnabled)
        {
            throw Refusal.Invalid("MultiTaskEnabled cannot be changed from true to false");
        }

        var updated = workspace with
        {
            FriendlyName = command.FriendlyName ?? workspace.FriendlyName,
            DefaultActivitySid = defaultActivity?.Record.Sid ?? workspace.DefaultActivitySid,
            TimeoutActivitySid = timeoutActivity?.Record.Sid ?? workspace.TimeoutActivitySid,
            EventCallbackUrl = command.EventCallbackUrl ?? workspace.EventCallbackUrl,
            EventsFilter = command.EventsFilter is null ? workspace.EventsFilter : Checks.OrNull(command.EventsFilter),
            MultiTaskEnabled = command.MultiTaskEnabled ?? workspace.MultiTaskEnabled,
            PrioritizeQueueOrder = command.PrioritizeQueueOrder ?? workspace.PrioritizeQueueOrder,
        };
        if (updated == workspace)
        {
            return workspace;
        }

        if (updated.MultiTaskEnabled && !workspace.MultiTaskEnabled)
        {
            RestoreActivities(of: null);
        }

        // The receiver of a URL that is set later is not told what happened before.
        var isNewReceiver = workspace.EventCallbackUrl.Length == 0 && updated.EventCallbackUrl.Length > 0;
        _workspace = updated with
        {
            EventsSince = isNewReceiver ? _eventSequence + 1 : workspace.EventsSince,
            UpdatedAt = _now,
        };
        _changes.Workspace = _workspace;
        EmitWorkspace(EventTypes.WorkspaceUpdated, "updated");
        if (updated.MultiTaskEnabled != workspace.MultiTaskEnabled)
        {
            RelistAll(_workers.Values);
        }

        return _workspace;
    }

    // No event tells of it: what clients see of the workspace stays as it is.
    private Workspace Replay(ReplayEvents command)
    {
        if (command.FromSequence < Workspace.EventsSince)
        {
            _workspace = Workspace with { EventsSince = command.FromSequence };
            _changes.Workspace = _workspace;
        }

        return Workspace;
    }

    private Workspace DeleteWholeWorkspace()
    {
        var workspace = Workspace;
        EmitWorkspace(EventTypes.WorkspaceDeleted, "deleted");
        _changes.WorkspaceDeleted = true;
        _workspace = null;
        _deadlines.Rebuild([]);
        return workspace;
    }

    /// <summary>The activity a parameter names; null when it was not sent.</summary>
    private ActivityState? ActivityParameter(Sid? sid, string parameter)
    {
        if (sid is not { } given)
        {
            return null;
        }

        return _activities.TryGetValue(given, out var activity)
            ? activity
            : throw Refusal.Invalid($"Invalid {parameter}: Activity {given} does not exist in this workspace");
    }
}
