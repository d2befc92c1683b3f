using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Puts the events of versions that kept each one for itself into blocks, once, before anything is served. Killed in
/// the middle, it goes on with those that are left.
/// </summary>
internal sealed partial class EventConversion(Database database, ILogger<EventConversion> log)
{
    private const int EventsAtOnce = 1_000;
    private const int EventsBetweenLines = 100_000;

    public async Task RunAsync(CancellationToken stop)
    {
        var done = 0;
        while (await ConvertNextAsync(stop) is var count and > 0)
        {
            if (done / EventsBetweenLines != (done + count) / EventsBetweenLines)
            {
                Log.GoesOn(log, done + count);
            }

            done += count;
        }

        if (done > 0)
        {
            Log.Done(log, done);
        }
    }

    /// <summary>How many have been converted; 0 when none are left.</summary>
    private async Task<int> ConvertNextAsync(CancellationToken stop)
    {
        await using var db = database.CreateDbContext();
        var first = await db.Events.OrderBy(row => row.WorkspaceSid).FirstOrDefaultAsync(stop);
        if (first is null)
        {
            return 0;
        }

        var events = await db.Events.Where(row => row.WorkspaceSid == first.WorkspaceSid)
            .OrderBy(row => row.Sequence).Take(EventsAtOnce).ToListAsync(stop);
        await WriteAsync(first.WorkspaceSid, events[^1].Sequence, Blocks(events), stop);
        return events.Count;
    }

    private static EventBlockBuilder Blocks(List<EventRecord> events)
    {
        var blocks = new EventBlockBuilder();
        events.ForEach(blocks.Add);
        return blocks;
    }

    private Task WriteAsync(Sid workspaceSid, long last, EventBlockBuilder blocks, CancellationToken stop) =>
        database.WriteAsync(
            workspaceSid,
            batch =>
            {
                batch.Insert(blocks.Finish());
                BatchScript.InsertKeys(batch, workspaceSid, blocks.Keys);
                batch.Execute(new SqlStatement(
                    "DELETE FROM events WHERE workspace_sid = $1 AND sequence <= $2", workspaceSid, last));
            },
            deletesWorkspace: false,
            stop);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Packing events of an earlier version: {Count} so far.")]
        public static partial void GoesOn(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Information, Message = "Packed {Count} events of an earlier version.")]
        public static partial void Done(ILogger logger, int count);
    }
}
