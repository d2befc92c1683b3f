using System.Threading.Channels;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// Writes alerts and calls in the background, beside the workspaces' transactions. Routing never waits for it: what
/// finds no room is dropped and counted.
/// </summary>
internal sealed partial class JournalWriter(
    Database database, Instruments instruments, TimeProvider time, ILogger<JournalWriter> log)
    : IHostedService, IDisposable
{
    /// <summary>Rows waiting at most.</summary>
    public const int RowsMax = 1_000;

    /// <summary>Rows in one transaction at most.</summary>
    private const int BatchMax = 200;

    // So that a flood of rows takes a share of the disk and not all of it.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    private readonly Channel<object> _rows = Channel.CreateBounded<object>(
        new BoundedChannelOptions(RowsMax) { SingleReader = true });

    private readonly CancellationTokenSource _abort = new();
    private Task _writing = Task.CompletedTask;
    private long _dropped;

    /// <summary>Rows that were not written since the start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Write(Alert alert) => Add(alert);

    public void Write(RecordedCall call) => Add(call);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        instruments.Total(
            "taskrouter.journal.dropped",
            "{row}",
            "Alerts and voice calls that were not written down: too many at once, or the database was away",
            () => Dropped);
        _writing = RunAsync();
        return Task.CompletedTask;
    }

    /// <summary>Writes what waits, within the time that a stopping server has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _rows.Writer.TryComplete();
        await using (cancellationToken.Register(_abort.Cancel))
        {
            await _writing;
        }
    }

    public void Dispose() => _abort.Dispose();

    private void Add(object row)
    {
        if (!_rows.Writer.TryWrite(row))
        {
            Drop(1);
        }
    }

    private void Drop(int count) => Interlocked.Add(ref _dropped, count);

    private async Task RunAsync()
    {
        var told = 0L;
        while (await _rows.Reader.WaitToReadAsync())
        {
            var batch = new List<object>();
            while (batch.Count < BatchMax && _rows.Reader.TryRead(out var row))
            {
                batch.Add(row);
            }

            await WriteAsync(batch);
            if (Dropped is var dropped && dropped != told)
            {
                Log.Dropped(log, dropped - told, dropped);
                told = dropped;
            }

            if (!_rows.Reader.Completion.IsCompleted)
            {
                await Task.Delay(Breath, time);
            }
        }
    }

    private async Task WriteAsync(List<object> batch)
    {
        try
        {
            await WriteAsync<Alert>(batch);
            await WriteAsync<RecordedCall>(batch);
        }
        catch (Exception exception)
        {
            // The database is away. Trying again for ever would only move the loss to the rows that come next.
            Drop(batch.Count);
            Log.Failed(log, exception, batch.Count);
        }
    }

    private async Task WriteAsync<TRow>(List<object> batch)
        where TRow : class
    {
        var rows = batch.OfType<TRow>().ToList();
        if (rows.Count > 0)
        {
            await database.UpsertAsync(rows, _abort.Token);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "{Count} alerts or calls were not written down, {Total} since the start.")]
        public static partial void Dropped(ILogger logger, long count, long total);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Count} alerts or calls could not be saved.")]
        public static partial void Failed(ILogger logger, Exception exception, int count);
    }
}
