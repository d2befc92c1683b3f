using System.Text;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>
/// The events of a block as bytes, packed: the number of the format, then event by event what they do not have in
/// common: the columns, and the parameters of the data, each as its number and its value. What is written is on disk
/// for as long as events are kept, so an earlier format is still read: it has the data of an event as JSON.
/// </summary>
internal static class EventBlockFormat
{
    public const byte Current = 2;

    /// <summary>Bits of a value that say what kind it is; those above them are its number.</summary>
    public const int ValueBits = 3;

    public const ulong ValueMask = (1 << ValueBits) - 1;

    private const byte WithJson = 1;

    /// <summary>Every event of a block.</summary>
    /// <param name="block">As it is on disk.</param>
    /// <param name="isWanted">Whose data is read as well, which takes most of the time; null for all.</param>
    /// <exception cref="InvalidDataException">These are no block's bytes, or those of a later version.</exception>
    public static List<EventRecord> Read(EventBlock block, Func<EventRecord, bool>? isWanted = null)
    {
        using var from = new BinaryReader(new MemoryStream(PackedBytes.Unpack(block.Data)));
        var format = from.ReadByte();
        if (format is not (Current or WithJson))
        {
            throw new InvalidDataException("A block of events is of a version that this server does not know.");
        }

        var reader = new EventBlockReader(block, from);
        var events = new List<EventRecord>();
        for (var sequence = block.FirstSequence; sequence <= block.LastSequence; sequence++)
        {
            events.Add(format is Current
                ? reader.Read(sequence, isWanted)
                : ReadWithJson(block, from, sequence, isWanted));
        }

        return events;
    }

    private static EventRecord ReadWithJson(
        EventBlock block, BinaryReader from, long sequence, Func<EventRecord, bool>? isWanted)
    {
        var row = new EventRecord
        {
            WorkspaceSid = block.WorkspaceSid,
            Sequence = sequence,
            At = block.At,
            Sid = ReadSid(from),
            Type = from.ReadString(),
            Description = from.ReadString(),
            ActorSid = ReadOptionalSid(from),
            SourceIpAddress = from.ReadString() is { Length: > 0 } address ? address : null,
            ResourceType = from.ReadString(),
            ResourceSid = ReadSid(from),
            TaskSid = ReadOptionalSid(from),
            WorkerSid = ReadOptionalSid(from),
            TaskQueueSid = ReadOptionalSid(from),
            WorkflowSid = ReadOptionalSid(from),
            ReservationSid = ReadOptionalSid(from),
            TaskChannelSid = ReadOptionalSid(from),
        };
        var data = from.ReadBytes(from.Read7BitEncodedInt());
        return isWanted?.Invoke(row) == false ? row : row with { EventData = Encoding.UTF8.GetString(data) };
    }

    private static Sid ReadSid(BinaryReader from) => ReadOptionalSid(from) ?? default;

    private static Sid? ReadOptionalSid(BinaryReader from) =>
        (SidKind)from.ReadUInt16() is var kind and not SidKind.None
        ? new Sid(kind, from.ReadUInt64(), from.ReadUInt64())
        : null;
}

/// <summary>What kind of value follows, and what its number means. On disk, so for ever.</summary>
internal enum EventValue : byte
{
    Nothing = 0,

    /// <summary>Its length in bytes; the text follows in UTF-8.</summary>
    NewText = 1,

    /// <summary>Its place among the block's texts.</summary>
    Text = 2,

    /// <summary>Its kind; the 128 bits follow.</summary>
    NewSid = 3,

    /// <summary>Its place among the block's SIDs.</summary>
    Sid = 4,

    Number = 5,

    /// <summary>The complement of what it is.</summary>
    NegativeNumber = 6,

    /// <summary>1 for true.</summary>
    Flag = 7,
}
