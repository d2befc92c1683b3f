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

    // The block that is being written, if there is one.
    private EventBlockWriter? _to;
    private Sid _workspaceSid;
    private EventPlace _first;
    private EventPlace _last;

    public Dictionary<Guid, KeyedBlocks> Keys { get; } = [];

    /// <summary>Adds the next event.</summary>
    public void Add(RoutingEvent happened)
    {
        var place = new EventPlace(happened.At, happened.Sequence, happened.Sid);
        Open(happened.Workspace.Sid, place).Write(happened);
        Note(happened.Task?.Sid, happened.Worker?.Sid);
    }

    /// <summary>Adds the next event of those that an earlier version has kept.</summary>
    public void Add(EventRecord row)
    {
        Open(row.WorkspaceSid, EventLog.PlaceOf(row)).Write(row);
        Note(row.TaskSid, row.WorkerSid);
    }

    /// <summary>All blocks; an open one is closed.</summary>
    public List<EventBlock> Finish()
    {
        Close();
        return _blocks;
    }

    private EventBlockWriter Open(Sid workspaceSid, EventPlace place)
    {
        if (_to is not null && !HasRoomFor(place))
        {
            Close();
        }

        if (_to is null)
        {
            (_workspaceSid, _first) = (workspaceSid, place);
            _to = Writers.Get();
            _to.Begin();
        }

        _last = place;
        return _to;
    }

    // Retention by time leaves holes in the sequence where the clock was set back.
    private bool HasRoomFor(EventPlace place) =>
        place.At == _first.At && place.Sequence == _last.Sequence + 1
        && place.Sequence - _first.Sequence < EventBlock.EventsMax
        && _to!.Length < EventBlock.BytesMax;

    private void Note(Sid? taskSid, Sid? workerSid)
    {
        if (taskSid is { } task)
        {
            Note(task.ToGuid());
        }

        if (workerSid is { } worker)
        {
            Note(worker.ToGuid());
        }
    }

    private void Note(Guid key)
    {
        if (!Keys.TryGetValue(key, out var blocks))
        {
            Keys[key] = blocks = new KeyedBlocks();
        }

        blocks.Add(_first.Sequence, _last.Sequence, _last.At);
    }

    private void Close()
    {
        if (_to is null)
        {
            return;
        }

        _blocks.Add(new EventBlock
        {
            WorkspaceSid = _workspaceSid,
            FirstSequence = _first.Sequence,
            LastSequence = _last.Sequence,
            At = _first.At,
            FirstEventSid = _first.Sid,
            Data = _to.Pack(),
        });
        Writers.Return(_to);
        _to = null;
    }
}
