using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Events;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>What one batch of changes writes, and in which order. The same for both databases.</summary>
internal sealed class BatchScript
{
    private readonly long _epoch;
    private readonly Changes _changes;
    private readonly bool _isNew;
    private readonly HistoryRows _history;

    /// <param name="history">Rows of the changes' first events, of all of them, or of none.</param>
    public BatchScript(Sid workspaceSid, long epoch, Changes changes, HistoryRows history)
    {
        (WorkspaceSid, _epoch, _changes, _history) = (workspaceSid, epoch, changes, history);

        // The batch with the workspace's first event makes it. Any other must find it: an owner that has lost a
        // workspace which was then deleted would otherwise bring it back.
        _isNew = epoch == OwnedWorkspace.FirstEpoch
            && changes is { Workspace: not null, Events: [{ Sequence: 1 }, ..] };
        _history.AddMissing(changes.Events);
    }

    public Sid WorkspaceSid { get; }

    /// <summary>False when the workspace came and went within the batch.</summary>
    public bool HasWork => !(_isNew && _changes.WorkspaceDeleted);

    /// <summary>Its whole history goes with it, which takes longer than any other batch.</summary>
    public bool DeletesWorkspace => _changes.WorkspaceDeleted;

    /// <param name="batch">Where to.</param>
    /// <param name="vacateNames">Whether rows first give up their names: see <see cref="WorkspaceStore"/>.</param>
    public void WriteTo(IBatch batch, bool vacateNames)
    {
        if (_isNew)
        {
            batch.Insert([_changes.Workspace!]);
        }

        if (_changes.WorkspaceDeleted)
        {
            batch.Claim(_epoch, null, null);
            DeleteWorkspace(batch);
            return;
        }

        batch.Claim(_epoch, _history.LastEvent, FirstHour(_history.Facts));
        Delete(batch);
        if (vacateNames)
        {
            VacateNames(batch);
        }

        Upsert(batch);
        batch.Insert(_history.Blocks);
        InsertKeys(batch, WorkspaceSid, _history.Keys);
        batch.Insert(_history.Facts);
        batch.Insert(_history.Stints);
        batch.Insert(_history.Occupancy);
    }

    /// <summary>A commit, which is all that its answers wait for, and its events' data, which stays.</summary>
    /// <param name="commit">Null when nothing goes to disk: whether the workspace is owned is to be known all the same.
    /// </param>
    public static void Append(IBatch batch, long epoch, HistoryRows history, Commit? commit)
    {
        batch.Claim(epoch, history.LastEvent, null);
        batch.Insert(history.Blocks);
        batch.Insert(commit is null ? [] : new[] { commit });
    }

    /// <summary>Rows into their tables, and out of the commits.</summary>
    // The workspace's row is claimed last: it is held until the commit, and who appends needs it as well.
    public static void Project(IBatch batch, Sid workspaceSid, long epoch, ProjectedRows rows)
    {
        batch.Upsert(rows.Workers.Values);
        batch.Upsert(rows.WorkerChannels.Values);
        batch.Upsert(rows.Tasks.Values);
        batch.Upsert(InOrderOfCreation(rows.Reservations));
        batch.Upsert(rows.Transfers.Values);
        InsertKeys(batch, workspaceSid, rows.Keys);
        batch.Insert(rows.Facts);
        batch.Insert(rows.Stints);
        batch.Insert(rows.Occupancy);
        batch.DeleteCommits(rows.LastPosition);
        batch.Claim(epoch, null, FirstHour(rows.Facts));
    }

    public static void InsertKeys(IBatch batch, Sid workspaceSid, Dictionary<Guid, KeyedBlocks> keys) =>
        batch.Insert(keys.Select(key => EventKey.Of(workspaceSid, key.Key, key.Value)).ToList());

    private static DateTimeOffset? FirstHour(List<Fact> facts) =>
        facts.Count == 0 ? null : FactHour.HourOf(facts.Min(static fact => fact.At));

    private static void DeleteWorkspace(IBatch batch)
    {
        batch.DeleteAll<Commit>();
        batch.DeleteAll<EventBlock>();
        batch.DeleteAll<EventKey>();
        batch.DeleteAll<RecordedCall>();
        batch.DeleteAll<EventDelivery>();
        batch.DeleteAll<EventRecord>();
        batch.DeleteAll<Fact>();
        batch.DeleteAll<FactHour>();
        batch.DeleteAll<ActivityStint>();
        batch.DeleteAll<OccupancyChange>();
        batch.DeleteAll<TaskTransfer>();
        batch.DeleteAll<Reservation>();
        batch.DeleteAll<RoutingTask>();
        batch.DeleteAll<WorkerChannel>();
        batch.DeleteAll<Worker>();
        batch.DeleteAll<WorkflowVersion>();
        batch.DeleteAll<Workflow>();
        batch.DeleteAll<TaskQueue>();
        batch.DeleteAll<TaskChannel>();
        batch.DeleteAll<Activity>();
        batch.DeleteAll<Workspace>();
    }

    // Before anything is written: what takes a deleted row's name must find it free.
    private void Delete(IBatch batch)
    {
        batch.Delete<Activity>(_changes.Activities.Deleted);
        batch.Delete<TaskChannel>(_changes.TaskChannels.Deleted);
        batch.Delete<TaskQueue>(_changes.TaskQueues.Deleted);
        batch.Delete<Workflow>(_changes.Workflows.Deleted);
        batch.DeleteVersions(_changes.DeletedVersions);
        batch.Delete<Worker>(_changes.Workers.Deleted);
        batch.Delete<WorkerChannel>(_changes.WorkerChannels.Deleted);
        batch.Delete<RoutingTask>(_changes.Tasks.Deleted);
        batch.Delete<Reservation>(_changes.Reservations.Deleted);
        batch.Delete<TaskTransfer>(_changes.Transfers.Deleted);
    }

    private void VacateNames(IBatch batch)
    {
        batch.VacateNames<Activity>(_changes.Activities.Written.Keys);
        batch.VacateNames<TaskChannel>(_changes.TaskChannels.Written.Keys);
        batch.VacateNames<TaskQueue>(_changes.TaskQueues.Written.Keys);
        batch.VacateNames<Workflow>(_changes.Workflows.Written.Keys);
        batch.VacateNames<Worker>(_changes.Workers.Written.Keys);
    }

    private void Upsert(IBatch batch)
    {
        if (_changes.Workspace is { } workspace && !_isNew)
        {
            batch.Upsert([workspace]);
        }

        batch.Upsert(_changes.Activities.Written.Values);
        batch.Upsert(_changes.TaskChannels.Written.Values);
        batch.Upsert(_changes.TaskQueues.Written.Values);
        batch.Upsert(_changes.Workflows.Written.Values);
        batch.Upsert(_changes.WrittenVersions.Values);
        batch.Upsert(_changes.Workers.Written.Values);
        batch.Upsert(_changes.WorkerChannels.Written.Values);
        batch.Upsert(_changes.Tasks.Written.Values);
        batch.Upsert(InOrderOfCreation(_changes.Reservations.Written));
        batch.Upsert(_changes.Transfers.Written.Values);
    }

    // A worker's ended offer has to leave the index of open ones before the next offer of the same task enters it.
    private static Reservation[] InOrderOfCreation(Dictionary<Sid, Reservation> reservations)
    {
        var rows = reservations.Values.ToArray();
        Array.Sort(rows, static (left, right) => left.Sid.CompareTo(right.Sid));
        return rows;
    }
}
