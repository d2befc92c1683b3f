using System.Text;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>
/// The events of a block as bytes, packed: the number of this format, then event by event what they do not have in
/// common. What is written here is on disk for as long as events are kept.
/// </summary>
internal static class EventBlockFormat
{
    private const byte Format = 1;

    // Most blocks find room in it.
    private const int Capacity = EventBlock.BytesMax / 2;

    public static BinaryWriter NewWriter() => new(new MemoryStream(Capacity));

    public static void Begin(BinaryWriter to)
    {
        to.BaseStream.SetLength(0);
        to.Write(Format);
    }

    /// <summary>What has been written since the beginning, packed.</summary>
    public static byte[] Pack(BinaryWriter to)
    {
        to.Flush();
        return PackedBytes.Pack(((MemoryStream)to.BaseStream).GetBuffer().AsSpan(0, (int)to.BaseStream.Length));
    }

    /// <param name="data">The event's data in UTF-8.</param>
    public static void Write(BinaryWriter to, EventRecord happened, ReadOnlySpan<byte> data)
    {
        Write(to, happened.Sid);
        to.Write(happened.Type);
        to.Write(happened.Description);
        Write(to, happened.ActorSid ?? default);
        to.Write(happened.SourceIpAddress ?? "");
        to.Write(happened.ResourceType);
        Write(to, happened.ResourceSid);
        Write(to, happened.TaskSid ?? default);
        Write(to, happened.WorkerSid ?? default);
        Write(to, happened.TaskQueueSid ?? default);
        Write(to, happened.WorkflowSid ?? default);
        Write(to, happened.ReservationSid ?? default);
        Write(to, happened.TaskChannelSid ?? default);
        to.Write7BitEncodedInt(data.Length);
        to.Write(data);
    }

    /// <summary>Every event of a block.</summary>
    /// <param name="block">As it is on disk.</param>
    /// <param name="isWanted">Whose data is read as well, which takes most of the time; null for all.</param>
    /// <exception cref="InvalidDataException">These are no block's bytes, or those of a later version.</exception>
    public static List<EventRecord> Read(EventBlock block, Func<EventRecord, bool>? isWanted = null)
    {
        var unpacked = PackedBytes.Unpack(block.Data);
        using var bytes = new MemoryStream(unpacked, 0, unpacked.Length, writable: false, publiclyVisible: true);
        using var from = new BinaryReader(bytes);
        if (from.ReadByte() is not Format)
        {
            throw new InvalidDataException("A block of events is of a version that this server does not know.");
        }

        var events = new List<EventRecord>();
        for (var sequence = block.FirstSequence; sequence <= block.LastSequence; sequence++)
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
            var data = Take(bytes, from.Read7BitEncodedInt());
            events.Add(isWanted?.Invoke(row) == false ? row : row with { EventData = Encoding.UTF8.GetString(data) });
        }

        return events;
    }

    private static ReadOnlySpan<byte> Take(MemoryStream bytes, int length)
    {
        var start = (int)bytes.Position;
        bytes.Position += length;
        return bytes.GetBuffer().AsSpan(start, length);
    }

    private static void Write(BinaryWriter to, Sid sid)
    {
        to.Write((ushort)sid.Kind);
        if (!sid.IsNone)
        {
            to.Write(sid.High);
            to.Write(sid.Low);
        }
    }

    private static Sid ReadSid(BinaryReader from) => ReadOptionalSid(from) ?? default;

    private static Sid? ReadOptionalSid(BinaryReader from) =>
        (SidKind)from.ReadUInt16() is var kind and not SidKind.None
        ? new Sid(kind, from.ReadUInt64(), from.ReadUInt64())
        : null;
}
