using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Bench;

/// <summary>A workspace under load: a router, what is in it, and the clock and the meter of its commands.</summary>
internal sealed class BenchWorld
{
    private const int QueuesPerWorkflow = 10;

    // Longer than any run, so that nothing runs out by itself.
    private const int TaskSeconds = 1_209_600;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly List<Sid> _workflows = [];
    private readonly Router _router;
    private Sid _everybody;

    public BenchWorld(int workers, int queues, int seed)
    {
        Crew = new Crew(seed);
        _router = new Router(new SidSource(Crew.Fill), Limits);
        var workspace = new Sid(SidKind.Workspace, 1, 1);
        Apply(new CreateWorkspace(new Sid(SidKind.Account, 1, 1), workspace, "Bench"));
        Available = Changes.Activities.Written.Values.Single(activity => activity.Available).Sid;
        Offline = Changes.Activities.Written.Values.Single(activity => activity.FriendlyName == "Offline").Sid;
        DefaultChannel = Changes.TaskChannels.Written.Values
            .Single(channel => channel.UniqueName == TaskChannel.DefaultUniqueName).Sid;
        AddQueues(queues);
        var bytes = Settled();
        AddWorkers(workers);
        VisitQueues();
        WorkerBytes = (Settled() - bytes) / (double)workers;
    }

    public static RouterLimits Limits { get; } = new() { WorkersMax = int.MaxValue, TaskQueuesMax = int.MaxValue };

    public Crew Crew { get; }

    public Meter Meter { get; set; } = new();

    public DateTimeOffset Now { get; private set; } = Start;

    public Sid Available { get; }

    public Sid Offline { get; }

    public Sid DefaultChannel { get; }

    /// <summary>Queues whose language is awake, and the others.</summary>
    public List<TaskQueue> AwakeQueues { get; } = [];

    public List<TaskQueue> AsleepQueues { get; } = [];

    public List<Sid> AwakeWorkers { get; } = [];

    public List<Sid> AsleepWorkers { get; } = [];

    /// <summary>What the last command has changed.</summary>
    public Changes Changes { get; private set; } = new();

    public int Waiting { get; private set; }

    /// <summary>What one worker takes in memory, records included.</summary>
    public double WorkerBytes { get; }

    public Router Router => _router;

    public void Pass(TimeSpan time) => Now += time;

    /// <summary>Applies a command outside the measurement.</summary>
    public TResult Apply<TResult>(Command<TResult> command)
    {
        var result = _router.Apply(command, Now);
        Changes = _router.TakeChanges();
        return result;
    }

    /// <summary>Applies a command; what it did says what kind it was, and null that it does not count.</summary>
    public void Measure(Command command, Func<Changes, string?> kind) =>
        Measure(() => _router.Apply(command, Now), kind);

    public void MeasureOneDeadline(Func<Changes, string?> kind) => Measure(() => _router.FireDeadlines(Now, 1), kind);

    public Command NewTask(TaskQueue queue) => new CreateTask(
        WorkflowOf(queue), $$"""{"to":"{{queue.FriendlyName}}"}""", TimeoutSeconds: TaskSeconds);

    public Sid WorkflowOf(TaskQueue queue) =>
        _workflows[int.Parse(queue.FriendlyName.AsSpan(1), null) / QueuesPerWorkflow];

    /// <summary>Lets tasks wait in the sleeping queues until there are so many of them.</summary>
    public void LetWait(int waiting)
    {
        for (; Waiting < waiting; Waiting++)
        {
            Measure(NewTask(AsleepQueues[Waiting % AsleepQueues.Count]), _ => Kinds.CreateAndWait);
            Pass(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>How long it takes to make the router again from what a disk would hold.</summary>
    public TimeSpan Reload()
    {
        var all = _router.Everything();
        var records = new WorkspaceRecords
        {
            Workspace = all.Workspace!,
            Activities = [.. all.Activities.Written.Values],
            TaskChannels = [.. all.TaskChannels.Written.Values],
            TaskQueues = [.. all.TaskQueues.Written.Values],
            Workflows = [.. all.Workflows.Written.Values],
            Workers = [.. all.Workers.Written.Values],
            WorkerChannels = [.. all.WorkerChannels.Written.Values],
            Tasks = [.. all.Tasks.Written.Values],
            Reservations = [.. all.Reservations.Written.Values],
        };
        var start = ThreadClock.Now;
        var loaded = new Router(new SidSource(Crew.Fill), Limits, records);
        var microseconds = ThreadClock.Since(start);
        GC.KeepAlive(loaded);
        return TimeSpan.FromMicroseconds(microseconds);
    }

    public static long Settled() => GC.GetTotalMemory(forceFullCollection: true);

    private void Measure(Action act, Func<Changes, string?> kind)
    {
        var collections = GC.CollectionCount(0);
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = ThreadClock.Now;
        act();
        var microseconds = ThreadClock.Since(start);
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Changes = _router.TakeChanges();
        if (kind(Changes) is { } name)
        {
            Meter.Add(name, microseconds, bytes, GC.CollectionCount(0) != collections);
        }
    }

    private void AddQueues(int count)
    {
        _everybody = Apply(new CreateTaskQueue("everybody", TaskQueue.EveryWorker)).Sid;
        for (var first = 0; first < count; first += QueuesPerWorkflow)
        {
            var filters = new List<string>();
            for (var index = first; index < Math.Min(first + QueuesPerWorkflow, count); index++)
            {
                var isAwake = index % 2 == 0;
                var queue = Apply(new CreateTaskQueue($"q{index}", Crew.TargetWorkers(isAwake)));
                (isAwake ? AwakeQueues : AsleepQueues).Add(queue);
                filters.Add($$$"""{"expression":"to == 'q{{{index}}}'","targets":[{"queue":"{{{queue.Sid}}}"}]}""");
            }

            var configuration = $$$"""{"task_routing":{"filters":[{{{string.Join(',', filters)}}}]}}""";
            _workflows.Add(Apply(new CreateWorkflow($"w{first}", configuration)).Sid);
        }
    }

    /// <summary>A queue begins to keep a list of its free workers when its first task comes.</summary>
    private void VisitQueues()
    {
        Visit(new CreateTask(RoutingTarget: _everybody), Kinds.FirstTaskOfEverybody);
        AwakeQueues.ForEach(queue => Visit(NewTask(queue), Kinds.FirstTask));
    }

    private void Visit(Command command, string kind)
    {
        Measure(command, _ => kind);
        Apply(new UpdateTask(Changes.Tasks.Written.Keys.Single(), AssignmentStatus: AssignmentStatus.Canceled));
        Pass(TimeSpan.FromMilliseconds(1));
    }

    private void AddWorkers(int count)
    {
        for (var index = 0; index < count; index++)
        {
            var isAwake = index % 2 == 0;
            var command = new CreateWorker($"worker{index}", isAwake ? Available : Offline, Crew.Worker(isAwake));
            Measure(command, _ => Kinds.CreateWorker);
            (isAwake ? AwakeWorkers : AsleepWorkers).Add(Changes.Workers.Written.Keys.Single());
            Pass(TimeSpan.FromMilliseconds(1));
        }
    }
}
