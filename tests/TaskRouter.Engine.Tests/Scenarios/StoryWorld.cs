using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>
/// A router under a virtual clock, with the records that a store would hold. Every change is checked as it is taken:
/// the router's invariants hold, and a refusal leaves nothing behind.
/// </summary>
internal sealed class StoryWorld
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private static readonly Sid Account = new(SidKind.Account, 1, 1);
    private static readonly Sid WorkspaceSid = new(SidKind.Workspace, 1, 2);

    private readonly Random _random = new(1);
    private Router? _router;

    public StoryWorld()
    {
        Names.Add("account", Account);
        Names.Add("workspace", WorkspaceSid);
    }

    public RouterLimits Limits { get; set; } = new();

    public StoryNames Names { get; } = new();

    public SavedRecords Saved { get; } = new();

    public List<RoutingEvent> Events { get; } = [];

    public List<Transition> Transitions { get; } = [];

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>Whether there is a workspace; the first command that needs one makes an ordinary one.</summary>
    public bool HasBegun => Saved.Workspace is not null;

    /// <summary>Nothing happens while the server is down, however much falls due.</summary>
    public bool IsDown { get; private set; }

    /// <summary>The state as readers see it, counted fields included.</summary>
    public Changes Everything() => Router.Everything();

    private Router Router => _router ?? throw new InvalidOperationException("The server is down.");

    public void CreateWorkspace(CreateWorkspace? command = null)
    {
        _router = new Router(NewSids(), Limits);
        Execute(command ?? NewWorkspace());
    }

    public static CreateWorkspace NewWorkspace() => new(Account, WorkspaceSid, "Story");

    /// <summary>Lets time pass as the server's loop does: each deadline at its own instant.</summary>
    public void AdvanceTo(DateTimeOffset now)
    {
        while (!IsDown && HasBegun && Router.NextDeadline is { } due && due <= now)
        {
            Now = due > Now ? due : Now;
            Router.FireDeadlines(Now, int.MaxValue);
            Take();
        }

        Now = now;
    }

    /// <summary>Null when the command was obeyed.</summary>
    public Refusal? Execute(Command command)
    {
        try
        {
            Answer = Router.Apply(command, Now);
        }
        catch (Refusal refusal)
        {
            if (!Router.TakeChanges().IsEmpty)
            {
                throw new InvalidOperationException(
                    $"Refused, and yet something has changed: {refusal.Message}", refusal);
            }

            return refusal;
        }

        Take();
        return null;
    }

    /// <summary>What the last command that was obeyed returned.</summary>
    public object? Answer { get; private set; }

    public void Stop()
    {
        _router = null;
        IsDown = true;
    }

    /// <summary>Goes on from the records alone; what fell due meanwhile happens first.</summary>
    public void Restart()
    {
        IsDown = false;
        _router = Rebuild();
        AdvanceTo(Now);
    }

    /// <summary>How a router made from the saved records differs from this one, in words.</summary>
    public IEnumerable<string> DifferencesAfterRebuild()
    {
        if (!HasBegun || IsDown)
        {
            return [];
        }

        // What was saved was settled: a command that asks for nothing must find nothing to do.
        var rebuilt = Rebuild();
        rebuilt.Apply(new UpdateWorkspace(), Now);
        var news = rebuilt.TakeChanges().Events.Select(each => $"After a restart: {each.Description}");
        return news.Concat(rebuilt.Violations()).Concat(Differences(Everything(), rebuilt.Everything()));
    }

    private Router Rebuild() => new(NewSids(), Limits, Saved.ToRecords());

    private SidSource NewSids() => new(_random.NextBytes);

    private void Take()
    {
        var violations = Router.Violations().ToList();
        var changes = Router.TakeChanges();
        violations.AddRange(Router.Violations(changes).Except(violations));
        if (violations.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, violations));
        }

        Saved.Save(changes);
        NameNew();
        Transitions.AddRange(Transition.In(changes, Events.Count, Transitions));
        Events.AddRange(changes.Events);
    }

    // Tasks have no names of their own; a story gives them one.
    private void NameNew()
    {
        foreach (var each in Saved.Activities.Values)
        {
            Names.Add(each.FriendlyName, each.Sid);
        }

        foreach (var each in Saved.TaskChannels.Values)
        {
            Names.Add(each.UniqueName, each.Sid);
        }

        foreach (var each in Saved.TaskQueues.Values)
        {
            Names.Add(each.FriendlyName, each.Sid);
        }

        foreach (var each in Saved.Workflows.Values)
        {
            Names.Add(each.FriendlyName, each.Sid);
        }

        foreach (var each in Saved.Workers.Values)
        {
            Names.Add(each.FriendlyName, each.Sid);
        }
    }

    private static IEnumerable<string> Differences(Changes left, Changes right) =>
    [
        .. Differences("Workspace", [left.Workspace!], [right.Workspace!]),
        .. Differences("Activity", left.Activities.Written.Values, right.Activities.Written.Values),
        .. Differences("TaskChannel", left.TaskChannels.Written.Values, right.TaskChannels.Written.Values),
        .. Differences("TaskQueue", left.TaskQueues.Written.Values, right.TaskQueues.Written.Values),
        .. Differences("Workflow", left.Workflows.Written.Values, right.Workflows.Written.Values),
        .. Differences("Worker", left.Workers.Written.Values, right.Workers.Written.Values),
        .. Differences("WorkerChannel", left.WorkerChannels.Written.Values, right.WorkerChannels.Written.Values),
        .. Differences("Task", left.Tasks.Written.Values, right.Tasks.Written.Values),
        .. Differences("Reservation", left.Reservations.Written.Values, right.Reservations.Written.Values),
        .. Differences("Transfer", left.Transfers.Written.Values, right.Transfers.Written.Values),
    ];

    private static IEnumerable<string> Differences<TRow>(
        string kind, IEnumerable<TRow> left, IEnumerable<TRow> right)
    {
        var (before, after) = (left.ToHashSet(), right.ToHashSet());
        return before.Except(after).Select(row => $"{kind} lost or changed by a restart: {row}")
            .Concat(after.Except(before).Select(row => $"{kind} after a restart: {row}"));
    }
}
