using TaskRouter.Engine.Explanations;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Explanations;

/// <summary>A workspace with names in the place of SIDs, and what is explained of it.</summary>
internal sealed class ExplainWorld
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly Router _router = new(new SidSource(new Random(1).NextBytes), new RouterLimits());
    private readonly Dictionary<string, Sid> _sids = [];

    public ExplainWorld(bool multiTasking = true)
    {
        Apply(new CreateWorkspace(
            new Sid(SidKind.Account, 1, 1),
            new Sid(SidKind.Workspace, 1, 2),
            "Flex",
            MultiTaskEnabled: multiTasking,
            Template: multiTasking ? WorkspaceTemplate.Flex : WorkspaceTemplate.None));
        foreach (var activity in _router.Everything().Activities.Written.Values)
        {
            _sids[activity.FriendlyName] = activity.Sid;
        }
    }

    /// <summary>Seconds since the start.</summary>
    public int Second { get; private set; }

    public Changes All => _router.Everything();

    public Sid this[string name] => _sids[name];

    public TResult Apply<TResult>(Command<TResult> command)
    {
        var result = _router.Apply(command, Start.AddSeconds(Second));
        _router.TakeChanges();
        return result;
    }

    public void Apply(Command command)
    {
        _router.Apply(command, Start.AddSeconds(Second));
        _router.TakeChanges();
    }

    public void Wait(int seconds)
    {
        Second += seconds;
        _router.FireDeadlines(Start.AddSeconds(Second), int.MaxValue);
        _router.TakeChanges();
    }

    public void Queue(string name, string targetWorkers, QueueOrder order = QueueOrder.Fifo) =>
        _sids[name] = Apply(new CreateTaskQueue(name, targetWorkers, TaskOrder: order)).Sid;

    public void Worker(string name, string attributes, string activity = "Available") =>
        _sids[name] = Apply(new CreateWorker(name, _sids[activity], attributes)).Sid;

    public void Skilled(string name, string skill) =>
        Worker(name, $$$"""{"routing":{"skills":["{{{skill}}}"]}}""");

    /// <summary>Queues by name between angle brackets.</summary>
    public void Workflow(string name, string filters, string? defaultQueue = null)
    {
        var rest = defaultQueue is null ? "" : $",\"default_filter\":{{\"queue\":\"<{defaultQueue}>\"}}";
        var text = _sids.Aggregate(
            $"{{\"task_routing\":{{\"filters\":[{filters}]{rest}}}}}",
            (text, pair) => text.Replace($"<{pair.Key}>", pair.Value.ToString(), StringComparison.Ordinal));
        _sids[name] = _sids.TryGetValue(name, out var sid)
            ? Apply(new UpdateWorkflow(sid, Configuration: text)).Sid
            : Apply(new CreateWorkflow(name, text, TaskReservationTimeoutSeconds: 20)).Sid;
    }

    public void Task(string name, string workflow, string attributes = "{}", int? priority = null) =>
        _sids[name] = Apply(new CreateTask(_sids[workflow], attributes, priority)).Sid;

    public Reservation OfferOf(string task) => _router.Everything().Reservations.Written.Values
        .Last(reservation => reservation.TaskSid == _sids[task]);

    public void Accept(string task) =>
        Apply(new UpdateReservation(OfferOf(task).Sid, ReservationStatus.Accepted));

    public TaskExplanation Explain(string task, int limit = 50, string? only = null) =>
        Explainer(limit, only).Explain(All.Tasks.Written[_sids[task]]);

    public WorkersExplanation ExplainQueue(string queue) =>
        Explainer(50, null).Explain(All.TaskQueues.Written[_sids[queue]]);

    private TaskExplainer Explainer(int limit, string? only) => new(
        new RouterView(All), Start.AddSeconds(Second), limit, only is null ? null : _sids[only]);
}
