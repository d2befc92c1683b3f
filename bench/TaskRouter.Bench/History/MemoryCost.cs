using System.Globalization;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server;
using TaskRouter.Server.Storage;

namespace TaskRouter.Bench.History;

/// <summary>
/// What reading takes of memory, with a week of history and with four weeks: the same windows of the first week, and
/// reports over all of it. Client and server are one process, and all of it is counted.
/// </summary>
internal sealed class MemoryCost(Account account, TextWriter output)
{
    private const int Asked = 10;
    private const int Parts = 4;
    private const int EventsPerBatch = 4_000;

    private static readonly TimeSpan Part = TimeSpan.FromDays(7);

    public Task HeadAsync() => output.WriteLineAsync(
        "| database | history | read | sent, KB | allocated, KB | heap at most, MB | working set at most, MB |\n"
        + "|---|---:|---|---:|---:|---:|---:|");

    public async Task RunAsync(string name, StorageOptions storage)
    {
        var month = new Month(account.Sid);
        using var events = month.Events(HistoryScale.Quick.Events).GetEnumerator();
        for (var part = 1; part <= Parts; part++)
        {
            await WriteAsync(month, events, storage, isFirst: part == 1);
            if (part is 1 or Parts)
            {
                await AskAsync($"{name} | {part} x", month, storage, part * Part);
            }
        }
    }

    private static async Task WriteAsync(
        Month month, IEnumerator<RoutingEvent> events, StorageOptions storage, bool isFirst)
    {
        await using Database database = storage.PostgresConnectionString is { } connectionString
            ? new PostgresDatabase(connectionString)
            : new SqliteDatabase(storage);
        var store = new WorkspaceStore(database, new CommitLog(database));
        var epoch = OwnedWorkspace.FirstEpoch;
        if (isFirst)
        {
            await store.MigrateAsync(CancellationToken.None);
            await store.SaveAsync(month, epoch, month.Beginning);
        }
        else
        {
            // The server that was asked in between has taken the workspace.
            epoch = (await database.RaiseEpochAsync(month.WorkspaceSid, CancellationToken.None))!.Value;
        }

        var count = HistoryScale.Quick.Events / Parts;
        foreach (var batch in WriteCost.Take(events, count).Chunk(EventsPerBatch))
        {
            var changes = new Changes();
            changes.Events.AddRange(batch);
            await store.SaveAsync(month, epoch, changes);
        }

        await store.SaveAsync(month, epoch, month.End());
        await store.SettleAsync(month.WorkspaceSid, CancellationToken.None);
    }

    private async Task AskAsync(string label, Month month, StorageOptions storage, TimeSpan history)
    {
        await using var server = await HistoryServer.StartAsync(account, storage);
        var statistics = $"/v1/Workspaces/{month.WorkspaceSid}";
        var reports = $"/ext/v1/Workspaces/{month.WorkspaceSid}/Reports?ServiceLevelThreshold=20";
        var (start, day) = (HistoryScale.Start, TimeSpan.FromHours(24));
        (string Name, string Path, TimeSpan Length)[] reads =
        [
            ("24 hours of the workspace", $"{statistics}/Statistics?SplitByWaitTime=5,30&", day),
            ("24 hours of 50 queues", $"{statistics}/TaskQueues/Statistics?PageSize=50&", day),
            ("24 hours of all workers", $"{statistics}/Workers/CumulativeStatistics?", day),
            ("report of 24 hours by minute", $"{reports}&Interval=1&", day),
            ("report of all by minute", $"{reports}&Interval=1&", history),
            ("report of all by hour and worker", $"{reports}&Interval=60&GroupBy=worker&", history),
        ];
        foreach (var (name, path, length) in reads)
        {
            var window = $"StartDate={HistoryQuestions.Date(start)}&EndDate={HistoryQuestions.Date(start + length)}";
            await output.WriteLineAsync($"| {label} | {name} | {await MeasureAsync(server.Client, path + window)} |");
        }
    }

    private static async Task<string> MeasureAsync(HttpClient client, string path)
    {
        await ReadAsync(client, path);
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var (sent, heap, set) = (0L, 0L, 0L);
        for (var asked = 0; asked < Asked; asked++)
        {
            var read = await ReadAsync(client, path);
            (sent, heap, set) = (read.Sent, Math.Max(heap, read.Heap), Math.Max(set, read.WorkingSet));
        }

        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / Asked;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sent / 1024d:N0} | {allocated / 1024d:N0} | {heap / 1048576d:N0} | {set / 1048576d:N0}");
    }

    /// <summary>Memory is looked at after each piece of the answer.</summary>
    private static async Task<(long Sent, long Heap, long WorkingSet)> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(
            new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        var piece = new byte[16 * 1024];
        var (sent, heap, set) = (0L, 0L, 0L);
        int count;
        do
        {
            count = await body.ReadAsync(piece);
            sent += count;
            heap = Math.Max(heap, GC.GetTotalMemory(forceFullCollection: false));
            set = Math.Max(set, Environment.WorkingSet);
        }
        while (count > 0);
        return (sent, heap, set);
    }
}
