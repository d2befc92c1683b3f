using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TaskRouter.Engine.Model;

/// <summary>What a SID names: its two-letter prefix. https://www.twilio.com/docs/glossary/what-is-a-sid</summary>
public enum SidKind : ushort
{
    None = 0,
    Account = ('A' << 8) | 'C',
    ApiKey = ('S' << 8) | 'K',
    Activity = ('W' << 8) | 'A',
    Worker = ('W' << 8) | 'K',
    WorkerChannel = ('W' << 8) | 'C',
    TaskChannel = ('T' << 8) | 'C',
    TaskQueue = ('W' << 8) | 'Q',
    Workflow = ('W' << 8) | 'W',
    Workspace = ('W' << 8) | 'S',
    Task = ('W' << 8) | 'T',
    Reservation = ('W' << 8) | 'R',
    TaskTransfer = ('T' << 8) | 'T',
    Event = ('E' << 8) | 'V',
    Alert = ('N' << 8) | 'O',
    Call = ('C' << 8) | 'A',
}

/// <summary>
/// A resource's identifier: two capital letters and 128 bits written as 32 lower-case hex digits. The bits have the
/// layout of UUID version 7, so SIDs made by one <see cref="SidSource"/> sort in the order of creation.
/// </summary>
// The kind comes last and packed: 18 bytes instead of 24, and a record holds half a dozen of them.
[StructLayout(LayoutKind.Sequential, Pack = sizeof(SidKind))]
public readonly record struct Sid(SidKind Kind, ulong High, ulong Low) : IComparable<Sid>
{
    public const int TextLength = 34;

    public ulong High { get; init; } = High;

    public ulong Low { get; init; } = Low;

    public SidKind Kind { get; init; } = Kind;

    public bool IsNone => Kind == SidKind.None;

    /// <summary>The millisecond of creation, since the Unix epoch, that a time-ordered SID carries.</summary>
    public long UnixMilliseconds => (long)(High >> 16);

    /// <summary>
    /// Reads a SID of the given kind. False for another prefix, another length, or upper-case digits.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, SidKind kind, out Sid sid) =>
        TryParse(text, out sid) && sid.Kind == kind;

    public static bool TryParse([NotNullWhen(true)] string? text, out Sid sid)
    {
        sid = default;
        if (text is not { Length: TextLength } || !IsLowerHex(text.AsSpan(2)))
        {
            return false;
        }

        var kind = (SidKind)((text[0] << 8) | text[1]);
        if (!Enum.IsDefined(kind))
        {
            return false;
        }

        sid = new Sid(
            kind,
            ulong.Parse(text.AsSpan(2, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            ulong.Parse(text.AsSpan(18, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    public static Sid FromGuid(SidKind kind, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return FromBytes(kind, bytes);
    }

    public static Sid FromBytes(SidKind kind, ReadOnlySpan<byte> bytes) => new(
        kind, BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteBytes(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        WriteBytes(bytes);
        return bytes;
    }

    public int CompareTo(Sid other)
    {
        var byHigh = High.CompareTo(other.High);
        return byHigh != 0 ? byHigh : Low.CompareTo(other.Low);
    }

    public static bool operator <(Sid left, Sid right) => left.CompareTo(right) < 0;

    public static bool operator >(Sid left, Sid right) => left.CompareTo(right) > 0;

    public static bool operator <=(Sid left, Sid right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Sid left, Sid right) => left.CompareTo(right) >= 0;

    public bool Equals(Sid other) => Low == other.Low && High == other.High && Kind == other.Kind;

    // The low half is random in every SID we make, so it alone spreads well.
    public override int GetHashCode() => Low.GetHashCode();

    public override string ToString() => IsNone ? "" : string.Create(TextLength, this, static (text, sid) =>
    {
        text[0] = (char)((ushort)sid.Kind >> 8);
        text[1] = (char)((ushort)sid.Kind & 0xFF);
        sid.High.TryFormat(text[2..], out _, "x16", CultureInfo.InvariantCulture);
        sid.Low.TryFormat(text[18..], out _, "x16", CultureInfo.InvariantCulture);
    });

    private void WriteBytes(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }

    private static bool IsLowerHex(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigitLower(character))
            {
                return false;
            }
        }

        return true;
    }
}
