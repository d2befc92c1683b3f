using System.Diagnostics;
using System.Globalization;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;

namespace TaskRouter.Bench.History;

/// <summary>
/// What the statistics' tables cost a write: the same events in turn with all that belongs to them and alone, in two
/// databases of one kind, so that a busy machine slows both down alike.
/// </summary>
internal sealed class WriteCost(Sid accountSid, TextWriter output)
{
    private const int Events = 40_000;

    private static readonly int[] BatchSizes = [20, 400, 4_000];

    public Task HeadAsync() => output.WriteLineAsync(
        "| database | events in a batch | facts, stints | whole batch, ms | events alone, ms | their share |\n"
        + "|---|---:|---:|---:|---:|---:|");

    public async Task RunAsync(string name, Database whole, Database alone)
    {
        var month = new Month(accountSid);
        var store = new WorkspaceStore(whole, new CommitLog(whole));
        await store.MigrateAsync(CancellationToken.None);
        await new WorkspaceStore(alone, new CommitLog(alone)).MigrateAsync(CancellationToken.None);
        await store.SaveAsync(month, OwnedWorkspace.FirstEpoch, month.Beginning);

        // The first hours of the full month: as many events to an hour as there are when it matters.
        using var events = month.Events(HistoryScale.Full.Events).GetEnumerator();
        foreach (var size in BatchSizes)
        {
            var (withAll, withEvents) = (new List<double>(), new List<double>());
            var (facts, stints) = (0, 0);
            foreach (var batch in Take(events, Events).Chunk(size))
            {
                withAll.Add(await TimeAsync(() => SaveAsync(store, month, batch)));
                withEvents.Add(await TimeAsync(() => SaveAloneAsync(alone, batch)));
                var rows = new HistoryRows();
                rows.AddMissing(batch);
                facts += rows.Facts.Count;
                stints += rows.Stints.Count;
            }

            // Sums: what a batch now and then costs, a checkpoint, belongs to all.
            var (all, bare, count) = (withAll.Sum(), withEvents.Sum(), withAll.Count);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {size} | {facts / count}, {stints / count} | {all / count:0.00} ")
                + string.Create(CultureInfo.InvariantCulture, $"| {bare / count:0.00} | {(all - bare) / all:0%} |"));
        }
    }

    private static async Task SaveAsync(WorkspaceStore store, Month month, RoutingEvent[] batch)
    {
        var changes = new Changes();
        changes.Events.AddRange(batch);
        await store.SaveAsync(month, OwnedWorkspace.FirstEpoch, changes);
        await store.SettleAsync(month.WorkspaceSid, CancellationToken.None);
    }

    private static async Task SaveAloneAsync(Database database, RoutingEvent[] batch)
    {
        var history = new HistoryRows();
        history.AddMissing(batch);
        await database.UpsertAsync(history.Blocks, CancellationToken.None);
    }

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        var clock = Stopwatch.StartNew();
        await run();
        return clock.Elapsed.TotalMilliseconds;
    }

    public static IEnumerable<RoutingEvent> Take(IEnumerator<RoutingEvent> events, int count)
    {
        while (count-- > 0 && events.MoveNext())
        {
            yield return events.Current;
        }
    }
}
