using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// Sets a worker offline who has lost its last socket and does not come back: when its client has asked for that, and
/// in a Flex workspace unless its client has asked for the contrary. An older client names the activity.
/// https://www.twilio.com/docs/taskrouter/js-sdk-v2/worker
/// </summary>
internal sealed partial class Presence(
    AgentSockets sockets, AgentOptions options, TimeProvider time, ILogger<Presence> log) : IHostedService, IDisposable
{
    private const string Offline = "Offline";
    private const string FlexWorkspace = "Flex Task Assignment";

    private readonly CancellationTokenSource _stop = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        sockets.LastClosed += OnLastClosed;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        sockets.LastClosed -= OnLastClosed;
        return _stop.CancelAsync();
    }

    public void Dispose() => _stop.Dispose();

    private void OnLastClosed(WorkspaceLoop loop, AgentSocket socket)
    {
        var session = socket.Session;
        var isMeant = session.DisconnectActivitySid is not null
            || (session.SetsOffline ?? loop.View.Workspace?.FriendlyName == FlexWorkspace);
        if (isMeant && session.ChannelSid.Kind == SidKind.Worker)
        {
            _ = SetOfflineAsync(loop, session);
        }
    }

    private async Task SetOfflineAsync(WorkspaceLoop loop, AgentSession session)
    {
        var workerSid = session.ChannelSid;
        try
        {
            await Task.Delay(options.OfflineGrace, time, _stop.Token);
            if (!sockets.IsConnected(workerSid)
                && (session.DisconnectActivitySid ?? OfflineIn(loop.View)) is { } activitySid)
            {
                await loop.ExecuteAsync(new UpdateWorker(workerSid, ActivitySid: activitySid));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is Refusal or WorkspaceUnavailableException)
        {
            // The worker or its workspace is gone, or the disk is.
            Log.NotSet(log, loop.Sid, workerSid, exception.Message);
        }
    }

    private static Sid? OfflineIn(CommittedView view)
    {
        var key = NameKeys.Of(Offline);
        return view.Activities.InOrder.After(null)
            .FirstOrDefault(activity => !activity.Available && activity.NameKey == key)?.Sid
            ?? view.Workspace?.TimeoutActivitySid;
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Workspace {WorkspaceSid}: worker {WorkerSid} is gone and was not set offline: {Reason}.")]
        public static partial void NotSet(ILogger logger, Sid workspaceSid, Sid workerSid, string reason);
    }
}
