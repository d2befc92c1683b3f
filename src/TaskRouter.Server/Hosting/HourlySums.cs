using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// Adds up each hour of facts soon after it is over, in the background and an hour at a time, so that no commit has to.
/// Figures are right without it, only read more slowly: see docs/statistics.md.
/// </summary>
internal sealed partial class HourlySums(
    AddedHours hours,
    WorkspaceDirectory directory,
    HourlySumsOptions options,
    TimeProvider time,
    ILogger<HourlySums> log) : BackgroundService
{
    // One at a time: what AddedHours counts on within a process.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Adds up all hours that are over.</summary>
    public Task RunOnceAsync(CancellationToken stop) =>
        RunOnceAsync(FactHour.HourOf(time.GetUtcNow() - options.Settling), stop);

    /// <param name="before">The beginning of an hour. It may be later than now: facts that follow are noticed.</param>
    public async Task RunOnceAsync(DateTimeOffset before, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            foreach (var workspaceSid in await hours.FindAsync(before, stop))
            {
                // The epoch that this process has raised, not the one on disk, which may be another's.
                if (directory.EpochOf(workspaceSid) is { } epoch)
                {
                    await AddUpAsync(workspaceSid, epoch, before, stop);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = options.FirstPause; ;)
        {
            try
            {
                await Task.Delay(pause, time, stoppingToken);
                await RunOnceAsync(stoppingToken);
                pause = UntilNextHour();
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Failed(log, exception);
                pause = options.PauseAfterFailure;
            }
        }
    }

    private async Task AddUpAsync(Sid workspaceSid, long epoch, DateTimeOffset before, CancellationToken stop)
    {
        if (!await hours.AnnounceAsync(workspaceSid, epoch, before, stop))
        {
            return;
        }

        for (var hasMore = true; hasMore;)
        {
            var started = time.GetTimestamp();
            hasMore = await hours.AddNextAsync(workspaceSid, epoch, before, stop);
            if (options.Breath > TimeSpan.Zero)
            {
                var taken = time.GetElapsedTime(started);
                await Task.Delay(taken > options.Breath ? taken : options.Breath, time, stop);
            }
        }
    }

    private TimeSpan UntilNextHour()
    {
        var now = time.GetUtcNow();
        return FactHour.HourOf(now - options.Settling).AddHours(1) + options.Settling - now;
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Statistics could not be added up by the hour; trying again in a minute.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
