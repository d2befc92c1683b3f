using System.Globalization;

namespace TaskRouter.Load.Yardsticks;

/// <summary>What Linux counts of a process. https://man7.org/linux/man-pages/man5/proc.5.html</summary>
internal static class ProcFile
{
    // USER_HZ, which is 100 wherever .NET runs.
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of processor time of a process, its children, and those that have ended.</summary>
    public static double ProcessorSeconds(int processId)
    {
        var sum = 0.0;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id)
                && StatOf(id) is { } stat
                && (id == processId || stat[1] == processId.ToString(CultureInfo.InvariantCulture)))
            {
                // utime and stime; of the process itself also those of children that have ended.
                var last = id == processId ? 14 : 12;
                sum += stat[11..(last + 1)].Sum(Number);
            }
        }

        return sum / TicksPerSecond;
    }

    /// <summary>Seconds of processor time of this program's children that have ended.</summary>
    public static double EndedChildrenSeconds() => StatOf(Environment.ProcessId)![13..15].Sum(Number) / TicksPerSecond;

    /// <summary>Megabytes of physical memory.</summary>
    public static double ResidentMegabytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }

    public static int Handles(int processId) => Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count();

    private static double Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    // The fields after the name, which may hold spaces: state is the first of them.
    private static string[]? StatOf(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
