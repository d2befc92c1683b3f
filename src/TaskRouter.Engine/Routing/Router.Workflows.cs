using System.Text;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Routing;

// https://www.twilio.com/docs/taskrouter/api/workflow
public sealed partial class Router
{
    private Workflow Create(CreateWorkflow command)
    {
        Checks.Name(command.FriendlyName, _limits.LongNameMax);
        CheckCallbacks(command.AssignmentCallbackUrl, command.FallbackAssignmentCallbackUrl);
        CheckReservationTimeout(command.TaskReservationTimeoutSeconds);
        _workflowNames.RefuseTaken(command.FriendlyName);
        var configuration = Configuration(command.Configuration);

        var record = new Workflow
        {
            Sid = _sids.Next(SidKind.Workflow, _now),
            WorkspaceSid = Workspace.Sid,
            FriendlyName = command.FriendlyName,
            AssignmentCallbackUrl = Checks.OrNull(command.AssignmentCallbackUrl),
            FallbackAssignmentCallbackUrl = Checks.OrNull(command.FallbackAssignmentCallbackUrl),
            Configuration = command.Configuration,
            TaskReservationTimeoutSeconds =
                command.TaskReservationTimeoutSeconds ?? Workflow.DefaultReservationTimeoutSeconds,
            CreatedAt = _now,
            UpdatedAt = _now,
        };
        Enlist(record, configuration);
        _changes.Workflows.Write(record.Sid, record);
        Emit(EventTypes.WorkflowCreated, record);
        return record;
    }

    private Workflow Update(UpdateWorkflow command)
    {
        var workflow = Get(_workflows, command.Sid, "Workflows");
        if (command.FriendlyName is not null)
        {
            Checks.Name(command.FriendlyName, _limits.LongNameMax);
            _workflowNames.RefuseTaken(command.FriendlyName, command.Sid);
        }

        CheckCallbacks(command.AssignmentCallbackUrl, command.FallbackAssignmentCallbackUrl);
        CheckReservationTimeout(command.TaskReservationTimeoutSeconds);
        var before = workflow.Record;
        var isReplaced = command.Configuration is not null && command.Configuration != before.Configuration;
        var configuration = isReplaced ? Configuration(command.Configuration!) : workflow.Current.Configuration;

        var updated = before with
        {
            FriendlyName = command.FriendlyName ?? before.FriendlyName,
            AssignmentCallbackUrl = Cleared(command.AssignmentCallbackUrl, before.AssignmentCallbackUrl),
            FallbackAssignmentCallbackUrl =
                Cleared(command.FallbackAssignmentCallbackUrl, before.FallbackAssignmentCallbackUrl),
            Configuration = command.Configuration ?? before.Configuration,
            ConfigurationVersion = before.ConfigurationVersion + (isReplaced ? 1 : 0),
            TaskReservationTimeoutSeconds =
                command.TaskReservationTimeoutSeconds ?? before.TaskReservationTimeoutSeconds,
        };
        if (updated != before)
        {
            workflow.Record = updated with { UpdatedAt = _now };
            _workflowNames.Rename(before.FriendlyName, updated.FriendlyName, command.Sid);
            _changes.Workflows.Write(command.Sid, workflow.Record);
            Emit(EventTypes.WorkflowUpdated, workflow.Record);
        }

        if (isReplaced)
        {
            Replace(workflow, configuration);
        }

        if (command.ReEvaluateTasks)
        {
            ReEvaluateOpenTasks(workflow);
        }

        return workflow.Record;
    }

    private object? Delete(DeleteWorkflow command)
    {
        var workflow = Get(_workflows, command.Sid, "Workflows");
        if (workflow.OpenTasks.Count > 0)
        {
            throw Refusal.Invalid(
                $"Cannot delete Workflow {command.Sid} because "
                + $"{Counted(workflow.OpenTasks.Count, "task", "is", "are")} in it");
        }

        _workflows.Remove(command.Sid);
        _workflowNames.Remove(workflow.Record.FriendlyName);
        _changes.Workflows.Delete(command.Sid);
        Emit(EventTypes.WorkflowDeleted, workflow.Record);
        return null;
    }

    // Tasks keep the logic they entered with, so the old configuration stays as long as one of them follows it.
    private void Replace(WorkflowState workflow, WorkflowConfiguration configuration)
    {
        var old = workflow.Current;
        workflow.Current = new WorkflowVersionState(workflow, workflow.Record.ConfigurationVersion, configuration);
        if (old.OpenTasks > 0)
        {
            workflow.Replaced.Add(old);
            Write(_changes, old);
        }
    }

    private void Write(Changes changes, WorkflowVersionState version)
    {
        var workflowSid = version.Workflow.Record.Sid;
        changes.WrittenVersions[(workflowSid, version.Version)] = new WorkflowVersion
        {
            WorkspaceSid = Workspace.Sid,
            WorkflowSid = workflowSid,
            Version = version.Version,
            Configuration = version.Configuration.Text,
        };
    }

    private void ReEvaluateOpenTasks(WorkflowState workflow)
    {
        foreach (var task in workflow.OpenTasks.OrderBy(task => task.Sid).ToList())
        {
            if (task.IsPending)
            {
                ReEvaluateWorkflow(task);
            }
            else if (task.IsReserved && task.FollowsFilters && task.Workflow != workflow.Current)
            {
                Save(task, task.Record with { ReEvaluationDue = true });
            }
        }
    }

    private WorkflowState Enlist(Workflow record, WorkflowConfiguration configuration)
    {
        var workflow = new WorkflowState(record) { Current = null! };
        workflow.Current = new WorkflowVersionState(workflow, record.ConfigurationVersion, configuration);
        _workflows.Add(record.Sid, workflow);
        _workflowNames.Add(record.FriendlyName, record.Sid);
        return workflow;
    }

    private WorkflowConfiguration Configuration(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > _limits.ConfigurationBytesMax)
        {
            throw Refusal.Invalid($"Invalid Configuration: longer than {_limits.ConfigurationBytesMax} bytes");
        }

        if (!WorkflowConfiguration.TryParse(text, out var configuration, out var error))
        {
            throw Refusal.Invalid($"Invalid Configuration: {error}");
        }

        foreach (var queue in configuration.Queues)
        {
            if (!_queues.ContainsKey(queue))
            {
                throw Refusal.Invalid(
                    $"Invalid Configuration: TaskQueue {queue} does not exist in this workspace");
            }
        }

        return configuration;
    }

    private void CheckCallbacks(string? assignment, string? fallback)
    {
        Checks.Url(assignment, _limits.UrlMax, "AssignmentCallbackUrl");
        Checks.Url(fallback, _limits.UrlMax, "FallbackAssignmentCallbackUrl");
    }

    private void CheckReservationTimeout(int? seconds) =>
        Checks.Range(seconds, 1, _limits.ReservationTimeoutSecondsMax, "TaskReservationTimeout");

    private static string? Cleared(string? sent, string? current) => sent is null ? current : Checks.OrNull(sent);
}
