using System.Buffers.Binary;

namespace TaskRouter.Engine.Model;

/// <summary>
/// Makes SIDs in strictly rising order, also when the clock stands still or goes back: the 12 bits after the
/// millisecond count, and a full count borrows from the next millisecond. Not safe for several threads at once.
/// </summary>
/// <param name="fill">The random source: fills a span with random bytes. A seeded one makes runs repeatable.</param>
public sealed class SidSource(SidSource.RandomFill fill)
{
    private const ulong Version7 = 0x7000;
    private const ulong Variant = 0x8000_0000_0000_0000;
    private const int CounterMax = 0xFFF;

    private readonly byte[] _random = new byte[8];
    private long _milliseconds;
    private int _counter;

    public delegate void RandomFill(Span<byte> bytes);

    /// <summary>No SID made from here on sorts before this one. Called while state is loaded from disk.</summary>
    public void StartAfter(Sid sid)
    {
        if (sid.UnixMilliseconds > _milliseconds)
        {
            _milliseconds = sid.UnixMilliseconds;
            _counter = CounterMax;
        }
    }

    public Sid Next(SidKind kind, DateTimeOffset now)
    {
        var milliseconds = now.ToUnixTimeMilliseconds();
        if (milliseconds > _milliseconds)
        {
            (_milliseconds, _counter) = (milliseconds, 0);
        }
        else if (++_counter > CounterMax)
        {
            (_milliseconds, _counter) = (_milliseconds + 1, 0);
        }

        fill(_random);
        var high = ((ulong)_milliseconds << 16) | Version7 | (uint)_counter;
        var low = Variant | (BinaryPrimitives.ReadUInt64BigEndian(_random) >> 2);
        return new Sid(kind, high, low);
    }
}
