using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>Gathers a batch's events into blocks, and notes which blocks tell of which task and worker.</summary>
internal sealed class EventBlockBuilder
{
    private readonly List<EventBlock> _blocks = [];
    private BinaryWriter? _to;
    private EventRecord? _first;
    private EventRecord? _last;

    public Dictionary<Guid, KeyedBlocks> Keys { get; } = [];

    /// <param name="happened">The next event.</param>
    /// <param name="data">Its data in UTF-8.</param>
    public void Add(EventRecord happened, ReadOnlySpan<byte> data)
    {
        if (_first is not null && !HasRoomFor(happened))
        {
            Close();
        }

        _to ??= EventBlockFormat.NewWriter();
        if (_first is null)
        {
            _first = happened;
            EventBlockFormat.Begin(_to);
        }

        EventBlockFormat.Write(_to, happened, data);
        _last = happened;
        if (happened.TaskSid is { } task)
        {
            Note(task.ToGuid(), happened);
        }

        if (happened.WorkerSid is { } worker)
        {
            Note(worker.ToGuid(), happened);
        }
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
        && _to!.BaseStream.Length < EventBlock.BytesMax;

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
            Data = EventBlockFormat.Pack(_to!),
        });
        (_first, _last) = (null, null);
    }
}
