using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// What must hold between two commands. Tests ask all of it after every command; the server asks the first part of what
// a batch has touched, now and then. https://www.twilio.com/docs/taskrouter/lifecycle-task-state
public sealed partial class Router
{
    /// <summary>What is wrong with the records that these changes hold, in words; empty when nothing is.</summary>
    public IEnumerable<string> Violations(Changes changes) =>
        changes.Tasks.Written.Keys.Where(_tasks.ContainsKey).SelectMany(sid => Violations(_tasks[sid]))
            .Concat(changes.Workers.Written.Keys.Where(_workers.ContainsKey)
                .SelectMany(sid => Violations(_workers[sid])));

    /// <summary>Everything that is wrong in the whole state. Cost grows with workers times queues.</summary>
    public IEnumerable<string> Violations() => _workspace is null
        ? []
        : _tasks.Values.SelectMany(Violations)
            .Concat(_workers.Values.SelectMany(Violations))
            .Concat(ReservationViolations())
            .Concat(ConfigurationViolations())
            .Concat(PoolViolations())
            .Concat(WaitingViolations())
            .Concat(DeadlineViolations());

    private IEnumerable<string> Violations(TaskState task)
    {
        var record = task.Record;
        var counts = task.Reservations.ToLookup(reservation => reservation.Record.Status);
        var (pending, accepted, wrapping) = (counts[ReservationStatus.Pending].Count(),
            counts[ReservationStatus.Accepted].Count(), counts[ReservationStatus.Wrapping].Count());
        var atWork = accepted + wrapping;
        var isAtWork = record.AssignmentStatus is AssignmentStatus.Assigned or AssignmentStatus.Wrapping;
        var isWaiting = record.AssignmentStatus is AssignmentStatus.Pending or AssignmentStatus.Reserved;

        IEnumerable<(bool Holds, string Rule)> rules =
        [
            (record.AssignmentStatus != AssignmentStatus.Pending || pending + (task.IsInTransfer ? 0 : atWork) == 0,
                "pending without reservations"),
            (record.AssignmentStatus != AssignmentStatus.Reserved || pending > 0, "reserved by a pending reservation"),
            (record.AssignmentStatus != AssignmentStatus.Assigned || accepted > 0, "assigned by an acceptance"),
            (record.AssignmentStatus != AssignmentStatus.Wrapping || (wrapping > 0 && accepted + pending == 0),
                "wrapping when its reservations are"),
            (!record.IsEnded || pending + atWork == 0, "ended with its reservations"),
            (isAtWork || task.IsInTransfer || atWork == 0, "work only while assigned, or handed over"),
            (!task.IsInTransfer || isWaiting, "waiting for somebody while handed over"),
            (isAtWork || task.IsInTransfer || pending == 0 || task.IsReserved, "reserved while offered"),
            (record.IsEnded == record.EndedAt.HasValue, "an end has its time"),
            (record.IsEnded == record.RemoveAt.HasValue, "an end is removed some time"),
            (isWaiting || record.ExpiresAt is null, "no time-to-live once assigned"),
            (!isWaiting || record.ExpiresAt.HasValue != record.CompletionDueAt.HasValue,
                "a time-to-live until assigned for the first time, a completion limit from then on"),
            (!isAtWork || record.CompletionDueAt is not null, "a completion limit while assigned"),
            ((task.Line is not null) == task.IsPending, "in a line while pending"),
            (record.StepExpiresAt is null || isWaiting, "a step ends only while waiting"),
            (record.AssignmentCount <= _limits.AssignmentsMax, "assignments are counted and limited"),
            (record.AssignmentCount > 0 || pending + atWork == 0, "reservations are counted as assignments"),
            (record.TaskQueueSid == task.Queue?.Record.Sid || record.IsEnded, "its queue is the one it is in"),
            (task.Step is null || task.Queue is null || task.Step.Queue == task.Queue.Record.Sid || record.IsEnded,
                "its step is of its queue"),
            (pending <= _limits.MaxReservedWorkersMax, "offers at once are limited"),
            (task.ActiveReservations().Select(reservation => reservation.Record.WorkerSid).Distinct().Count()
                == pending + atWork, "at most one active reservation for each worker"),
            (record.UpdatedAt >= record.CreatedAt, "updated after created"),
        ];
        return Broken(rules, $"Task {task.Sid} ({WireNames.Of(record.AssignmentStatus)})");
    }

