using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>Reads what happens: sentences after "Given" and "At".</summary>
internal sealed partial class StoryCommands
{
    private readonly StoryWorld _world;
    private readonly WorkflowReading _workflows;

    public StoryCommands(StoryWorld world)
    {
        _world = world;
        _workflows = new WorkflowReading(world, Fill);
    }

    private StoryNames Names => _world.Names;

    /// <summary>Lets the sentence happen; answers the refusal, if there was one.</summary>
    public Refusal? Run(Step step)
    {
        var words = new Words(step.Line, step.Sentence);
        if (words.Take("nothing"))
        {
            words.ExpectEnd();
            return null;
        }

        if (words.Take("limit"))
        {
            SetLimit(words, step);
            return null;
        }

        if (words.Take("the", "server"))
        {
            StopOrRestart(words);
            return null;
        }

        return Execute(step, words);
    }

    /// <summary>Replaces every <c>{name}</c> by its SID; <c>{t1/alice}</c> is a reservation.</summary>
    public string Fill(string text, Words words) => Names.Fill(text, words, name => FindReservation(name)?.Sid);

    /// <summary>The newest reservation of a task for a worker, written <c>t1/alice</c>; null if none.</summary>
    public Reservation? FindReservation(string name) => name.Split('/') is [var task, var worker]
        && Names.Find(task) is { } taskSid && Names.Find(worker) is { } workerSid
        ? _world.Saved.Reservations.Values
            .Where(each => each.TaskSid == taskSid && each.WorkerSid == workerSid)
            .MaxBy(each => each.Sid)
        : null;

    public TaskTransfer Transfer(Words words)
    {
        var task = Names.Get(words, "a task", SidKind.Task);
        return _world.Saved.Transfers.Values.Where(each => each.TaskSid == task).MaxBy(each => each.Sid)
            ?? throw words.Error("This task was never transferred.");
    }

    private Refusal? Execute(Step step, Words words)
    {
        if (words.Take("workspace"))
        {
            _world.CreateWorkspace(_world.HasBegun
                ? throw words.Error("A story has one workspace, given first.")
                : NewWorkspace(words));
            words.ExpectEnd();
            return null;
        }

        if (!_world.HasBegun)
        {
            _world.CreateWorkspace();
        }

        var first = words.Next("what happens");
        var command = Create(first, words, step) ?? first switch
        {
            "set" => Set(words, step),
            "delete" => Delete(words),
            "cancel" => CancelTransfer(words),
            "callback" => Callback(words),
            _ => Act(first, words),
        };
        words.ExpectEnd();
        var refusal = _world.Execute(command);
        if (refusal is null && command is CreateTask)
        {
            Names.Add(_newTask, ((RoutingTask)_world.Answer!).Sid);
        }

        return refusal;
    }

    private void SetLimit(Words words, Step step)
    {
        if (step.Kind != StepKind.Given || _world.HasBegun)
        {
            throw words.Error("Limits are given first.");
        }

        var limits = _world.Limits;
        var name = words.Next("a limit");
        var value = words.NextNumber("its value");
        _world.Limits = name switch
        {
            "assignments" => limits with { AssignmentsMax = value },
            "completion" => limits with { CompletionLimit = TimeSpan.FromSeconds(value) },
            "visibility" => limits with { EndedTaskVisibility = TimeSpan.FromSeconds(value) },
            "target" => limits with { RoutingTargetWait = TimeSpan.FromSeconds(value) },
            "workers" => limits with { WorkersMax = value },
            "queues" => limits with { TaskQueuesMax = value },
            "activities" => limits with { ActivitiesMax = value },
            _ => throw words.Error($"There is no limit called \"{name}\"."),
        };
        words.ExpectEnd();
    }

    private void StopOrRestart(Words words)
    {
        if (words.Take("stops"))
        {
            words.ExpectEnd();
            _world.Stop();
            return;
        }

        words.Expect("restarts");
        words.ExpectEnd();
        _world.Restart();
    }

    /// <summary>"alice accepts t1", "alice rejects t1 into Break", "alice transfers t1 to bob cold".</summary>
    private Command Act(string worker, Words words)
    {
        if (Names.Find(worker) is null)
        {
            throw words.Error($"\"{worker}\" begins nothing that can happen.");
        }

        var verb = words.Next("a verb");
        var task = words.Next("a task");
        var reservation = (FindReservation($"{task}/{worker}")
            ?? throw words.Error($"Task {task} was never offered to {worker}.")).Sid;
        return verb switch
        {
            "accepts" => new UpdateReservation(reservation, ReservationStatus.Accepted),
            "rejects" => new UpdateReservation(reservation, ReservationStatus.Rejected, Into(words)),
            "wraps" => new UpdateReservation(reservation, ReservationStatus.Wrapping),
            "completes" => new UpdateReservation(reservation, ReservationStatus.Completed),
            "transfers" => Transfer(words, Names.Find(task)!.Value, reservation),
            _ => throw words.Error($"A worker accepts, rejects, wraps, completes or transfers, not \"{verb}\"."),
        };
    }

    private StartTransfer Transfer(Words words, Sid task, Sid reservation)
    {
        words.Expect("to");
        var command = new StartTransfer(task, reservation, Names.Get(words, "a worker or queue"));
        while (!words.IsAtEnd)
        {
            command = words.Take("cold") ? command with { Mode = TransferMode.Cold }
                : words.Take("priority") ? command with { Priority = words.NextNumber("a priority") }
                : words.Take("with") ? command with { Attributes = Fill(words.Next("attributes"), words) }
                : throw words.Unknown();
        }

        return command;
    }

    private CancelTransfer CancelTransfer(Words words)
    {
        words.Expect("transfer");
        words.Expect("of");
        var transfer = Transfer(words);
        return new CancelTransfer(transfer.TaskSid, transfer.Sid);
    }

    /// <summary>"callback of t1/alice says accept", "... says reject into Break", "... says nothing".</summary>
    private SettleAssignmentCallback Callback(Words words)
    {
        words.Expect("of");
        var reservation = Reservation(words).Sid;
        words.Expect("says");
        return words.Take("accept") ? new SettleAssignmentCallback(reservation, ReservationStatus.Accepted)
            : words.Take("reject") ? new SettleAssignmentCallback(reservation, ReservationStatus.Rejected, Into(words))
            : words.Take("nothing") ? new SettleAssignmentCallback(reservation, null)
            : throw words.Unknown();
    }

    private Reservation Reservation(Words words)
    {
        var name = words.Next("a reservation, written task/worker");
        return FindReservation(name) ?? throw words.Error($"There is no reservation {name}.");
    }

    private Sid? Into(Words words) =>
        words.Take("into") ? Names.Get(words, "an activity", SidKind.Activity) : null;
}
