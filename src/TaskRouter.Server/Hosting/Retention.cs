using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// Lets go of history, in the background and in small pieces: events, ended tasks, calls and alerts after their age,
/// and whatever a deleted workspace has left. https://www.twilio.com/docs/taskrouter/api/event
/// </summary>
internal sealed partial class Retention(
    History history,
    IWorkspaceStore store,
    RetentionOptions options,
    TimeProvider time,
    ILogger<Retention> log) : BackgroundService
{
    /// <summary>Deletes everything that is too old now.</summary>
    public async Task RunOnceAsync(CancellationToken stop)
    {
        var before = time.GetUtcNow() - options.Age;
        foreach (var workspaceSid in await store.ListAsync(stop))
        {
            await RepeatAsync(() => history.DeleteEventsAsync(workspaceSid, before, stop), stop);
            await RepeatAsync(() => history.DeleteCallsAsync(workspaceSid, before, stop), stop);
            await RepeatAsync(() => history.DeleteStatisticsAsync(workspaceSid, before, stop), stop);
            await RepeatAsync(() => history.DeleteTasksAsync(workspaceSid, before, stop), stop);
        }

        await RepeatAsync(() => history.DeleteAlertsAsync(before, stop), stop);
        await RepeatAsync(() => history.DeleteOrphansAsync(stop), stop);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = options.FirstPause; ; pause = options.Pause)
        {
            try
            {
                await Task.Delay(pause, time, stoppingToken);
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // What is left today goes next time; nothing depends on when.
                Log.Failed(log, exception);
            }
        }
    }

    private async Task RepeatAsync(Func<Task<bool>> delete, CancellationToken stop)
    {
        for (var hasMore = true; hasMore;)
        {
            var started = time.GetTimestamp();
            hasMore = await delete();
            var taken = time.GetElapsedTime(started);
            await Task.Delay(taken > options.Breath ? taken : options.Breath, time, stop);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Old events, tasks, calls or alerts could not be deleted; trying again later.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
