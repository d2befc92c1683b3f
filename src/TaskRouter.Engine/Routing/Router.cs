using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// One workspace's routing state and every way it may change. Deterministic: the same commands at the same times, with
/// the same random source, give the same state and the same events. Used by one thread at a time; no locks inside.
/// </summary>
public sealed class Router
{
    /// <summary>A router without a workspace; the first command must be <see cref="CreateWorkspace"/>.</summary>
    public Router(SidSource sids, RouterLimits limits) => throw new NotImplementedException(sids.ToString() + limits);

    /// <summary>A router as it was when these records were saved. Overdue deadlines fire before the first command.</summary>
    public Router(SidSource sids, RouterLimits limits, WorkspaceRecords records)
        : this(sids, limits) => throw new NotImplementedException(records.ToString());

    /// <summary>When the router next wants to act by itself; null when nothing is due.</summary>
    public DateTimeOffset? NextDeadline => throw new NotImplementedException();

    /// <summary>Applies one command, then matches until no task and worker can be paired.</summary>
    /// <exception cref="Refusal">The command cannot be obeyed; nothing has changed.</exception>
    public object? Apply(Command command, DateTimeOffset now) => throw new NotImplementedException(command + "" + now);

    public TResult Apply<TResult>(Command<TResult> command, DateTimeOffset now) => (TResult)Apply((Command)command, now)!;

    /// <summary>Fires deadlines due at or before <paramref name="now"/>, earliest first, at most so many.</summary>
    public void FireDeadlines(DateTimeOffset now, int max) => throw new NotImplementedException(max + "" + now);

    /// <summary>What has changed since the last call.</summary>
    public Changes TakeChanges() => throw new NotImplementedException();

    /// <summary>The whole state as changes, for a view that starts empty. Nothing of it needs saving.</summary>
    public Changes Everything() => throw new NotImplementedException();
}
