using System.Text;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Events of a block as bytes: see <see cref="EventBlockFormat"/>. Events repeat each other, so each text and SID is
/// written once, and after that its place among those before it. Kept and filled again.
/// </summary>
internal sealed class EventBlockWriter : EventParameterWriter
{
    private const int Capacity = EventBlock.BytesMax / 2;

    private readonly ByteWriter _to = new(Capacity);

    // Records share their texts, so that the same text is nearly always the same object.
    private readonly Dictionary<string, int> _texts = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Sid, int> _sids = [];

    public int Length => _to.Length;

    public void Begin()
    {
        _to.Clear();
        _texts.Clear();
        _sids.Clear();
        _to.Write(EventBlockFormat.Current);
    }

    /// <summary>What has been written since the beginning, packed.</summary>
    public byte[] Pack() => PackedBytes.Pack(_to.Written);

    public void Write(RoutingEvent happened)
    {
        WriteColumns(happened);
        WriteAll(happened);
        _to.Write((byte)EventParameter.None);
        Write(EventValue.Nothing, 0);
    }

    /// <summary>An event whose data has been written already.</summary>
    public void Write(EventRecord row)
    {
        WriteColumns(row);
        WriteText(EventParameter.None, row.EventData);
    }

    public override void Write(EventParameter parameter, Sid value)
    {
        _to.Write((byte)parameter);
        Write(value);
    }

    public override void Write(EventParameter parameter, long value)
    {
        _to.Write((byte)parameter);
        if (value >= 0)
        {
            Write(EventValue.Number, value);
        }
        else
        {
            Write(EventValue.NegativeNumber, ~value);
        }
    }

    public override void Write(EventParameter parameter, bool value)
    {
        _to.Write((byte)parameter);
        Write(EventValue.Flag, value ? 1 : 0);
    }

    protected override void WriteText(EventParameter parameter, string value)
    {
        _to.Write((byte)parameter);
        Write(value);
    }

    // Those of EventRecord, which would be made for this alone.
    private void WriteColumns(RoutingEvent happened)
    {
        Write(happened.Sid);
        Write(happened.Type);
        Write(happened.Description);
        Write(happened.Actor?.Sid);
        Write(happened.Actor?.Address);
        Write(happened.ResourceType);
        Write(happened.ResourceSid);
        Write(happened.Task?.Sid);
        Write(happened.Worker?.Sid);
        Write(happened.Queue?.Sid);
        Write(happened.Workflow?.Sid);
        Write(happened.Reservation?.Sid);
        Write(happened.Channel?.Sid);
    }

    private void WriteColumns(EventRecord row)
    {
        Write(row.Sid);
        Write(row.Type);
        Write(row.Description);
        Write(row.ActorSid);
        Write(row.SourceIpAddress);
        Write(row.ResourceType);
        Write(row.ResourceSid);
        Write(row.TaskSid);
        Write(row.WorkerSid);
        Write(row.TaskQueueSid);
        Write(row.WorkflowSid);
        Write(row.ReservationSid);
        Write(row.TaskChannelSid);
    }

    private void Write(string? text)
    {
        if (text is null)
        {
            Write(EventValue.Nothing, 0);
        }
        else if (_texts.TryAdd(text, _texts.Count))
        {
            Write(EventValue.NewText, Encoding.UTF8.GetByteCount(text));
            _to.WriteUtf8(text);
        }
        else
        {
            Write(EventValue.Text, _texts[text]);
        }
    }

    private void Write(Sid? optional)
    {
        if (optional is not { IsNone: false } sid)
        {
            Write(EventValue.Nothing, 0);
        }
        else if (_sids.TryAdd(sid, _sids.Count))
        {
            Write(EventValue.NewSid, (ushort)sid.Kind);
            _to.Write((long)sid.High);
            _to.Write((long)sid.Low);
        }
        else
        {
            Write(EventValue.Sid, _sids[sid]);
        }
    }

    private void Write(EventValue value, long number) =>
        _to.Write7BitEncoded((number << EventBlockFormat.ValueBits) | (long)value);
}
