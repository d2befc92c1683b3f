using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>
/// Draws a workspace and then commands for it, of every kind and at every pace, from one seed. Most of them make
/// sense; some name what is not there, break a rule or come too late, as clients do. It chooses from what readers
/// see, so the same seed over the same answers gives the same commands.
/// </summary>
internal sealed partial class WorldGenerator
{
    /// <summary>Small enough to be reached.</summary>
    public static readonly RouterLimits Limits = new()
    {
        AssignmentsMax = 12,
        ActivitiesMax = 8,
        WorkersMax = 45,
        TaskQueuesMax = 14,
        MaxReservedWorkersMax = 4,
    };

    private readonly Random _random;
    private readonly Sid _account;
    private readonly Queue<Func<Func<Names, Command>>> _setup = new();
    private readonly (int Weight, Func<Func<Names, Command>> Draw)[] _kinds;
    private readonly int _weights;
    private readonly bool _multiTasks;
    private readonly int _workersMax;
    private readonly int _queuesMax;
    private WorkspaceRows _rows = new();
    private int _number;

    public WorldGenerator(int seed)
    {
        _random = new Random(seed);
        _account = new Sid(SidKind.Account, 1, (ulong)seed);
        WorkspaceSid = new Sid(SidKind.Workspace, 1, (ulong)seed);
        IsLarge = Chance(10);
        _workersMax = IsLarge ? 40 : _random.Next(2, 9);
        _queuesMax = IsLarge ? 12 : _random.Next(1, 6);
        _multiTasks = !Chance(30);
        _kinds =
        [
            (24, CreateTask), (30, UpdateReservation), (8, UpdateTask), (2, DeleteTask), (14, UpdateWorker),
            (7, UpdateWorkerChannel), (5, StartTransfer), (2, CancelTransfer), (2, SettleCallback), (3, CreateWorker),
            (2, PatchWorker), (1, DeleteWorker), (1, CreateActivity), (1, UpdateActivity), (1, DeleteActivity),
            (1, CreateTaskChannel), (1, UpdateTaskChannel), (1, DeleteTaskChannel), (1, CreateTaskQueue),
            (2, UpdateTaskQueue), (1, DeleteTaskQueue), (1, CreateWorkflow), (2, UpdateWorkflow), (1, DeleteWorkflow),
            (1, UpdateWorkspace),
        ];
        _weights = _kinds.Sum(kind => kind.Weight);
        PlanSetup();
    }

    /// <summary>Every world has its own, so that several fit into one database.</summary>
    public Sid WorkspaceSid { get; }

    /// <summary>Whether the world is too large to ask all of it after every command.</summary>
    public bool IsLarge { get; }

    /// <summary>The next command, chosen from what readers see now.</summary>
    public Step Next(WorkspaceRows rows)
    {
        _rows = rows;
        var make = _setup.TryDequeue(out var draw) ? draw() : DrawKind()();
        return new Step(_number++, Elapsed(), Chance(60), make);
    }

    /// <summary>The end of everything; what comes after it must be refused.</summary>
    public Step Last() => new(_number++, Elapsed(), true, _ => new DeleteWorkspace());

    private void PlanSetup()
    {
        _setup.Enqueue(CreateWorkspace);
        Plan(1, CreateActivity);
        Plan(Chance(50) ? 1 : 0, CreateTaskChannel);
        Plan(_queuesMax, CreateTaskQueue);
        Plan(_workersMax, CreateWorker);
        Plan(_random.Next(1, 4), CreateWorkflow);
    }

    private void Plan(int count, Func<Func<Names, Command>> draw)
    {
        for (var index = 0; index < count; index++)
        {
            _setup.Enqueue(draw);
        }
    }

    private Func<Func<Names, Command>> DrawKind()
    {
        var drawn = _random.Next(_weights);
        foreach (var (weight, draw) in _kinds)
        {
            if ((drawn -= weight) < 0)
            {
                return draw;
            }
        }

        return CreateTask;
    }

    private TimeSpan Elapsed() => TimeSpan.FromMilliseconds(_random.Next(1000) switch
    {
        < 350 => 0,
        < 600 => _random.Next(1, 50),
        < 850 => _random.Next(50, 5_000),
        < 950 => _random.Next(5_000, 60_000),
        < 990 => _random.Next(60_000, 600_000),
        < 998 => _random.Next(600_000, 7_200_000),
        _ => 86_400_000,
    });

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T One<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    private T? Maybe<T>(int percent, Func<T> draw)
        where T : struct => Chance(percent) ? draw() : null;

    private string? Maybe(int percent, Func<string> draw) => Chance(percent) ? draw() : null;

    /// <summary>One of the SIDs; now and then, or when there is none, one that names nothing.</summary>
    private Sid OneOf<TRow>(Dictionary<Sid, TRow> rows, SidKind kind) => rows.Count == 0 || Chance(2)
        ? new Sid(kind, 1, (ulong)_random.Next(1, int.MaxValue))
        : rows.Keys.ElementAt(_random.Next(rows.Count));

    /// <summary>What a caller says that it has seen: mostly nothing, sometimes the truth, sometimes not.</summary>
    private int? SeenVersion(int? version) => _random.Next(20) switch
    {
        < 15 => null,
        < 19 => version,
        _ => (version ?? 0) + One(-1, 1),
    };

    /// <summary>A small choice, so that names are taken; in other letter case, and sometimes no names at all.</summary>
    private string Name(string kind, int count) => _random.Next(40) switch
    {
        0 => " ",
        1 => new string('n', 300),
        2 => $"{kind} {_random.Next(count)}".ToUpperInvariant(),
        _ => $"{kind} {_random.Next(count)}",
    };
}
