using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Writes values one after the other into a buffer that it keeps, in the forms in which <see cref="BinaryReader"/>
/// reads them.
/// </summary>
// BinaryWriter makes a virtual call of a stream for each value, and a commit has tens of thousands of them.
internal sealed class ByteWriter(int capacity)
{
    private const int NumberBytesMax = 10;
    private const int BytesOfCharMax = 3;

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Begins again, in the same buffer.</summary>
    public void Clear() => Length = 0;

    public void Write(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    /// <summary>Eight bytes, the lowest first.</summary>
    public void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);
        Length += sizeof(long);
    }

    /// <summary>Seven bits a byte, the lowest first: small numbers are short, negative ones take ten bytes.</summary>
    public void Write7BitEncoded(long value)
    {
        var room = Room(NumberBytesMax);
        var (left, count) = ((ulong)value, 0);
        for (; left > 0x7F; left >>= 7)
        {
            room[count++] = (byte)(left | 0x80);
        }

        room[count++] = (byte)left;
        Length += count;
    }

    public void Write(Guid value)
    {
        value.TryWriteBytes(Room(16));
        Length += 16;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>In UTF-8, behind its length in bytes.</summary>
    public void Write(string text)
    {
        Write7BitEncoded(Encoding.UTF8.GetByteCount(text));
        WriteUtf8(text);
    }

    /// <summary>In UTF-8 alone.</summary>
    public void WriteUtf8(string text) =>
        Length += Encoding.UTF8.GetBytes(text, Room(BytesOfCharMax * text.Length));

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, (int)BitOperations.RoundUpToPowerOf2((uint)(Length + count)));
        }

        return _bytes.AsSpan(Length);
    }
}
