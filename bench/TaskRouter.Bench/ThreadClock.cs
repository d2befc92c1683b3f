using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TaskRouter.Bench;

/// <summary>
/// The processor time of the measuring thread, where the system tells it: what other programs take does not count, and
/// what garbage collection takes from this thread does. Elsewhere the time on the wall.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>What reading the clock twice costs, to be taken off.</summary>
    private static readonly double Overhead = MeasureOverhead();

    public static string Name => OperatingSystem.IsLinux() ? "processor time of the thread" : "wall clock";

    public static long Now
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);
            }

            _ = GetTime(ThreadCpuTime, out var time);
            return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
        }
    }

    /// <summary>Microseconds since <paramref name="start"/>.</summary>
    public static double Since(long start) => Math.Max(0, (Now - start - Overhead) / 1_000);

    private static double MeasureOverhead()
    {
        var reads = Enumerable.Range(0, 10_000).Select(_ =>
        {
            var start = Now;
            return (double)(Now - start);
        });
        return Meter.Median(reads);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
