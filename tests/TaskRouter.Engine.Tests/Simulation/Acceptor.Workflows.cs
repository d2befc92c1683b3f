using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Tests.Simulation.Worlds;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Tests.Simulation;

// Where a task goes in its workflow, and when, worked out again from the configuration.
// https://www.twilio.com/docs/taskrouter/workflow-configuration
internal sealed partial class Acceptor
{
    private readonly Dictionary<(Sid Workflow, int Version), WorkflowConfiguration> _configurations = [];
    private readonly Dictionary<Sid, Place> _places = [];

    /// <param name="Seconds">From entering the filter to the end of the step.</param>
    /// <param name="AfterTimeout">Whether a step before it ran out, so that the default filter is no way out.</param>
    /// <param name="IsSkipped">Whether the task was told to have skipped it, so that its time does not count.</param>
    private sealed record Place(
        int? Filter, int? Step, DateTimeOffset EnteredAt, int Seconds, bool AfterTimeout, bool IsSkipped = false);

    private void LearnConfigurations(Changes changes)
    {
        foreach (var workflow in changes.Workflows.Written.Values)
        {
            var isReadable = WorkflowConfiguration.TryParse(workflow.Configuration, out var configuration, out _);
            Require(isReadable, $"workflow {workflow.Sid} has a configuration");
            _configurations.TryAdd((workflow.Sid, workflow.ConfigurationVersion), configuration!);
        }
    }

    private void CheckPlacement(RoutingEvent each, DateTimeOffset now)
    {
        if (each.Task is not { WorkflowSid: { } workflow } task || each.Type is not (EventTypes.WorkflowTargetMatched
            or EventTypes.WorkflowTimeout or EventTypes.WorkflowSkipped))
        {
            return;
        }

        var configuration = _configurations[(workflow, task.WorkflowVersion)];
        var last = _places.GetValueOrDefault(task.Sid);
        if (each.Type == EventTypes.WorkflowSkipped)
        {
            var seconds = last!.Seconds - (StepAt(configuration, last).TimeoutSeconds ?? 0);
            _places[task.Sid] = last with { Seconds = seconds, IsSkipped = true };
            return;
        }

        var isTimeout = each.TargetChangedReason == "target_timeout"
            || (each.Type == EventTypes.WorkflowTimeout && !last!.IsSkipped);
        var goesOn = isTimeout || each.Type == EventTypes.WorkflowTimeout
            || each.TargetChangedReason == "target_skipped";
        var place = goesOn
            ? After(task, configuration, last!, isTimeout || last!.AfterTimeout, now)
            : InFilter(task, configuration, 0, afterTimeout: false, now);
        if (each.Type == EventTypes.WorkflowTimeout)
        {
            Require(place is null, $"task {task.Sid} leaves its workflow only at its end");
            return;
        }

        Require(place is not null, $"task {task.Sid} has come to the end of its workflow");
        if (place is not null)
        {
            var isDue = !isTimeout || last!.EnteredAt.AddSeconds(last.Seconds) <= now;
            Require(isDue, $"task {task.Sid} stays in its step until its time is over");
            CheckPlace(task, StepAt(configuration, place), place);
            _places[task.Sid] = place;
        }
    }

    private void CheckPlace(RoutingTask task, WorkflowStep step, Place place)
    {
        var priority = step.Priority ?? _tasks[task.Sid].Priority;
        DateTimeOffset? expires = place.Step is null || step.TimeoutSeconds is null
            ? null
            : place.EnteredAt.AddSeconds(place.Seconds);
        Require(task.FilterIndex == place.Filter && task.StepIndex == place.Step,
            $"task {task.Sid} comes to step {place.Filter}.{place.Step}, not {task.FilterIndex}.{task.StepIndex}");
        Require(task.FilterEnteredAt == place.EnteredAt, $"task {task.Sid} keeps the clock of its filter");
        Require(
            task.StepExpiresAt == expires,
            $"task {task.Sid} leaves its step at {expires}, not {task.StepExpiresAt}");
        Require(task.TaskQueueSid == step.Queue, $"task {task.Sid} is in the queue of its step");
        Require(task.Priority == priority, $"task {task.Sid} has the priority of its step");
    }

    private static WorkflowStep StepAt(WorkflowConfiguration configuration, Place place) => place.Filter is { } filter
        ? configuration.Filters[filter].Steps[place.Step!.Value]
        : configuration.DefaultFilter!;

