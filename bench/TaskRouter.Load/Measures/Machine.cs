using System.Diagnostics;
using System.Globalization;
using TaskRouter.Load.Driving;

namespace TaskRouter.Load.Measures;

/// <summary>How fast the machine itself is just now, and who else uses it.</summary>
internal static class Machine
{
    private const int Flushes = 200;

    /// <summary>Milliseconds that it takes to have 8 kB on disk, the median of many.</summary>
    public static double FlushMilliseconds(string folder)
    {
        var path = Path.Combine(folder, "flush");
        var page = new byte[8_192];
        var latencies = new Latencies();
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            for (var count = 0; count < Flushes; count++)
            {
                var started = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, page, 0);
                RandomAccess.FlushToDisk(file);
                latencies.AddSince(started);
            }
        }

        File.Delete(path);
        return latencies.Percentile(0.5);
    }

    /// <summary>Processor time since the machine started: used by anybody, and all there was.</summary>
    public static (double Used, double All) Read()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (fields.Sum() - fields[3] - fields[4], fields.Sum());
    }

    public static string Describe((double Used, double All) before)
    {
        var now = Read();
        var used = (now.Used - before.Used) / (now.All - before.All);
        return $"{Environment.ProcessorCount} processors, {used:0%} used on average by this run and others, "
            + $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[1]} at the end";
    }
}
