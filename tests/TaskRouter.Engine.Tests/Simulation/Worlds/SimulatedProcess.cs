using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>A router with its source of SIDs, and what it did with one batch of commands.</summary>
internal sealed class SimulatedProcess
{
    private readonly SimulatedSids _sids = new();

    public SimulatedProcess(WorkspaceRecords? records) => Router = records is null
        ? new Router(_sids.Source, WorldGenerator.Limits)
        : new Router(_sids.Source, WorldGenerator.Limits, records);

    public Router Router { get; }

    /// <summary>Fires what is due until this time, then applies the commands, as a workspace's loop does.</summary>
    public Batch Run(IReadOnlyList<Step> steps, Names names, DateTimeOffset from, DateTimeOffset until)
    {
        var outcomes = new List<Outcome>();
        _sids.StartStep(steps[0].Number);
        while (steps[0].OnTime && outcomes.Count == 0 && Router.NextDeadline is { } due && due <= until)
        {
            Fire(due > from ? due : from, outcomes);
        }

        Fire(until, outcomes);
        foreach (var step in steps)
        {
            _sids.StartStep(step.Number + 1_000_000_000);
            var command = step.Make(names);
            outcomes.Add(Outcome.Of(() => Router.Apply(command, until)));
        }

        return new Batch(outcomes, Router.TakeChanges());
    }

    /// <summary>The state as readers would see it; null when the workspace is gone.</summary>
    public WorkspaceRows? Everything(bool isGone)
    {
        if (isGone)
        {
            return null;
        }

        var rows = new WorkspaceRows();
        rows.Publish(Router.Everything());
        return rows;
    }

    // What has been outlived fires without effect, and only a router that was never loaded still holds it: so only a
    // failure is worth keeping.
    private void Fire(DateTimeOffset now, List<Outcome> outcomes)
    {
        var fired = Outcome.Of(() =>
        {
            Router.FireDeadlines(now, int.MaxValue);
            return Router.NextDeadline <= now
                ? throw new InvalidOperationException("A deadline is due and does not fire.")
                : null;
        });
        if (fired.Failure is not null)
        {
            outcomes.Add(fired);
        }
    }
}

/// <summary>What a batch has answered and changed; nobody knows of either before it is saved.</summary>
internal sealed record Batch(List<Outcome> Outcomes, Changes Changes)
{
    /// <summary>The first thing that another router did otherwise with the same batch, or null.</summary>
    public string? DifferenceFrom(Batch other)
    {
        if (Outcomes.Find(outcome => outcome.Failure is not null) is { } failed)
        {
            return failed.ToString();
        }

        var answers = Outcomes.Zip(other.Outcomes).Where(pair => pair.First != pair.Second)
            .Select(pair => $"answers:\n    {pair.First}\n    {pair.Second}");
        var events = Changes.Events.Zip(other.Changes.Events).Where(pair => pair.First != pair.Second)
            .Select(pair => $"events:\n    {pair.First}\n    {pair.Second}");
        var isShort = Changes.Events.Count != other.Changes.Events.Count || Outcomes.Count != other.Outcomes.Count;
        return answers.FirstOrDefault() ?? events.FirstOrDefault() ?? (isShort ? "one has told more" : null);
    }
}