    private static Place? InFilter(
        RoutingTask task, WorkflowConfiguration configuration, int from, bool afterTimeout, DateTimeOffset now)
    {
        var document = Parsed.Document(task.Attributes);
        for (var filter = from; filter < configuration.Filters.Count; filter++)
        {
            if (configuration.Filters[filter].Expression.Matches(document, null))
            {
                var seconds = configuration.Filters[filter].Steps[0].TimeoutSeconds ?? 0;
                return new Place(filter, 0, now, seconds, afterTimeout);
            }
        }

        return afterTimeout || configuration.DefaultFilter is null ? null : new Place(null, null, now, 0, false);
    }

    /// <summary>The next step whose time is not over already, else the next filter that matches.</summary>
    private static Place? After(
        RoutingTask task, WorkflowConfiguration configuration, Place last, bool afterTimeout, DateTimeOffset now)
    {
        var seconds = last.Seconds;
        var steps = configuration.Filters[last.Filter!.Value].Steps;
        for (var step = last.Step!.Value + 1; step < steps.Count; step++)
        {
            seconds += steps[step].TimeoutSeconds ?? 0;
            if (steps[step].TimeoutSeconds is null || last.EnteredAt.AddSeconds(seconds) > now)
            {
                return new Place(last.Filter, step, last.EnteredAt, seconds, afterTimeout);
            }

            afterTimeout = true;
        }

        return InFilter(task, configuration, last.Filter.Value + 1, afterTimeout, now);
    }

    // Looked at only where nothing about workers was told later: else the counts are not those that were asked.
    private void CheckSkipping(Changes changes, WorkspaceRows rows)
    {
        var settled = changes.Events.FindLastIndex(each => each.Worker is not null) + 1;
        foreach (var each in changes.Events.Skip(settled))
        {
            if (each.Task is not { WorkflowSid: { } workflow, FilterIndex: { } filter, StepIndex: { } index } task
                || each.Type is not (EventTypes.WorkflowSkipped or EventTypes.WorkflowTargetMatched))
            {
                continue;
            }

            var step = _configurations[(workflow, task.WorkflowVersion)].Filters[filter].Steps[index];
            var isTrue = step.SkipIf?.IsTrue(new NaiveCounts(rows, rows.TaskQueues[step.Queue])) ?? false;
            var stays = rows.Tasks.GetValueOrDefault(task.Sid) is { AssignmentStatus: AssignmentStatus.Pending } row
                && row.FilterIndex == filter && row.StepIndex == index;
            Require(each.Type != EventTypes.WorkflowSkipped || isTrue, $"task {task.Sid} skips a step that wants it");
            Require(each.Type != EventTypes.WorkflowTargetMatched || !stays || !isTrue,
                $"task {task.Sid} does not stay in a step that it must skip");
        }
    }

    /// <summary>The workers of a queue, counted one by one.</summary>
    private sealed class NaiveCounts(WorkspaceRows rows, TaskQueue queue) : IWorkerCounts
    {
        public int CountAvailable(bool available) =>
            Members().Count(worker => rows.Activities[worker.ActivitySid].Available == available);

        public int CountIn(string activitySid) =>
            Members().Count(worker => worker.ActivitySid.ToString() == activitySid);

        private IEnumerable<Worker> Members() => rows.Workers.Values.Where(worker =>
            Parsed.TargetWorkers(queue.TargetWorkers).Matches(null, DocumentOf(worker)));

        private WorkerDocument DocumentOf(Worker worker) => new()
        {
            Sid = worker.Sid.ToString(),
            FriendlyName = worker.FriendlyName,
            ActivitySid = worker.ActivitySid.ToString(),
            ActivityName = rows.Activities[worker.ActivitySid].FriendlyName,
            Attributes = Parsed.Document(worker.Attributes),
            Channels = [.. rows.WorkerChannels.Values.Where(each => each.WorkerSid == worker.Sid).Select(FieldsOf)],
        };

        private ChannelFields FieldsOf(WorkerChannel channel) => new()
        {
            UniqueName = rows.TaskChannels[channel.TaskChannelSid].UniqueName,
            ConfiguredCapacity = channel.ConfiguredCapacity,
            ActiveTasks = On(channel).Count(each => each.IsActive),
            AcceptedTasks = On(channel).Count(each => each.Status == ReservationStatus.Accepted),
        };

        private IEnumerable<Reservation> On(WorkerChannel channel) => rows.Reservations.Values
            .Where(each => each.WorkerSid == channel.WorkerSid && each.TaskChannelSid == channel.TaskChannelSid);
    }
}
