using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Scenarios;

// Every resource is created with "KIND NAME options", changed with "set NAME options" and deleted with "delete NAME".
internal sealed partial class StoryCommands
{
    private string _newTask = "";

    private static CreateWorkspace NewWorkspace(Words words)
    {
        var command = StoryWorld.NewWorkspace();
        while (!words.IsAtEnd)
        {
            command = words.Take("single-tasking") ? command with { MultiTaskEnabled = false }
                : words.Take("template", "FIFO") ? command with { Template = WorkspaceTemplate.Fifo }
                : words.Take("template", "FLEX") ? command with { Template = WorkspaceTemplate.Flex }
                : words.Take("order") ? command with { PrioritizeQueueOrder = Order(words) }
                : throw words.Unknown();
        }

        return command;
    }

    private Command? Create(string kind, Words words, Step step)
    {
        switch (kind)
        {
            case "activity":
                var name = words.Next("the activity's name");
                return new CreateActivity(name, Available: words.Take("available"));
            case "channel":
                var unique = words.Next("the channel's name");
                return new CreateTaskChannel(unique, unique, ChannelOptimizedRouting: words.Take("optimized"));
            case "queue":
                return NewQueue(words);
            case "worker":
                return NewWorker(words);
            case "workflow":
                return NewWorkflow(words, step);
            case "task":
                return NewTask(words);
            default:
                return null;
        }
    }

    private CreateTaskQueue NewQueue(Words words)
    {
        var command = new CreateTaskQueue(words.Next("the queue's name"));
        while (!words.IsAtEnd)
        {
            command = words.Take("for")
                    ? command with { TargetWorkers = Fill(words.Next("an expression over workers"), words) }
                : words.Take("max") ? command with { MaxReservedWorkers = words.NextNumber("workers at once") }
                : words.Take("order") ? command with { TaskOrder = Order(words) }
                : words.Take("reserved", "into") ? command with { ReservationActivitySid = Activity(words) }
                : words.Take("assigned", "into") ? command with { AssignmentActivitySid = Activity(words) }
                : throw words.Unknown();
        }

        return command;
    }

    private CreateWorker NewWorker(Words words)
    {
        var command = new CreateWorker(words.Next("the worker's name"));
        while (!words.IsAtEnd)
        {
            command = words.Take("in") ? command with { ActivitySid = Activity(words) }
                : words.Take("with") ? command with { Attributes = Fill(words.Next("attributes"), words) }
                : throw words.Unknown();
        }

        return command;
    }

    private CreateWorkflow NewWorkflow(Words words, Step step)
    {
        var command = new CreateWorkflow(words.Next("the workflow's name"), "");
        var configuration = step.Block.Count > 0 ? _workflows.Configuration(step.Block) : null;
        while (!words.IsAtEnd)
        {
            if (words.Take("to"))
            {
                configuration = _workflows.ToDefault(words);
            }
            else if (words.Take("as"))
            {
                configuration = Fill(words.Next("a configuration"), words);
            }
            else
            {
                command = words.Take("reservation", "timeout")
                        ? command with { TaskReservationTimeoutSeconds = words.NextNumber("seconds") }
                    : words.Take("callback") ? command with { AssignmentCallbackUrl = words.Next("a URL") }
                    : throw words.Unknown();
            }
        }

        return command with
        {
            Configuration = configuration ?? throw words.Error("A workflow needs \"to QUEUE\", or lines below it."),
        };
    }

    private CreateTask NewTask(Words words)
    {
        _newTask = words.Next("the task's name");
        if (Names.Find(_newTask) is not null)
        {
            throw words.Error($"The name {_newTask} is taken.");
        }

        var command = new CreateTask();
        while (!words.IsAtEnd)
        {
            command = words.Take("with") ? command with { Attributes = Fill(words.Next("attributes"), words) }
                : words.Take("priority") ? command with { Priority = words.NextNumber("a priority") }
                : words.Take("timeout") ? command with { TimeoutSeconds = words.NextNumber("seconds") }
                : words.Take("on") ? command with { TaskChannel = words.Next("a channel") }
                : words.Take("started") ? command with { VirtualStartAt = Instant(words) }
                : words.Take("workflow") ? command with { WorkflowSid = Names.Get(words, "a workflow") }
                : words.Take("queue") ? command with { TaskQueueSid = Names.Get(words, "a queue") }
                : words.Take("target") ? command with { RoutingTarget = Names.Get(words, "what to route to") }
                : words.Take("within", "capacity") ? command with { IgnoreCapacity = false }
                : throw words.Unknown();
        }

        return command;
    }

