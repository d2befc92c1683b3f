using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>
/// All facts of one kind and channel within an hour: of the workspace, and of each of its workflows and queues. Written
/// once the hour is over, and true only of hours before the workspace's mark: see docs/statistics.md.
/// </summary>
internal sealed record FactHour
{
    public required Sid WorkspaceSid { get; init; }

    /// <summary>The workspace itself, a workflow or a queue.</summary>
    public required Sid OfSid { get; init; }

    public required FactKind Kind { get; init; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset Hour { get; init; }

    public required Sid TaskChannelSid { get; init; }

    public long FactCount { get; init; }

    public long WaitTotal { get; init; }

    public int WaitMin { get; init; }

    public int WaitMax { get; init; }

    public long QueueWaitTotal { get; init; }

    public int QueueWaitMin { get; init; }

    public int QueueWaitMax { get; init; }

    /// <summary>With those of another stretch of the same hour.</summary>
    public FactHour Plus(FactHour other) => this with
    {
        FactCount = FactCount + other.FactCount,
        WaitTotal = WaitTotal + other.WaitTotal,
        WaitMin = Math.Min(WaitMin, other.WaitMin),
        WaitMax = Math.Max(WaitMax, other.WaitMax),
        QueueWaitTotal = QueueWaitTotal + other.QueueWaitTotal,
        QueueWaitMin = Math.Min(QueueWaitMin, other.QueueWaitMin),
        QueueWaitMax = Math.Max(QueueWaitMax, other.QueueWaitMax),
    };

    public static DateTimeOffset HourOf(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
