using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// What a run of commands has changed: the last record of everything touched, and every event in order. One batch of
/// it is saved in one transaction, then shown to readers.
/// </summary>
public sealed class Changes
{
    public Workspace? Workspace { get; internal set; }

    /// <summary>Everything of the workspace goes with it.</summary>
    public bool WorkspaceDeleted { get; internal set; }

    public RowChanges<Activity> Activities { get; } = new();

    public RowChanges<TaskChannel> TaskChannels { get; } = new();

    public RowChanges<TaskQueue> TaskQueues { get; } = new();

    public RowChanges<Workflow> Workflows { get; } = new();

    /// <summary>Replaced configurations that became needed; keyed by workflow and version.</summary>
    public Dictionary<(Sid WorkflowSid, int Version), WorkflowVersion> WrittenVersions { get; } = [];

    public HashSet<(Sid WorkflowSid, int Version)> DeletedVersions { get; } = [];

    public RowChanges<Worker> Workers { get; } = new();

    /// <summary>Of the written ones, those with a new name: no event tells of it.</summary>
    public HashSet<Sid> RenamedWorkers { get; } = [];

    public RowChanges<WorkerChannel> WorkerChannels { get; } = new();

    public RowChanges<RoutingTask> Tasks { get; } = new();

    public RowChanges<Reservation> Reservations { get; } = new();

    public RowChanges<TaskTransfer> Transfers { get; } = new();

    /// <summary>
    /// Workers per activity whom a queue's expression accepts, by the expression; null when no queue has it any more.
    /// To readers alone: they are counted, not stored.
    /// </summary>
    public Dictionary<string, EligibleWorkers?> EligibleWorkers { get; } = [];

    /// <summary>
    /// The attributes of workers who are new or have new ones, as they have been read already. To readers alone, who
    /// would otherwise read them again for every question.
    /// </summary>
    public Dictionary<Sid, AttributeDocument> WorkerAttributes { get; } = [];

    public List<RoutingEvent> Events { get; } = [];

    /// <summary>For people, and for nothing else: they are neither stored nor routed by.</summary>
    public List<RoutingWarning> Warnings { get; } = [];

    public bool IsEmpty => Workspace is null && !WorkspaceDeleted && Events.Count == 0
        && Activities.IsEmpty && TaskChannels.IsEmpty && TaskQueues.IsEmpty && Workflows.IsEmpty
        && WrittenVersions.Count == 0 && DeletedVersions.Count == 0
        && Workers.IsEmpty && WorkerChannels.IsEmpty && Tasks.IsEmpty && Reservations.IsEmpty
        && Transfers.IsEmpty && EligibleWorkers.Count == 0;
}

/// <summary>Workers whom one expression accepts, in each activity that has any of them.</summary>
public sealed record EligibleWorkers(IReadOnlyList<KeyValuePair<Sid, int>> ByActivity);

/// <summary>Changes of one kind of record, keyed by SID; the last change of a record is the one that counts.</summary>
public sealed class RowChanges<TRow>
    where TRow : class
{
    /// <summary>Inserted or changed: to disk and to readers.</summary>
    public Dictionary<Sid, TRow> Written { get; } = [];

    /// <summary>Changed only in what is counted rather than stored: to readers alone.</summary>
    public Dictionary<Sid, TRow> Shown { get; } = [];

    /// <summary>Deleted from disk and from readers' sight.</summary>
    public HashSet<Sid> Deleted { get; } = [];

    /// <summary>Out of readers' sight, but kept on disk.</summary>
    public HashSet<Sid> Forgotten { get; } = [];

    public bool IsEmpty => Written.Count == 0 && Shown.Count == 0 && Deleted.Count == 0 && Forgotten.Count == 0;

    internal void Write(Sid sid, TRow row)
    {
        Written[sid] = row;
        Shown.Remove(sid);
    }

    internal void Show(Sid sid, TRow row)
    {
        if (Written.ContainsKey(sid))
        {
            Written[sid] = row;
        }
        else
        {
            Shown[sid] = row;
        }
    }

    internal void Delete(Sid sid)
    {
        Written.Remove(sid);
        Shown.Remove(sid);
        Deleted.Add(sid);
    }

    internal void Forget(Sid sid)
    {
        // A record that ended in this very batch is still written: the disk keeps what readers no longer see.
        Shown.Remove(sid);
        Forgotten.Add(sid);
    }
}
