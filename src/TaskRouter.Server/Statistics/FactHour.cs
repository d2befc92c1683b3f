using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>
/// All facts of one kind and channel within an hour: of the workspace, and of each of its workflows and queues. Written
/// in the transaction of the facts that it adds up, so the two never disagree; columns are added to what is there, by
/// their names: see the batch writers.
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

    public static DateTimeOffset HourOf(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    /// <summary>The facts of one batch, added up.</summary>
    public static IReadOnlyCollection<FactHour> Of(IReadOnlyCollection<Fact> facts)
    {
        var hours = new Dictionary<(Sid, FactKind, DateTimeOffset, Sid), FactHour>();
        foreach (var fact in facts)
        {
            // What no figure of theirs shows is not added up: a quarter of the rows that would be written.
            if (fact.Kind is not (FactKind.WorkflowEntered or FactKind.TaskQueueEntered))
            {
                Add(fact, fact.WorkspaceSid);
            }

            if (fact.Kind is not (FactKind.TaskCreated or FactKind.TaskQueueEntered))
            {
                Add(fact, fact.WorkflowSid);
            }

            if (fact.Kind is not (FactKind.TaskCreated or FactKind.WorkflowEntered or FactKind.WorkflowTimeout))
            {
                Add(fact, fact.TaskQueueSid);
            }
        }

        return hours.Values;

        void Add(Fact fact, Sid ofSid)
        {
            if (!ofSid.IsNone)
            {
                var hour = HourOf(fact.At);
                var key = (ofSid, fact.Kind, hour, fact.TaskChannelSid);
                hours[key] = hours.TryGetValue(key, out var sum) ? sum.With(fact) : First(fact, ofSid, hour);
            }
        }
    }

    private static FactHour First(Fact fact, Sid ofSid, DateTimeOffset hour) => new()
    {
        WorkspaceSid = fact.WorkspaceSid,
        OfSid = ofSid,
        Kind = fact.Kind,
        Hour = hour,
        TaskChannelSid = fact.TaskChannelSid,
        FactCount = 1,
        WaitTotal = fact.WaitSeconds,
        WaitMin = fact.WaitSeconds,
        WaitMax = fact.WaitSeconds,
        QueueWaitTotal = fact.QueueWaitSeconds,
        QueueWaitMin = fact.QueueWaitSeconds,
        QueueWaitMax = fact.QueueWaitSeconds,
    };

    private FactHour With(Fact fact) => this with
    {
        FactCount = FactCount + 1,
        WaitTotal = WaitTotal + fact.WaitSeconds,
        WaitMin = Math.Min(WaitMin, fact.WaitSeconds),
        WaitMax = Math.Max(WaitMax, fact.WaitSeconds),
        QueueWaitTotal = QueueWaitTotal + fact.QueueWaitSeconds,
        QueueWaitMin = Math.Min(QueueWaitMin, fact.QueueWaitSeconds),
        QueueWaitMax = Math.Max(QueueWaitMax, fact.QueueWaitSeconds),
    };
}
