using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Tests.Simulation.Worlds;

namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>
/// Two routers that get the same commands at the same times: one with the engine's matcher, one with the naive one.
/// After every command they must have answered and told the same, broken no rule, and told readers and disk all of it.
/// </summary>
internal sealed class Twin
{
    // Comparing everything costs as much as the rest together.
    private const int ComparedEvery = 16;
    private const int LargeCheckedEvery = 50;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly SimulatedSids _sids = new();
    private readonly SimulatedSids _naiveSids = new();
    private readonly Router _router;
    private readonly Router _naive;
    private readonly Acceptor _acceptor = new();
    private readonly bool _isLarge;
    private DateTimeOffset _now = Start;
    private int _applied;

    public Twin(bool isLarge, Func<Router, IMatcher> naive)
    {
        _isLarge = isLarge;
        _router = new Router(_sids.Source, WorldGenerator.Limits);
        _naive = new Router(_naiveSids.Source, WorldGenerator.Limits, naive);
    }

    public Names Names { get; } = new();

    /// <summary>What readers see of the first router.</summary>
    public WorkspaceRows Rows { get; } = new();

    /// <summary>What the last command got.</summary>
    public Outcome? LastOutcome { get; private set; }

    /// <summary>Lets time pass, then applies the command. What is wrong afterwards, or null.</summary>
    public string? Apply(Step step)
    {
        _applied++;
        _sids.StartStep(step.Number);
        _naiveSids.StartStep(step.Number);
        return PassTime(step)
            ?? Obey(step.Make(Names))
            ?? (!_isLarge || _applied % LargeCheckedEvery == 0 ? Violations() : null)
            ?? (_applied % ComparedEvery == 0 ? Difference() : null);
    }

    private string? PassTime(Step step)
    {
        var until = _now + step.Elapsed;
        while (step.OnTime && _router.NextDeadline is { } due && due <= until)
        {
            if (FireDeadlines(due > _now ? due : _now) is { } wrong)
            {
                return wrong;
            }
        }

        return FireDeadlines(until);
    }

    private string? FireDeadlines(DateTimeOffset now)
    {
        _now = now;
        var fired = Outcome.Of(() => Fired(_router));
        return Compare(fired, Outcome.Of(() => Fired(_naive)), command: null)
            ?? (_router.NextDeadline <= now ? "a deadline is due and does not fire" : null);
    }

    private object? Fired(Router router)
    {
        router.FireDeadlines(_now, int.MaxValue);
        return null;
    }

    private string? Obey(Command command)
    {
        LastOutcome = Outcome.Of(() => _router.Apply(command, _now));
        return Compare(LastOutcome, Outcome.Of(() => _naive.Apply(command, _now)), command);
    }

    private string? Compare(Outcome outcome, Outcome naive, Command? command)
    {
        if (outcome != naive || outcome.Failure is not null)
        {
            return $"answers:\n    {outcome}\n    {naive}";
        }

        var (changes, others) = (_router.TakeChanges(), _naive.TakeChanges());
        if (DifferenceOf(changes.Events, others.Events) is { } difference)
        {
            return difference;
        }

        if (outcome.Refusal is not null && !changes.IsEmpty)
        {
            return $"refused, but something has changed: {outcome.Refusal}";
        }

        Names.Learn(changes);
        var wrong = _acceptor.Check(command, outcome, changes, Rows, _now);
        return wrong ?? (_router.NextDeadline == _naive.NextDeadline ? null : "the next deadlines differ");
    }

    private static string? DifferenceOf(List<RoutingEvent> events, List<RoutingEvent> others)
    {
        for (var index = 0; index < Math.Max(events.Count, others.Count); index++)
        {
            var (one, other) = (events.ElementAtOrDefault(index), others.ElementAtOrDefault(index));
            if (one != other)
            {
                return $"events:\n    {one?.ToString() ?? "(none)"}\n    {other?.ToString() ?? "(none)"}";
            }
        }

        return null;
    }

    private string? Violations() =>
        _router.Violations().FirstOrDefault()
        ?? (Rows.Workspace is null ? null : Acceptor.Quiet(Rows, _now).FirstOrDefault());

    private string? Difference()
    {
        if (Rows.Workspace is null)
        {
            return null;
        }

        var (all, naive) = (new WorkspaceRows(), new WorkspaceRows());
        all.Publish(_router.Everything());
        naive.Publish(_naive.Everything());
        return all.DifferenceFrom(naive) is { } difference ? $"state of the twins: {difference}"
            : all.DifferenceFrom(Rows) is { } unpublished ? $"state and what readers were told: {unpublished}"
            : null;
    }
}
