namespace TaskRouter.Engine.Expressions;

/// <summary>
/// What names mean in one kind of expression: which document an unprefixed name reads, and which prefixes there are.
/// Remembers what was asked for, so that the router knows which changes can change an answer.
/// </summary>
internal abstract class Roots
{
    protected const string Worker = "worker";
    protected const string Task = "task";

    private readonly List<TaskAttribute> _taskReads = [];

    public IReadOnlyList<TaskAttribute> TaskReads => _taskReads;

    public bool UsesWorkerActivity { get; private set; }

    public bool UsesWorkerChannels { get; private set; }

    public bool UsesWorkerIdentity { get; private set; }

    public static Roots Of(ExpressionContext context) => context switch
    {
        ExpressionContext.Worker => new WorkerRoots(),
        ExpressionContext.Task => new TaskRoots(),
        _ => new TargetRoots(),
    };

    /// <summary>What an unquoted path reads.</summary>
    public virtual Operand Path(PathSyntax path)
    {
        PathStep[] steps = [.. path.Steps];
        return FirstPresent.Of(BuiltIn(steps), Attribute(steps)) ?? Constant.Missing;
    }

    /// <summary>
    /// What a quoted text reads: an attribute with just that name, else what the same path would read without quotes.
    /// Built-in fields come first, so that no attribute can pose as one. Null when the text names nothing.
    /// </summary>
    public Operand? Named(string text)
    {
        if (!Parser.TryParsePath(text, out var path, out _))
        {
            return Key(text);
        }

        PathStep[] steps = [.. path.Steps];
        return FirstPresent.Of(BuiltIn(steps), steps.Length > 1 ? Key(text) : null, Attribute(steps));
    }

    /// <summary>A field that TaskRouter provides, or null.</summary>
    protected abstract Operand? BuiltIn(PathStep[] steps);

    /// <summary>An attribute at a path, or null where such a path leads nowhere.</summary>
    protected abstract Operand? Attribute(PathStep[] steps);

    /// <summary>A top-level attribute whose name need not look like one, or null where nothing is unprefixed.</summary>
    protected abstract Operand? Key(string name);

    protected static bool HasPrefix(PathStep[] steps, string prefix) =>
        steps.Length > 1 && steps[0].Name == prefix && steps[1].Name is not null;

    protected TaskAttribute ReadTask(params PathStep[] steps)
    {
        var operand = _taskReads.Find(read => read.Steps.SequenceEqual(steps));
        if (operand is null)
        {
            operand = new TaskAttribute(steps);
            _taskReads.Add(operand);
        }

        return operand;
    }

    // https://www.twilio.com/docs/taskrouter/expression-syntax and .../multitasking
    protected Operand? WorkerBuiltIn(ReadOnlySpan<PathStep> steps) => steps switch
    {
        [{ Name: "sid" }] => Identity(static worker => worker.Sid),
        [{ Name: "friendly_name" }] => Identity(static worker => worker.FriendlyName),
        [{ Name: "activity_sid" }] => Activity(static worker => worker.ActivitySid),
        [{ Name: "activity_name" }] => Activity(static worker => worker.ActivityName),
        [{ Name: "channel" }, { Name: { } channel }, { Name: { } field }] => Channel(channel, field),
        _ => null,
    };

    private WorkerField Identity(Func<WorkerDocument, string> field)
    {
        UsesWorkerIdentity = true;
        return new WorkerField(field);
    }

    private WorkerField Activity(Func<WorkerDocument, string> field)
    {
        UsesWorkerActivity = true;
        return new WorkerField(field);
    }

    private ChannelField? Channel(string channel, string field)
    {
        ChannelField? operand = field switch
        {
            "configured_capacity" => new ChannelField(channel, static fields => fields.ConfiguredCapacity),
            "assigned_tasks" => new ChannelField(channel, static fields => fields.AcceptedTasks),
            "available_capacity_percentage" =>
                new ChannelField(channel, static fields => fields.AvailableCapacityPercentage),
            _ => null,
        };
        UsesWorkerChannels |= operand is not null;
        return operand;
    }
}

/// <summary>TargetWorkers: the worker, with or without the prefix.</summary>
internal sealed class WorkerRoots : Roots
{
    protected override Operand? BuiltIn(PathStep[] steps) =>
        WorkerBuiltIn(HasPrefix(steps, Worker) ? steps.AsSpan(1) : steps);

    // Attributes that hold an object called "worker" themselves are asked for it first.
    protected override Operand? Attribute(PathStep[] steps) => HasPrefix(steps, Worker)
        ? FirstPresent.Of(new WorkerAttribute(steps), new WorkerAttribute(steps[1..]))
        : new WorkerAttribute(steps);

    protected override Operand? Key(string name) => new WorkerAttribute([new PathStep(name, 0)]);
}

/// <summary>A workflow filter: the task, with or without the prefix.</summary>
internal sealed class TaskRoots : Roots
{
    protected override Operand? BuiltIn(PathStep[] steps) => null;

    protected override Operand? Attribute(PathStep[] steps) => HasPrefix(steps, Task)
        ? FirstPresent.Of(ReadTask(steps), ReadTask(steps[1..]))
        : ReadTask(steps);

    protected override Operand? Key(string name) => ReadTask(new PathStep(name, 0));
}

/// <summary>A workflow target: task and worker, each with its prefix. A name without one is null.</summary>
internal sealed class TargetRoots : Roots
{
    protected override Operand? BuiltIn(PathStep[] steps) =>
        HasPrefix(steps, Worker) ? WorkerBuiltIn(steps.AsSpan(1)) : null;

    protected override Operand? Attribute(PathStep[] steps) =>
        HasPrefix(steps, Worker) ? new WorkerAttribute(steps[1..])
        : HasPrefix(steps, Task) ? ReadTask(steps[1..])
        : null;

    protected override Operand? Key(string name) => null;
}
