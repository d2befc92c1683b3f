using System.Diagnostics;
using System.Globalization;
using TaskRouter.Server;
using TaskRouter.Server.Storage;

namespace TaskRouter.Bench.History;

/// <summary>Every statistic over windows that end at random moments of the month, one after another.</summary>
internal sealed class HistoryQuestions(Month month, HistoryScale scale, Account account, TextWriter output)
{
    private static readonly (string Name, TimeSpan Length)[] Windows =
    [
        ("15 minutes", TimeSpan.FromMinutes(15)),
        ("24 hours", TimeSpan.FromHours(24)),
        ("29 days", TimeSpan.FromDays(29)),
    ];

    // Whoever takes seconds need not be asked forty times.
    private const int AskedMin = 7;

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(42);

    public async Task AskAsync(StorageOptions storage)
    {
        await using var server = await HistoryServer.StartAsync(account, storage);
        var names = string.Join(" | ", Windows.Select(window => window.Name));
        await output.WriteLineAsync($"| median / 95th percentile in ms | {names} |");
        await output.WriteLineAsync("|---|---:|---:|---:|");
        foreach (var (name, path) in Questions())
        {
            var cells = new List<string>();
            foreach (var (_, length) in Windows)
            {
                cells.Add(await MeasureAsync(server.Client, path, length));
            }

            await output.WriteLineAsync($"| {name} | {string.Join(" | ", cells)} |");
        }
    }

    private (string Name, string Path)[] Questions()
    {
        var path = $"/v1/Workspaces/{month.WorkspaceSid}";
        return
        [
            ("workspace", $"{path}/CumulativeStatistics?"),
            ("workspace, split by three waits", $"{path}/Statistics?SplitByWaitTime=5,30,300&"),
            ("workspace, one channel", $"{path}/CumulativeStatistics?TaskChannel=voice&"),
            ("workflow", $"{path}/Workflows/{month.WorkflowSid}/CumulativeStatistics?"),
            ("task queue", $"{path}/TaskQueues/{month.QueueSid}/CumulativeStatistics?"),
            ("task queue, split by three waits",
                $"{path}/TaskQueues/{month.QueueSid}/Statistics?SplitByWaitTime=5,30,300&"),
            ("50 task queues on a page", $"{path}/TaskQueues/Statistics?PageSize=50&"),
            ("all 1,000 workers", $"{path}/Workers/CumulativeStatistics?"),
            ("10 workers of a queue", $"{path}/Workers/Statistics?TaskQueueSid={month.QueueSid}&"),
            ("one worker", $"{path}/Workers/{month.WorkerSid}/Statistics?"),
        ];
    }

    private async Task<string> MeasureAsync(HttpClient client, string path, TimeSpan length)
    {
        var times = new List<double>();
        var whole = Stopwatch.StartNew();
        for (var asked = -3; asked < scale.Asked && (asked < AskedMin || whole.Elapsed < TimeMax); asked++)
        {
            var room = HistoryScale.Now - HistoryScale.Start - length;
            var end = HistoryScale.Now - (room * _random.NextDouble());
            var window = $"StartDate={Date(end - length)}&EndDate={Date(end)}";
            var clock = Stopwatch.StartNew();
            using var answer = await client.GetAsync(new Uri(path + window, UriKind.Relative));
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            if (asked >= 0)
            {
                times.Add(clock.Elapsed.TotalMilliseconds);
            }
        }

        times.Sort();
        return string.Create(
            CultureInfo.InvariantCulture, $"{times[times.Count / 2]:0.0} / {times[times.Count * 95 / 100]:0.0}");
    }

    public static string Date(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
