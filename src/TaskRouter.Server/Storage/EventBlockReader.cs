using System.Text;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>Reads what <see cref="EventBlockWriter"/> has written.</summary>
internal sealed class EventBlockReader(EventBlock block, BinaryReader from)
{
    [ThreadStatic]
    private static EventWire? _wireOfThread;

    private readonly List<byte[]> _texts = [];
    private readonly List<Sid> _sids = [];
    private readonly EventWire _wire = _wireOfThread ??= new EventWire();

    /// <param name="isWanted">Whose data is read as well; null for all.</param>
    public EventRecord Read(long sequence, Func<EventRecord, bool>? isWanted)
    {
        var row = ReadColumns(sequence);
        return isWanted?.Invoke(row) == false ? Pass(row) : row with { EventData = ReadData() };
    }

    private EventRecord ReadColumns(long sequence) => new()
    {
        WorkspaceSid = block.WorkspaceSid,
        Sequence = sequence,
        At = block.At,
        Sid = ReadSid() ?? default,
        Type = ReadText() ?? "",
        Description = ReadText() ?? "",
        ActorSid = ReadSid(),
        SourceIpAddress = ReadText(),
        ResourceType = ReadText() ?? "",
        ResourceSid = ReadSid() ?? default,
        TaskSid = ReadSid(),
        WorkerSid = ReadSid(),
        TaskQueueSid = ReadSid(),
        WorkflowSid = ReadSid(),
        ReservationSid = ReadSid(),
        TaskChannelSid = ReadSid(),
    };

    private string ReadData()
    {
        _wire.Begin();
        while ((EventParameter)from.ReadByte() is var parameter and not EventParameter.None)
        {
            Copy(parameter);
        }

        return ReadText() ?? _wire.End();
    }

    private void Copy(EventParameter parameter)
    {
        var (value, number) = ReadValue();
        switch (value)
        {
            case EventValue.Number:
                _wire.Write(parameter, number);
                break;
            case EventValue.NegativeNumber:
                _wire.Write(parameter, ~number);
                break;
            case EventValue.Flag:
                _wire.Write(parameter, number != 0);
                break;
            case EventValue.NewSid or EventValue.Sid:
                _wire.Write(parameter, SidOf(value, number));
                break;
            case EventValue.NewText or EventValue.Text:
                _wire.Write(parameter, TextOf(value, number));
                break;
            default:
                throw Unknown();
        }
    }

    // What comes later may be written as the place of something in here.
    private EventRecord Pass(EventRecord row)
    {
        while ((EventParameter)from.ReadByte() is not EventParameter.None)
        {
            PassValue();
        }

        PassValue();
        return row;
    }

    private void PassValue()
    {
        var (value, number) = ReadValue();
        if (value is EventValue.NewText)
        {
            TextOf(value, number);
        }
        else if (value is EventValue.NewSid)
        {
            SidOf(value, number);
        }
    }

    private string? ReadText() => ReadValue() is var (value, number) && value is not EventValue.Nothing
        ? Encoding.UTF8.GetString(TextOf(value, number))
        : null;

    private Sid? ReadSid() => ReadValue() is var (value, number) && value is not EventValue.Nothing
        ? SidOf(value, number)
        : null;

    private byte[] TextOf(EventValue value, long number)
    {
        if (value is EventValue.NewText)
        {
            _texts.Add(from.ReadBytes((int)number));
            return _texts[^1];
        }

        return value is EventValue.Text && number < _texts.Count ? _texts[(int)number] : throw Unknown();
    }

    private Sid SidOf(EventValue value, long number)
    {
        if (value is EventValue.NewSid)
        {
            _sids.Add(new Sid((SidKind)number, from.ReadUInt64(), from.ReadUInt64()));
            return _sids[^1];
        }

        return value is EventValue.Sid && number < _sids.Count ? _sids[(int)number] : throw Unknown();
    }

    private (EventValue Value, long Number) ReadValue()
    {
        var bits = (ulong)from.Read7BitEncodedInt64();
        return ((EventValue)(bits & EventBlockFormat.ValueMask), (long)(bits >> EventBlockFormat.ValueBits));
    }

    private static InvalidDataException Unknown() => new("A block of events has a value that is none.");
}
