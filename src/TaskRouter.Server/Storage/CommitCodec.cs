using Microsoft.EntityFrameworkCore.Metadata;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// A batch as bytes, packed: the number of this format, then the rows of one table after the other. Its events are not
/// among them: their blocks are on disk beside it, and stay there.
/// </summary>
internal sealed class CommitCodec(IModel model)
{
    private const byte Format = 2;

    // Each column for itself, whatever its rows had in common, and on SQLite keys of events in the order of bytes in
    // which Windows keeps a GUID.
    private const byte FirstFormat = 1;
    private const int Capacity = 16 * 1024;
    private const int BytesKept = 4 * 1024 * 1024;

    // Batches are of similar size, and a large one should not be made room for each time.
    [ThreadStatic]
    private static ByteWriter? _writerOfThread;

    private readonly RowCodec<Worker> _workers = Of<Worker>(model);
    private readonly RowCodec<WorkerChannel> _workerChannels = Of<WorkerChannel>(model);
    private readonly RowCodec<RoutingTask> _tasks = Of<RoutingTask>(model);
    private readonly RowCodec<Reservation> _reservations = Of<Reservation>(model);
    private readonly RowCodec<TaskTransfer> _transfers = Of<TaskTransfer>(model);
    private readonly RowCodec<EventKey> _keys = Of<EventKey>(model);
    private readonly RowCodec<Fact> _facts = Of<Fact>(model);
    private readonly RowCodec<ActivityStint> _stints = Of<ActivityStint>(model);
    private readonly RowCodec<OccupancyChange> _occupancy = Of<OccupancyChange>(model);

    private readonly bool _keepsGuidsAsBytes = TableShape.ValueType(
        model.FindEntityType(typeof(EventKey))!.FindProperty(nameof(EventKey.OfBits))!) == typeof(byte[]);

    public byte[] Write(Sid workspaceSid, Changes changes, HistoryRows history)
    {
        var to = _writerOfThread ?? new ByteWriter(Capacity);
        to.Clear();
        to.Write(Format);
        _workers.Write(to, changes.Workers.Written.Values);
        _workerChannels.Write(to, changes.WorkerChannels.Written.Values);
        _tasks.Write(to, changes.Tasks.Written.Values);
        _reservations.Write(to, changes.Reservations.Written.Values);
        _transfers.Write(to, changes.Transfers.Written.Values);
        _keys.Write(to, [.. history.Keys.Select(key => EventKey.Of(workspaceSid, key.Key, key.Value))]);
        _facts.Write(to, history.Facts);
        _stints.Write(to, history.Stints);
        _occupancy.Write(to, history.Occupancy);
        _writerOfThread = to.Capacity > BytesKept ? null : to;
        return PackedBytes.Pack(to.Written);
    }

    /// <summary>Adds a commit to those before it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no commit, or one of a later version.</exception>
    public void Read(Commit commit, ProjectedRows rows)
    {
        using var from = new BinaryReader(new MemoryStream(PackedBytes.Unpack(commit.Data)));
        var format = from.ReadByte();
        if (format is not (Format or FirstFormat))
        {
            throw new InvalidDataException("A commit on disk is of a version that this server does not know.");
        }

        Put(rows.Workers, _workers.Read(from), row => row.Sid);
        Put(rows.WorkerChannels, _workerChannels.Read(from), row => row.Sid);
        Put(rows.Tasks, _tasks.Read(from), row => row.Sid);
        Put(rows.Reservations, _reservations.Read(from), row => row.Sid);
        Put(rows.Transfers, _transfers.Read(from), row => row.Sid);
        foreach (var key in _keys.Read(from))
        {
            var bits = format == FirstFormat && _keepsGuidsAsBytes
                ? new Guid(key.OfBits.ToByteArray(true))
                : key.OfBits;
            rows.Put(bits, KeyedBlocks.Of(key));
        }

        rows.Facts.AddRange(_facts.Read(from));
        rows.Stints.AddRange(_stints.Read(from));
        rows.Occupancy.AddRange(_occupancy.Read(from));
        rows.LastPosition = commit.Position;
    }

    private static RowCodec<TRow> Of<TRow>(IModel model)
        where TRow : class => new(TableShape.Of(model, typeof(TRow)));

    private static void Put<TRow>(Dictionary<Sid, TRow> rows, TRow[] later, Func<TRow, Sid> sid)
    {
        foreach (var row in later)
        {
            rows[sid(row)] = row;
        }
    }
}