    private Command Set(Words words, Step step)
    {
        if (words.Take("workspace"))
        {
            return SetWorkspace(words);
        }

        var name = words.Next("what to change");
        if (FindReservation(name) is { } reservation)
        {
            return SetReservation(reservation.Sid, words);
        }

        var sid = Names.Find(name) ?? throw words.Error($"Nothing is called \"{name}\" here.");
        return sid.Kind switch
        {
            SidKind.Activity => new UpdateActivity(sid, Name(words)),
            SidKind.TaskChannel => SetChannel(sid, words),
            SidKind.TaskQueue => SetQueue(sid, words),
            SidKind.Workflow => SetWorkflow(sid, words, step),
            SidKind.Worker when words.Take("on") => SetWorkerChannel(sid, words),
            SidKind.Worker => SetWorker(sid, words),
            SidKind.Task => SetTask(sid, words),
            _ => throw words.Error($"A {sid.Kind} cannot be changed."),
        };
    }

    private UpdateWorkspace SetWorkspace(Words words)
    {
        var command = new UpdateWorkspace();
        while (!words.IsAtEnd)
        {
            command = words.Take("default") ? command with { DefaultActivitySid = Activity(words) }
                : words.Take("timeout") ? command with { TimeoutActivitySid = Activity(words) }
                : words.Take("order") ? command with { PrioritizeQueueOrder = Order(words) }
                : words.Take("single-tasking") ? command with { MultiTaskEnabled = false }
                : words.Take("multitasking") ? command with { MultiTaskEnabled = true }
                : throw words.Unknown();
        }

        return command;
    }

    private static UpdateTaskChannel SetChannel(Sid sid, Words words)
    {
        var command = new UpdateTaskChannel(sid, null, null);
        while (!words.IsAtEnd)
        {
            command = words.Take("optimized")
                ? command with { ChannelOptimizedRouting = words.NextYesOrNo("whether it is") }
                : command with { FriendlyName = Name(words) };
        }

        return command;
    }

    private UpdateTaskQueue SetQueue(Sid sid, Words words)
    {
        var command = new UpdateTaskQueue(sid);
        while (!words.IsAtEnd)
        {
            command = words.Take("for")
                    ? command with { TargetWorkers = Fill(words.Next("an expression over workers"), words) }
                : words.Take("max") ? command with { MaxReservedWorkers = words.NextNumber("workers at once") }
                : words.Take("order") ? command with { TaskOrder = Order(words) }
                : words.Take("reserved", "into") ? command with { ReservationActivitySid = ActivityOrNone(words) }
                : words.Take("assigned", "into") ? command with { AssignmentActivitySid = ActivityOrNone(words) }
                : command with { FriendlyName = Name(words) };
        }

        return command;
    }

    private UpdateWorkflow SetWorkflow(Sid sid, Words words, Step step)
    {
        var command = new UpdateWorkflow(
            sid, Configuration: step.Block.Count > 0 ? _workflows.Configuration(step.Block) : null);
        while (!words.IsAtEnd)
        {
            command = words.Take("to") ? command with { Configuration = _workflows.ToDefault(words) }
                : words.Take("reservation", "timeout")
                    ? command with { TaskReservationTimeoutSeconds = words.NextNumber("seconds") }
                : words.Take("moving", "tasks") ? command with { ReEvaluateTasks = true }
                : command with { FriendlyName = Name(words) };
        }

        return command;
    }

