using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>Where a process dies in its turn: apply, save, publish, answer.</summary>
internal enum CrashPoint
{
    None,
    AmidCommands,
    BeforeCommit,

    /// <summary>The commit was sent and no answer came: it may have happened or not.</summary>
    CommitUnknown,
    AfterCommit,
    AfterPublish,
}

/// <summary>
/// A workspace's loop over a disk, killed again and again and started anew from what the disk holds. Beside it runs a
/// router that never dies and gets what reached the disk: the two must stay the same, and whatever was answered must
/// still be there.
/// </summary>
internal sealed class CrashRun(int seed, Func<Sid, ISimulatedDisk> open)
{
    private const int BatchMax = 20;
    private const int CrashPercent = 12;
    private const int ComparedEvery = 8;

    private readonly WorldGenerator _generator = new(seed);
    private readonly Random _random = new(~seed);
    private readonly Names _names = new();
    private readonly SimulatedProcess _reference = new(null);

    // What was answered: the record's version, and the task whose visibility it shares.
    private readonly Dictionary<Sid, (int Version, Sid Task)> _acknowledged = [];
    private readonly Dictionary<Sid, DateTimeOffset> _removals = [];
    private ISimulatedDisk _disk = null!;
    private SimulatedProcess _process = new(null);
    private WorkspaceRows _view = new();
    private DateTimeOffset _now = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);
    private bool _isGone;

    /// <summary>How often the process was killed.</summary>
    public int Crashes { get; private set; }

    public int Commands { get; private set; }

    /// <summary>World after world until so many commands were given. How often processes were killed.</summary>
    /// <exception cref="InvalidOperationException">With what went wrong, and its seed.</exception>
    public static async Task<int> RunWorldsAsync(Func<Sid, ISimulatedDisk> open, int commands)
    {
        var crashes = 0;
        for (var seed = SimulationSettings.Seed; commands > 0; seed++)
        {
            var run = new CrashRun(seed, open);
            if (await run.RunAsync(Math.Min(commands, SimulationSettings.WorldCommands)) is { } wrong)
            {
                throw new InvalidOperationException(wrong);
            }

            commands -= run.Commands;
            crashes += run.Crashes;
        }

        return crashes;
    }

    /// <summary>What went wrong, or null.</summary>
    public async Task<string?> RunAsync(int commands)
    {
        _disk = open(_generator.WorkspaceSid);
        for (var turn = 1; Commands < commands && !_isGone; turn++)
        {
            // The first command makes the workspace: alone, for before it there is nothing to come back to.
            var isSafe = turn == 1 || _random.Next(100) >= CrashPercent;
            var crash = isSafe ? CrashPoint.None : (CrashPoint)_random.Next(1, 6);
            var isEnd = seed % 5 == 0 && Commands + BatchMax >= SimulationSettings.WorldCommands;
            List<Step> steps = turn == 1 ? [_generator.Next(_view)] : isEnd ? [_generator.Last()] : Steps();
            Commands += steps.Count;
            var wrong = await TurnAsync(steps, crash) ?? (turn % ComparedEvery == 0 ? Difference() : null);
            if (wrong is not null)
            {
                var project = typeof(CrashRun).Assembly.GetName().Name!;
                return $"Seed {seed}, command {Commands}, turn {turn}, crash {crash} of {Crashes}: {wrong}\n"
                    + $"Again: {SimulationSettings.Replay(seed, Commands, project)}\nThe commands of this turn:\n  "
                    + string.Join("\n  ", steps.Select(step => step.Describe(_names)));
            }
        }

        return await LogDifferenceAsync();
    }

    private List<Step> Steps() =>
        [.. Enumerable.Range(0, _random.Next(1, BatchMax)).Select(_ => _generator.Next(_view))];

    private async Task<string?> TurnAsync(List<Step> steps, CrashPoint crash)
    {
        var (from, until) = (_now, _now + steps[0].Elapsed);
        _now = until;
        var applied = crash == CrashPoint.AmidCommands ? steps[..(steps.Count / 2)] : steps;
        var batch = applied.Count == 0 ? null : _process.Run(applied, _names, from, until);
        var isSaved = batch is not null && (crash switch
        {
            CrashPoint.AmidCommands or CrashPoint.BeforeCommit => false,
            CrashPoint.CommitUnknown => _random.Next(2) == 0,
            _ => true,
        });
        if (!isSaved)
        {
            return await RestartAsync();
        }

        await SaveAsync(batch!.Changes);
        if (batch.DifferenceFrom(_reference.Run(steps, _names, from, until)) is { } difference)
        {
            return difference;
        }

        _names.Learn(batch.Changes);
        ForgetGone(batch.Changes);
        if (crash is not (CrashPoint.None or CrashPoint.AfterPublish))
        {
            return await RestartAsync();
        }

        _view.Publish(batch.Changes);
        if (crash == CrashPoint.AfterPublish)
        {
            return await RestartAsync();
        }

        Acknowledge(batch.Outcomes);
        return null;
    }

    private async Task SaveAsync(Changes changes)
    {
        if (!changes.IsEmpty)
        {
            await _disk.SaveAsync(changes);
        }

        _isGone |= changes.WorkspaceDeleted;
    }

    /// <summary>A new process, some time later, with nothing but the _disk.</summary>
    private async Task<string?> RestartAsync()
    {
        Crashes++;
        _now = _now.AddMilliseconds(_random.Next(1_000, 200_000));
        var records = await _disk.LoadAsync(_now);
        if (records is null || _isGone)
        {
            return (records is null) == _isGone ? null : "the workspace is not on disk as it was answered";
        }

        _process = new SimulatedProcess(records);
        _view = _process.Everything(isGone: false)!;
        if (LostAcknowledgement() is { } lost)
        {
            return lost;
        }

        // What fell due meanwhile fires first, in both: only then are they comparable. The command changes nothing.
        Step wakeUp = new(int.MaxValue - Crashes, TimeSpan.Zero, _random.Next(2) == 0, _ => new UpdateWorkspace());
        var batch = _process.Run([wakeUp], _names, _now, _now);
        await SaveAsync(batch.Changes);
        _view.Publish(batch.Changes);
        _names.Learn(batch.Changes);
        ForgetGone(batch.Changes);
        return batch.DifferenceFrom(_reference.Run([wakeUp], _names, _now, _now))
            ?? Difference()
            ?? _process.Router.Violations().FirstOrDefault();
    }

    private string? Difference() => _process.Everything(_isGone) is not { } rows ? null
        : rows.DifferenceFrom(_reference.Everything(isGone: false)!) is { } lost ? $"after a restart: {lost}"
        : rows.DifferenceFrom(_view) is { } unpublished ? $"state and view: {unpublished}"
        : null;

    private void Acknowledge(List<Outcome> outcomes)
    {
        foreach (var answer in outcomes.Select(outcome => outcome.Answer))
        {
            var (sid, version, owner) = answer switch
            {
                RoutingTask task => (task.Sid, task.Version, task.Sid),
                Worker worker => (worker.Sid, worker.Version, default),
                Reservation reservation => (reservation.Sid, reservation.Version, reservation.TaskSid),
                WorkerChannel channel => (channel.Sid, channel.Version, default),
                _ => default,
            };

            // Whatever is not in view any more was deleted in the same batch, after the answer.
            if (!sid.IsNone && VersionOf(sid) >= 0)
            {
                _acknowledged[sid] = (version, owner);
            }
        }
    }

    private string? LostAcknowledgement()
    {
        foreach (var (sid, (version, task)) in _acknowledged)
        {
            var isOver = _removals.TryGetValue(task, out var removal) && removal <= _now;
            if (!isOver && VersionOf(sid) < version)
            {
                return $"{sid} was answered with version {version} and is now {VersionOf(sid)}";
            }
        }

        return null;
    }

    private void ForgetGone(Changes changes)
    {
        foreach (var task in changes.Tasks.Written.Values.Where(task => task.RemoveAt is not null))
        {
            _removals[task.Sid] = task.RemoveAt!.Value;
        }

        HashSet<Sid> gone =
        [
            .. changes.Tasks.Deleted, .. changes.Tasks.Forgotten, .. changes.Workers.Deleted,
            .. changes.Reservations.Deleted, .. changes.Reservations.Forgotten, .. changes.WorkerChannels.Deleted,
        ];
        foreach (var sid in gone)
        {
            _acknowledged.Remove(sid);
        }
    }

    private int VersionOf(Sid sid) => sid.Kind switch
    {
        SidKind.Task => _view.Tasks.GetValueOrDefault(sid)?.Version ?? -1,
        SidKind.Worker => _view.Workers.GetValueOrDefault(sid)?.Version ?? -1,
        SidKind.Reservation => _view.Reservations.GetValueOrDefault(sid)?.Version ?? -1,
        _ => _view.WorkerChannels.GetValueOrDefault(sid)?.Version ?? -1,
    };

    /// <summary>The whole log: counted without gap, no SID twice, in order.</summary>
    private async Task<string?> LogDifferenceAsync()
    {
        var events = await _disk.EventsAsync();
        for (var index = 0; index < events.Count; index++)
        {
            if (events[index].Sequence != index + 1 || (index > 0 && events[index].Sid <= events[index - 1].Sid))
            {
                return $"Seed {seed}: event {index + 1} on disk is {events[index]}";
            }
        }

        return null;
    }
}
