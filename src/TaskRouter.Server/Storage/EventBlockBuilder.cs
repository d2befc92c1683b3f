using Microsoft.Extensions.ObjectPool;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>Gathers a batch's events into blocks, and notes which blocks tell of which task and worker.</summary>
internal sealed class EventBlockBuilder
{
    private static readonly ObjectPool<EventBlockWriter> Writers =
        new DefaultObjectPool<EventBlockWriter>(new DefaultPooledObjectPolicy<EventBlockWriter>());

    private readonly List<EventBlock> _blocks = [];
    private EventBlockWriter? _to;
    private EventRecord? _first;
    private EventRecord? _last;

    public Dictionary<Guid, KeyedBlocks> Keys { get; } = [];

    /// <summary>Adds the next event, whose row has no data yet.</summary>
    public void Add(EventRecord row, RoutingEvent happened)
    {
        Open(row).Write(row, happened);
        Note(row);
    }

    /// <summary>Adds the next event of those that an earlier version has kept.</summary>
    public void Add(EventRecord row)
    {
        Open(row).Write(row);
        Note(row);
    }

    /// <summary>All blocks; an open one is closed.</summary>
    public List<EventBlock> Finish()
    {
        if (_first is not null)
        {
            Close();
        }

        return _blocks;
    }

    // Retention by time leaves holes in the sequence where the clock was set back.
    private bool HasRoomFor(EventRecord happened) =>
        happened.At == _first!.At && happened.Sequence == _last!.Sequence + 1
        && happened.Sequence - _first.Sequence < EventBlock.EventsMax
        && _to!.Length < EventBlock.BytesMax;

    private EventBlockWriter Open(EventRecord row)
    {
        if (_first is not null && !HasRoomFor(row))
        {
            Close();
        }

        if (_first is null)
        {
            _first = row;
            _to = Writers.Get();
            _to.Begin();
        }

        return _to!;
    }

    private void Note(EventRecord row)
    {
        _last = row;
        if (row.TaskSid is { } task)
        {
            Note(task.ToGuid(), row);
        }

        if (row.WorkerSid is { } worker)
        {
            Note(worker.ToGuid(), row);
        }
    }

    private void Note(Guid key, EventRecord happened)
    {
        if (!Keys.TryGetValue(key, out var blocks))
        {
            Keys[key] = blocks = new KeyedBlocks();
        }

        blocks.Add(_first!.Sequence, happened.Sequence, happened.At);
    }

    private void Close()
    {
        _blocks.Add(new EventBlock
        {
            WorkspaceSid = _first!.WorkspaceSid,
            FirstSequence = _first.Sequence,
            LastSequence = _last!.Sequence,
            At = _first.At,
            FirstEventSid = _first.Sid,
            Data = _to!.Pack(),
        });
        Writers.Return(_to);
        (_first, _last, _to) = (null, null, null);
    }
}