    private UpdateWorker SetWorker(Sid sid, Words words)
    {
        var command = new UpdateWorker(sid);
        while (!words.IsAtEnd)
        {
            command = words.Take("in") ? command with { ActivitySid = Activity(words) }
                : words.Take("with") ? command with { Attributes = Fill(words.Next("attributes"), words) }
                : words.Take("rejecting", "offers") ? command with { RejectPendingReservations = true }
                : words.Take("if", "version") ? command with { IfVersion = words.NextNumber("a version") }
                : command with { FriendlyName = Name(words) };
        }

        return command;
    }

    private UpdateWorkerChannel SetWorkerChannel(Sid worker, Words words)
    {
        var channel = WorkerChannel(worker, words);
        var command = new UpdateWorkerChannel(worker, channel.Sid, null, null);
        while (!words.IsAtEnd)
        {
            command = words.Take("capacity") ? command with { Capacity = words.NextNumber("a capacity") }
                : words.Take("available") ? command with { Available = words.NextYesOrNo("whether it is") }
                : throw words.Unknown();
        }

        return command;
    }

    private UpdateTask SetTask(Sid sid, Words words)
    {
        var command = new UpdateTask(sid);
        while (!words.IsAtEnd)
        {
            command = words.Take("to") ? command with { AssignmentStatus = TaskStatus(words) }
                : words.Take("because") ? command with { Reason = words.Next("a reason") }
                : words.Take("with") ? command with { Attributes = Fill(words.Next("attributes"), words) }
                : words.Take("priority") ? command with { Priority = words.NextNumber("a priority") }
                : words.Take("on") ? command with { TaskChannel = words.Next("a channel") }
                : words.Take("started") ? command with { VirtualStartAt = Instant(words) }
                : words.Take("if", "version") ? command with { IfVersion = words.NextNumber("a version") }
                : throw words.Unknown();
        }

        return command;
    }

    private UpdateReservation SetReservation(Sid sid, Words words)
    {
        words.Expect("to");
        var text = words.Next("a reservation's status");
        var status = WireNames.ReservationStatusOf(text)
            ?? throw words.Error($"\"{text}\" is no status of a reservation.");
        return new UpdateReservation(
            sid, status, Into(words), words.Take("if", "version") ? words.NextNumber("a version") : null);
    }

    private Command Delete(Words words)
    {
        if (words.Take("workspace"))
        {
            return new DeleteWorkspace();
        }

        var sid = Names.Get(words, "what to delete");
        int? version = words.Take("if", "version") ? words.NextNumber("a version") : null;
        return sid.Kind switch
        {
            SidKind.Activity => new DeleteActivity(sid),
            SidKind.TaskChannel => new DeleteTaskChannel(sid),
            SidKind.TaskQueue => new DeleteTaskQueue(sid),
            SidKind.Workflow => new DeleteWorkflow(sid),
            SidKind.Worker => new DeleteWorker(sid, version),
            SidKind.Task => new DeleteTask(sid, version),
            _ => throw words.Error($"A {sid.Kind} cannot be deleted."),
        };
    }

    public WorkerChannel WorkerChannel(Sid worker, Words words)
    {
        var channel = Names.Get(words, "a channel", SidKind.TaskChannel);
        return _world.Everything().WorkerChannels.Written.Values
            .FirstOrDefault(each => each.WorkerSid == worker && each.TaskChannelSid == channel)
            ?? throw words.Error("The worker has no such channel.");
    }

    public static AssignmentStatus TaskStatus(Words words)
    {
        var text = words.Next("a task's status");
        return WireNames.AssignmentStatusOf(text) ?? throw words.Error($"\"{text}\" is no status of a task.");
    }

    private static string Name(Words words) => words.Take("name") ? words.Next("a name") : throw words.Unknown();

    private Sid Activity(Words words) => Names.Get(words, "an activity", SidKind.Activity);

    private Sid ActivityOrNone(Words words) => words.Take("none") ? default : Activity(words);

    private static QueueOrder Order(Words words) =>
        WireNames.QueueOrderOf(words.Next("FIFO or LIFO")) ?? throw words.Error("Expected FIFO or LIFO.");

    private static DateTimeOffset Instant(Words words) =>
        StoryWorld.Start + (StoryFile.SecondOrNull(words.Next("a second")) ?? throw words.Error("Expected a second."));
}
