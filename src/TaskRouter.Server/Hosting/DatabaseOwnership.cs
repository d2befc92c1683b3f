using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// Sees to it that one process at a time serves a database. A second one waits here before it looks at anything, and
/// goes on when the first has ended. Start it before whatever reads the database.
/// </summary>
internal sealed partial class DatabaseOwnership(DatabaseLock held, TimeProvider time, ILogger<DatabaseOwnership> log)
    : BackgroundService
{
    private static readonly TimeSpan StandbyPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StandbyTold = TimeSpan.FromMinutes(1);

    // Postgres may end the connection that has the lock; a server at rest would not notice by itself.
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        TimeSpan? toldAt = null;
        for (var started = time.GetTimestamp(); !await held.TryTakeAsync(cancellationToken);)
        {
            var waited = time.GetElapsedTime(started);
            if (toldAt is null || waited - toldAt >= StandbyTold)
            {
                toldAt = waited;
                Log.StandsBy(log);
            }

            await Task.Delay(StandbyPause, time, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var isHeld = true; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await Task.Delay(LookPause, time, stoppingToken);
                var wasHeld = isHeld;
                isHeld = await held.TryTakeAsync(stoppingToken);
                if (wasHeld && !isHeld)
                {
                    Log.Lost(log);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is away, and will be back.
                Log.NotLooked(log, exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Another process serves this database; waiting until it has ended.")]
        public static partial void StandsBy(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "Somebody else has the lock of this database now.")]
        public static partial void Lost(ILogger logger);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The lock of the database could not be looked at.")]
        public static partial void NotLooked(ILogger logger, Exception exception);
    }
}
