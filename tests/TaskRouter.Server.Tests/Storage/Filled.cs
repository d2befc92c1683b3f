using System.Reflection;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>
/// Records with a value of its own in every property, none of them a default, so that a column which is forgotten or
/// mixed up with another does not come back equal.
/// </summary>
internal sealed class Filled
{
    // Astral characters, a composed and a decomposed accent, CRLF, a NUL escape, quotes and braces.
    public const string OddText = "{\"a\":\"\U0001F600 \u00e9 e\u0301 \\u0000 {0}\",\r\n\t\"b\":'%s' $1 ?1}";

    private static readonly DateTimeOffset At = new(2026, 7, 1, 12, 0, 0, 345, TimeSpan.Zero);

    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);

    private readonly SidSource _sids;
    private readonly DateTimeOffset _now;
    private readonly Sid _workspaceSid;
    private int _count;

    public Filled()
        : this(DateTimeOffset.UtcNow)
    {
    }

    private Filled(DateTimeOffset now)
    {
        _now = now;
        _sids = new SidSource(Random.Shared.NextBytes);
        _workspaceSid = Sid(SidKind.Workspace);
    }

    public Sid Sid(SidKind kind) => _sids.Next(kind, _now);

    public Sid WorkspaceSid => _workspaceSid;

    /// <summary>An event with every part, whether its type tells of it or not.</summary>
    public RoutingEvent Everything(string type) => new()
    {
        Sid = Sid(SidKind.Event),
        Sequence = 1,
        Type = type,
        At = At,
        Description = $"What happened {OddText}",
        Workspace = Workspace(),
        ResourceType = "task",
        ResourceSid = Sid(SidKind.Task),
        Task = Of<RoutingTask>() with
        {
            AssignmentStatus = AssignmentStatus.Reserved,
            EndedAt = null,
            CreatedAt = At.AddSeconds(-90),
            QueueEnteredAt = At.AddSeconds(-30),
        },
        Queue = Of<TaskQueue>(),
        Workflow = Of<Workflow>(),
        Worker = Of<Worker>(),
        Activity = Of<Activity>(),
        Channel = Of<TaskChannel>(),
        WorkerChannel = Of<WorkerChannel>(),
        Reservation = Of<Reservation>(),
        Transfer = Of<TaskTransfer>(),
        Step = new WorkflowStepNames("Filter", "a == 1", "Target", "b == 2", Sid(SidKind.Worker)),
        PreviousActivity = Of<Activity>(),
        TimeInPreviousActivity = TimeSpan.FromMilliseconds(26_543),
        PreviousCapacity = 7,
        PreviousQueue = Of<TaskQueue>(),
        PreviousPriority = 3,
        TargetChangedReason = "target_timeout",
    };

    public Workspace Workspace() => Of<Workspace>() with { Sid = _workspaceSid };

    public TRow Of<TRow>(bool withNulls = false)
        where TRow : class
    {
        var row = Activator.CreateInstance<TRow>();
        var nullability = new NullabilityInfoContext();
        foreach (var property in typeof(TRow).GetProperties().Where(one => one.SetMethod is { IsPublic: true }))
        {
            var isNullable = nullability.Create(property).WriteState == NullabilityState.Nullable;
            property.SetValue(row, isNullable && withNulls ? null : Value(property, row));
        }

        return row;
    }

    private object? Value(PropertyInfo property, object row)
    {
        _count++;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type switch
        {
            _ when property.Name == "WorkspaceSid" => _workspaceSid,

            // Of several kinds: the name does not say which.
            _ when property.Name is nameof(TaskTransfer.TransferTo) or nameof(FactHour.OfSid) =>
                Sid(SidKind.TaskQueue),
            _ when property.Name == nameof(Alert.ResourceSid) => Sid(SidKind.Reservation),
            _ when type == typeof(Sid) => Sid(StoredSids.KindOf(property.DeclaringType!, property.Name)!.Value),
            _ when type == typeof(string) => $"{property.Name} {_count} {OddText}",
            _ when type == typeof(int) => 1_000 + _count,
            _ when type == typeof(long) => 1_000L + _count,
            _ when type == typeof(bool) => !(bool)property.GetValue(row)!,
            _ when type == typeof(DateTimeOffset) => Start.AddMilliseconds(_count * 1_001),
            _ when type == typeof(Guid) => Guid.NewGuid(),
            _ when type == typeof(byte[]) => new byte[] { (byte)_count, 0 },
            { IsEnum: true } => Enum.GetValues(type).GetValue(1),
            _ => throw new NotSupportedException($"{property.Name}: no value of {type}."),
        };
    }
}