    private IEnumerable<string> Violations(WorkerState worker)
    {
        var forced = worker.Active.Count(IsForced);
        List<(bool Holds, string Rule)> rules =
        [
            (worker.Record.ActivitySid == worker.Activity.Record.Sid, "its activity is the one of its record"),
            (worker.Document.ActivitySid == worker.Record.ActivitySid.ToString(), "expressions see its activity"),
            (worker.Document.ActivityName == worker.Activity.Record.FriendlyName, "expressions see its activity"),
            (worker.Document.FriendlyName == worker.Record.FriendlyName, "expressions see its name"),
            (worker.Document.Attributes.Text == worker.Record.Attributes, "expressions see its attributes"),
            (worker.Channels.Count == _channels.Count, "it has every channel"),
            (!worker.IsTouched && !worker.IsMatching, "nothing is left to match"),
            (worker.Active.TrueForAll(reservation => reservation.Record.IsActive), "what fills it is active"),
            (worker.LastReservedAt == worker.Channels.Max(channel => channel.Record.LastReservedAt),
                "idle since its last reservation"),
            (Workspace.MultiTaskEnabled || worker.Active.Count - forced <= 1, "one task at a time in single-tasking"),
        ];
        foreach (var channel in worker.Channels)
        {
            var active = worker.Active.Where(reservation => reservation.WorkerChannel == channel).ToList();
            var taken = active.Count(reservation => reservation.Record.Status != ReservationStatus.Pending);
            rules.Add((channel.Record.ActiveTasks == active.Count, "a channel's load is its active reservations"));
            rules.Add((channel.Record.AssignedTasks == taken, "a channel's tasks are those taken"));
            rules.Add((channel.Fields.ActiveTasks == active.Count, "expressions see a channel's load"));
            rules.Add((channel.Fields.ConfiguredCapacity == channel.Record.ConfiguredCapacity,
                "expressions see a channel's capacity"));
            rules.Add((channel.IsListed == channel.IsFree(Workspace.MultiTaskEnabled), "listed as free when it is"));
        }

        return Broken(rules, $"Worker {worker.Record.Sid}");
    }

    // Whoever names the worker, as routing target or in a transfer, does not ask whether it is free.
    private bool IsForced(ReservationState reservation) => reservation.Record.TaskTransferSid is { } transfer
        ? _transfers[transfer].IsToWorker
        : reservation.Task.Record.IgnoreCapacity;

    private IEnumerable<string> ReservationViolations() => _reservations.Values.SelectMany(reservation =>
    {
        var record = reservation.Record;
        IEnumerable<(bool Holds, string Rule)> rules =
        [
            ((record.Status == ReservationStatus.Pending) == record.ExpiresAt.HasValue, "a timeout while pending"),
            (record.Status == ReservationStatus.Pending || !record.CallbackDue, "no callback is owed once answered"),
            (!record.IsActive || reservation.Worker.Active.Contains(reservation), "its worker knows of it"),
            (_tasks.GetValueOrDefault(record.TaskSid) == reservation.Task, "its task is there"),
            (reservation.Task.Reservations.Contains(reservation), "its task knows of it"),
        ];
        return Broken(rules, $"Reservation {record.Sid} ({WireNames.Of(record.Status)})");
    });

