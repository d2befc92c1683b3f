using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// What goes into its tables, of commits that follow one another: of each record the last state, and all history.
/// </summary>
internal sealed class ProjectedRows
{
    public Dictionary<Sid, Worker> Workers { get; } = [];

    public Dictionary<Sid, WorkerChannel> WorkerChannels { get; } = [];

    public Dictionary<Sid, RoutingTask> Tasks { get; } = [];

    public Dictionary<Sid, Reservation> Reservations { get; } = [];

    public Dictionary<Sid, TaskTransfer> Transfers { get; } = [];

    public Dictionary<Guid, KeyedBlocks> Keys { get; } = [];

    public List<Fact> Facts { get; } = [];

    public List<ActivityStint> Stints { get; } = [];

    public List<OccupancyChange> Occupancy { get; } = [];

    /// <summary>Of the last commit that is in it; 0 before there is one.</summary>
    public long LastPosition { get; set; }

    public int Count => Workers.Count + WorkerChannels.Count + Tasks.Count + Reservations.Count + Transfers.Count
        + Keys.Count + Facts.Count + Stints.Count + Occupancy.Count;

    /// <summary>Adds the commit that comes next.</summary>
    public void Add(long position, Changes changes, HistoryRows history)
    {
        Put(Workers, changes.Workers.Written);
        Put(WorkerChannels, changes.WorkerChannels.Written);
        Put(Tasks, changes.Tasks.Written);
        Put(Reservations, changes.Reservations.Written);
        Put(Transfers, changes.Transfers.Written);
        foreach (var (key, blocks) in history.Keys)
        {
            Put(key, blocks);
        }

        Facts.AddRange(history.Facts);
        Stints.AddRange(history.Stints);
        Occupancy.AddRange(history.Occupancy);
        LastPosition = position;
    }

    public void Put(Guid key, KeyedBlocks later)
    {
        if (Keys.TryGetValue(key, out var blocks))
        {
            blocks.Add(later);
        }
        else
        {
            Keys[key] = later;
        }
    }

    private static void Put<TRow>(Dictionary<Sid, TRow> rows, Dictionary<Sid, TRow> later)
    {
        foreach (var (sid, row) in later)
        {
            rows[sid] = row;
        }
    }
}
