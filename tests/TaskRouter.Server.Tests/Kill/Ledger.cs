using System.Collections.Concurrent;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Tests.Kill;

/// <summary>What all clients know: what the server has acknowledged, and what it may have done unheard.</summary>
internal sealed class Ledger
{
    public ConcurrentDictionary<string, TaskEntry> Tasks { get; } = new();

    public ConcurrentDictionary<string, ReservationEntry> Reservations { get; } = new();

    /// <summary>Answers that no client should ever see; each fails the test.</summary>
    public ConcurrentQueue<string> Unexpected { get; } = new();

    private int _acknowledged;
    private int _outages;

    public int Acknowledged => _acknowledged;

    /// <summary>Answers of 503, each with the error object.</summary>
    public int Outages => _outages;

    public void CountOutage() => Interlocked.Increment(ref _outages);

    public void CountAcknowledged() => Interlocked.Increment(ref _acknowledged);

    public int OpenTasks => Tasks.Values.Count(task => !task.MayHaveEnded);

    /// <summary>
    /// Everything in which tasks and reservations, as somebody sees them after a restart, differ from what was
    /// acknowledged before it.
    /// </summary>
    public IEnumerable<string> Compare(
        Func<string, (AssignmentStatus Status, string Attributes)?> findTask,
        Func<string, ReservationStatus?> findReservation)
    {
        foreach (var entry in Tasks.Values)
        {
            if (entry.Compare(findTask(entry.Sid)) is { } complaint)
            {
                yield return complaint;
            }
        }

        foreach (var entry in Reservations.Values.Where(entry => !entry.Task.MayBeDeleted))
        {
            if (entry.Compare(findReservation(entry.Sid)) is { } complaint)
            {
                yield return complaint;
            }
        }
    }
}

/// <summary>One task. "May be" is set before the request, the rest once the answer is there.</summary>
internal sealed class TaskEntry(string sid, string attributes, bool expiresSoon)
{
    public string Sid => sid;

    public bool MayBeCanceled { get; set; }

    public bool IsCanceled { get; set; }

    public bool IsAccepted { get; set; }

    public bool MayBeCompleted { get; set; }

    public bool IsCompleted { get; set; }

    public bool MayBeDeleted { get; set; }

    public bool IsDeleted { get; set; }

    public bool MayHaveEnded => expiresSoon || MayBeCanceled || MayBeCompleted || MayBeDeleted;

    public string? Compare((AssignmentStatus Status, string Attributes)? found) => found switch
    {
        null when MayBeDeleted => null,
        null => $"Task {sid} is gone.",
        _ when IsDeleted => $"Task {sid} was deleted and is there again.",
        { Attributes: var text } when text != attributes => $"Task {sid} has other attributes: {text}",
        { Status: var status } when !Possible(status) => $"Task {sid} is {status}, which contradicts {this}.",
        _ => null,
    };

    public override string ToString() =>
        $"accepted {IsAccepted}, canceled {MayBeCanceled}/{IsCanceled}, completed {MayBeCompleted}/{IsCompleted}";

    private bool Possible(AssignmentStatus status)
    {
        if (IsCompleted)
        {
            return status == AssignmentStatus.Completed;
        }

        if (IsCanceled)
        {
            return status == AssignmentStatus.Canceled;
        }

        return status switch
        {
            AssignmentStatus.Pending or AssignmentStatus.Reserved => !IsAccepted,
            AssignmentStatus.Assigned => true,
            AssignmentStatus.Completed => MayBeCompleted,
            AssignmentStatus.Canceled => !IsAccepted && (MayBeCanceled || expiresSoon),
            _ => false,
        };
    }
}

/// <summary>One answered reservation, and the last answer that was acknowledged.</summary>
internal sealed class ReservationEntry(string sid, TaskEntry task)
{
    public string Sid => sid;

    public TaskEntry Task => task;

    public ReservationStatus Acknowledged { get; set; }

    public string? Compare(ReservationStatus? found) =>
        found == Acknowledged
        || (found == ReservationStatus.Completed && Acknowledged == ReservationStatus.Accepted && task.MayBeCompleted)
            ? null
            : $"Reservation {sid} was acknowledged as {Acknowledged} and is {found}.";
}