    private IEnumerable<string> ConfigurationViolations()
    {
        var open = _tasks.Values.Where(task => !task.Record.IsEnded).ToList();
        List<(bool Holds, string Rule)> rules =
        [
            (_activities.ContainsKey(Workspace.DefaultActivitySid), "the default activity exists"),
            (_activities.ContainsKey(Workspace.TimeoutActivitySid), "the timeout activity exists"),
            (_matcher.IsSettled && _skipChecks.Count == 0, "all is settled"),
            (_activities.Values.All(each => each.Workers == _workers.Values.Count(worker => worker.Activity == each)),
                "workers are counted per activity"),
            (_channels.Values.All(each => each.OpenTasks == open.Count(task => task.Channel == each)),
                "open tasks are counted per channel"),
            (_queues.Values.All(each => each.OpenTasks == open.Count(task => task.Queue == each)),
                "open tasks are counted per queue"),
            (_pools.All.Sum(pool => pool.Queues) == _queues.Count, "queues are counted per pool"),
            (_workers.Values.All(worker => _workerNames.Find(worker.Record.FriendlyName) == worker.Record.Sid),
                "every worker is found by its name"),
        ];
        foreach (var workflow in _workflows.Values)
        {
            rules.Add((workflow.OpenTasks.SetEquals(open.Where(task => task.Workflow?.Workflow == workflow)),
                "a workflow knows its open tasks"));
            rules.Add((workflow.Replaced.TrueForAll(version => version.OpenTasks > 0),
                "a replaced configuration goes with its last task"));
            foreach (var version in workflow.Replaced.Append(workflow.Current))
            {
                rules.Add((version.OpenTasks == open.Count(task => task.Workflow == version),
                    "open tasks are counted per configuration"));
                rules.Add((version.Configuration.Queues.All(_queues.ContainsKey), "a configuration's queues exist"));
            }
        }

        return Broken(rules, $"Workspace {Workspace.Sid}");
    }

    private IEnumerable<string> PoolViolations()
    {
        foreach (var pool in _pools.All)
        {
            var members = _workers.Values.Where(pool.Accepts).ToHashSet();
            IEnumerable<(bool Holds, string Rule)> rules =
            [
                (pool.Members.SetEquals(members), "its members are who matches"),
                (members.All(worker => worker.Pools.Contains(pool)), "its members know of it"),
                (_activities.Values.All(activity => pool.CountIn(activity.Record.Sid.ToString())
                    == members.Count(worker => worker.Activity == activity)), "its members are counted per activity"),
                (_channels.Values.All(channel => pool.Find(channel) is not { } lines
                    || lines.FreeWorkers(null).SequenceEqual(members
                        .Select(worker => worker.ChannelFor(channel)!)
                        .Where(free => free.IsListed)
                        .Select(FreeWorker.Of)
                        .Order(WorkerOrder.Idle))), "its free workers are those listed, in order"),
            ];
            foreach (var violation in Broken(rules, $"Pool \"{pool.Text}\""))
            {
                yield return violation;
            }
        }
    }

    /// <summary>No waiting task and free worker could be paired: the invariant that matching rests on.</summary>
    private IEnumerable<string> WaitingViolations()
    {
        foreach (var task in _tasks.Values.Where(task => task.IsPending && task.Line is not null))
        {
            var line = task.Line!;
            var taker = _workers.Values.FirstOrDefault(worker => CouldTake(worker, task));
            IEnumerable<(bool Holds, string Rule)> rules =
            [
                (line.Tasks.Contains(task), "its line holds it"),
                (line.Queue == task.Queue || line.DirectWorker is not null, "its line is of its queue"),
                (line.Search == LineSearch.None, "its line has been searched"),
                (taker is null, $"nobody free could take it, but worker {taker?.Record.Sid} could"),
            ];
            foreach (var violation in Broken(rules, $"Waiting task {task.Sid}"))
            {
                yield return violation;
            }
        }
    }

    private bool CouldTake(WorkerState worker, TaskState task)
    {
        if (worker.ChannelFor(task.Channel) is not { } channel)
        {
            return false;
        }

        var isFree = channel.IsFree(Workspace.MultiTaskEnabled);
        return task.DirectWorkerSid is { } only
            ? only == worker.Record.Sid && (isFree || task.Record.IgnoreCapacity)
            : isFree && task.Queue!.Pool.Accepts(worker) && task.Line!.Admits(worker)
                && (task.Step?.Expression?.Matches(task.Document, worker.Document) ?? true);
    }

    private IEnumerable<string> DeadlineViolations()
    {
        // One that is past has been taken; a step's end then waits for the end of the offer.
        var armed = _deadlines.All.ToHashSet();
        return LiveDeadlines().Where(deadline => deadline.DueAt > _now && !armed.Contains(deadline))
            .Select(deadline => $"{deadline.Kind} of {deadline.Sid} at {deadline.DueAt:O} is armed");
    }

    private static IEnumerable<string> Broken(IEnumerable<(bool Holds, string Rule)> rules, string subject) =>
        rules.Where(rule => !rule.Holds).Select(rule => $"{subject}: broken: {rule.Rule}");
}
