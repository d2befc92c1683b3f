using System.Linq.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>A fact or an hour of facts, in one form.</summary>
internal sealed class SummedPart
{
    /// <summary>Only where it is asked for by queue.</summary>
    public Sid TaskQueueSid { get; init; }

    public FactKind Kind { get; init; }

    public long Count { get; init; }

    public long WaitTotal { get; init; }

    public int WaitMin { get; init; }

    public int WaitMax { get; init; }

    public long QueueWaitTotal { get; init; }

    public int QueueWaitMin { get; init; }

    public int QueueWaitMax { get; init; }

    public FactSum Sum => new(Count, WaitTotal, WaitMin, WaitMax, QueueWaitTotal, QueueWaitMin, QueueWaitMax);
}

internal static class PartOf
{
    public static readonly Expression<Func<Fact, SummedPart>> Fact = fact => new SummedPart
    {
        TaskQueueSid = fact.TaskQueueSid,
        Kind = fact.Kind,
        Count = 1,
        WaitTotal = fact.WaitSeconds,
        WaitMin = fact.WaitSeconds,
        WaitMax = fact.WaitSeconds,
        QueueWaitTotal = fact.QueueWaitSeconds,
        QueueWaitMin = fact.QueueWaitSeconds,
        QueueWaitMax = fact.QueueWaitSeconds,
    };

    public static readonly Expression<Func<FactHour, SummedPart>> Hour = hour => new SummedPart
    {
        TaskQueueSid = hour.OfSid,
        Kind = hour.Kind,
        Count = hour.FactCount,
        WaitTotal = hour.WaitTotal,
        WaitMin = hour.WaitMin,
        WaitMax = hour.WaitMax,
        QueueWaitTotal = hour.QueueWaitTotal,
        QueueWaitMin = hour.QueueWaitMin,
        QueueWaitMax = hour.QueueWaitMax,
    };
}

/// <summary>An acceptance after a transfer, with an earlier one of the same task: no more than transfers.</summary>
internal sealed record AcceptancePair(
    long Sequence, Sid TaskQueueSid, Sid? WorkerSid, Sid EarlierQueueSid, Sid? EarlierWorkerSid)
{
    public static IQueryable<AcceptancePair> Of(
        RouterDb db, IQueryable<Fact> acceptedAgain, DateTimeOffset notBefore, Sid? channelSid)
    {
        // In the words of the index of acceptances by task, so that SQLite finds it.
        var acceptances = db.Facts.Where(fact =>
            fact.Kind == FactKind.ReservationAccepted || fact.Kind == FactKind.ReservationAcceptedAgain);
        acceptances = channelSid is { } sid ? acceptances.Where(fact => fact.TaskChannelSid == sid) : acceptances;
        return
            from fact in acceptedAgain
            join earlier in acceptances
                on new { fact.WorkspaceSid, fact.TaskSid } equals new { earlier.WorkspaceSid, earlier.TaskSid }
            where earlier.At >= notBefore && earlier.At <= fact.At && earlier.Sequence < fact.Sequence
            select new AcceptancePair(
                fact.Sequence, fact.TaskQueueSid, fact.WorkerSid, earlier.TaskQueueSid, earlier.WorkerSid);
    }
}

/// <summary>Acceptances that have an earlier one, each once however many there were.</summary>
internal sealed class RepeatedAcceptances
{
    private readonly HashSet<long> _sequences = [];

    public long Count => _sequences.Count;

    public void Add(long sequence) => _sequences.Add(sequence);
}
