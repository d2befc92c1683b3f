using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>
/// What things are called in the run at hand. A step that is replayed without some of the steps before it makes its
/// SIDs at another place in the millisecond, but with the same random bits; those find it again.
/// </summary>
internal sealed class Names
{
    private readonly Dictionary<(SidKind Kind, ulong Bits), Sid> _sids = [];
    private readonly Dictionary<Sid, List<Sid>> _reservations = [];
    private readonly Dictionary<Sid, List<Sid>> _transfers = [];
    private readonly Dictionary<(Sid Worker, Sid Channel), Sid> _workerChannels = [];

    public Sid this[Sid sid] => _sids.GetValueOrDefault((sid.Kind, sid.Low), sid);

    public Sid? this[Sid? sid] => sid is { } given ? this[given] : null;

    /// <summary>The n-th offer of a task: how many other things were made before it differs from run to run.</summary>
    public Sid Reservation(Sid task, int index) => At(_reservations, task, index, SidKind.Reservation);

    public Sid Transfer(Sid task, int index) => At(_transfers, task, index, SidKind.TaskTransfer);

    public Sid WorkerChannel(Sid worker, Sid channel) => _workerChannels.GetValueOrDefault(
        (this[worker], this[channel]), new Sid(SidKind.WorkerChannel, worker.High, channel.Low));

    public void Learn(Changes changes)
    {
        Learn(changes.Activities);
        Learn(changes.TaskChannels);
        Learn(changes.TaskQueues);
        Learn(changes.Workflows);
        Learn(changes.Workers);
        Learn(changes.Tasks);
        foreach (var (sid, channel) in changes.WorkerChannels.Written)
        {
            _workerChannels[(channel.WorkerSid, channel.TaskChannelSid)] = sid;
        }

        foreach (var (sid, reservation) in changes.Reservations.Written.OrderBy(row => row.Key))
        {
            Append(_reservations, reservation.TaskSid, sid);
        }

        foreach (var (sid, transfer) in changes.Transfers.Written.OrderBy(row => row.Key))
        {
            Append(_transfers, transfer.TaskSid, sid);
        }
    }

    private Sid At(Dictionary<Sid, List<Sid>> lists, Sid task, int index, SidKind kind) =>
        lists.TryGetValue(this[task], out var sids) && index < sids.Count
            ? sids[index]
            : new Sid(kind, task.High, (ulong)index);

    private static void Append(Dictionary<Sid, List<Sid>> lists, Sid task, Sid sid)
    {
        if (!lists.TryGetValue(task, out var sids))
        {
            lists[task] = sids = [];
        }

        if (!sids.Contains(sid))
        {
            sids.Add(sid);
        }
    }

    private void Learn<TRow>(RowChanges<TRow> rows)
        where TRow : class
    {
        foreach (var sid in rows.Written.Keys)
        {
            _sids[(sid.Kind, sid.Low)] = sid;
        }
    }
}
