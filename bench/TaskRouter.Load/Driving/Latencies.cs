using System.Diagnostics;
using System.Numerics;

namespace TaskRouter.Load.Driving;

/// <summary>
/// How long things took, in buckets whose width is 1/64 of what they hold: exact to 1.6 %, whatever the range, in a
/// fixed size. The layout of HdrHistogram (https://hdrhistogram.github.io/HdrHistogram/).
/// </summary>
internal sealed class Latencies
{
    private const int SubBits = 6;
    private const int Octaves = 40;

    private readonly long[] _counts = new long[(Octaves + 1) << SubBits];

    public long Count { get; private set; }

    /// <summary>The longest, exactly.</summary>
    public TimeSpan Longest { get; private set; }

    public void Add(TimeSpan latency)
    {
        latency = latency < TimeSpan.Zero ? TimeSpan.Zero : latency;
        _counts[IndexOf(latency.Ticks)]++;
        Count++;
        Longest = latency > Longest ? latency : Longest;
    }

    public void AddSince(long timestamp) => Add(Stopwatch.GetElapsedTime(timestamp));

    public void Add(Latencies other)
    {
        for (var index = 0; index < _counts.Length; index++)
        {
            _counts[index] += other._counts[index];
        }

        Count += other.Count;
        Longest = other.Longest > Longest ? other.Longest : Longest;
    }

    /// <summary>Milliseconds that a share of all stay under; not a number when there are none.</summary>
    public double Percentile(double share)
    {
        if (Count == 0)
        {
            return double.NaN;
        }

        var wanted = (long)Math.Ceiling(share * Count);
        var index = -1;
        for (long seen = 0; seen < wanted;)
        {
            seen += _counts[++index];
        }

        return Math.Min(UpperBoundOf(index), Longest.Ticks) / (double)TimeSpan.TicksPerMillisecond;
    }

    // Below 64 ticks every value has a bucket; above, each power of two has 64 of them.
    private static int IndexOf(long ticks)
    {
        var octave = Math.Max(0, BitOperations.Log2((ulong)Math.Max(1, ticks)) - SubBits + 1);
        return octave == 0
            ? (int)ticks
            : Math.Min((octave << (SubBits - 1)) + (int)(ticks >> octave), ((Octaves + 1) << SubBits) - 1);
    }

    private static long UpperBoundOf(int index)
    {
        const int half = 1 << (SubBits - 1);
        if (index < 2 * half)
        {
            return index;
        }

        var octave = (index / half) - 1;
        return (((long)(index % half) + half + 1) << octave) - 1;
    }
}
