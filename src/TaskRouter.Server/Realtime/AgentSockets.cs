using System.Collections.Concurrent;
using System.Net.WebSockets;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// Every agent's socket of this server. Told of commits by the loops, it puts each event in line for the sockets that
/// are open at that moment; writing and sending are the sockets' own business, so routing does not wait for any.
/// </summary>
internal sealed partial class AgentSockets(
    WorkspaceDirectory directory, ApiKeys keys, AgentOptions options, TimeProvider time, ILogger<AgentSockets> log)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan TickPause = TimeSpan.FromSeconds(1);

    // By channel, which is a worker; nothing ever happens to a queue's or workspace's.
    private readonly ConcurrentDictionary<Sid, WorkerSockets> _workers = new();
    private readonly ConcurrentDictionary<AgentSocket, WorkspaceLoop> _sockets = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _ticking = Task.CompletedTask;

    /// <summary>Called with each worker's last socket, after it is gone.</summary>
    public event Action<WorkspaceLoop, AgentSocket>? LastClosed;

    public int Count => _sockets.Count;

    public bool HasRoom => _sockets.Count < options.SocketsMax && !_stop.IsCancellationRequested;

    public bool IsConnected(Sid workerSid) => _workers.TryGetValue(workerSid, out var worker)
        && worker.Sockets.Length > 0;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Committed += OnCommitted;
        keys.Deleted += OnKeyDeleted;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ticking = KeepTickingAsync();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the server stops listening: it waits for every connection to end.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        foreach (var socket in _sockets.Keys)
        {
            socket.Close(WebSocketCloseStatus.EndpointUnavailable, "The server is stopping");
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        directory.Committed -= OnCommitted;
        keys.Deleted -= OnKeyDeleted;
        await _ticking;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();

    /// <summary>Serves a socket to its end. False, at once, when its worker has too many.</summary>
    public async Task<bool> TryServeAsync(WorkspaceLoop loop, AgentSocket socket, bool closesOthers)
    {
        if (!TryAdd(loop, socket, closesOthers))
        {
            return false;
        }

        Log.Opened(log, loop.Sid, socket.ChannelSid);
        try
        {
            // Stopping has looked for sockets before this one was there.
            if (_stop.IsCancellationRequested)
            {
                socket.Close(WebSocketCloseStatus.EndpointUnavailable, "The server is stopping");
            }

            await socket.RunAsync();
        }
        finally
        {
            Remove(loop, socket);
            Log.Closed(log, loop.Sid, socket.ChannelSid);
        }

        return true;
    }

    /// <summary>
    /// A worker's request is being answered: until it is, its sockets hear of nothing that happens meanwhile.
    /// </summary>
    public void HoldEvents(HttpResponse response, Caller caller)
    {
        if (caller.Grant is not { WorkerSid: { } workerSid } grant
            || directory.Find(caller.AccountSid, grant.WorkspaceSid)?.View.Workers.Find(workerSid) is null
            || !_workers.TryGetValue(workerSid, out var worker))
        {
            return;
        }

        foreach (var socket in worker.Sockets)
        {
            socket.Extend(caller.ExpiresAt!.Value);
        }

        var request = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Begin(request);
        response.OnCompleted(() =>
        {
            worker.End(request);
            return Task.CompletedTask;
        });
    }

    /// <summary>The worker's reservations are about to be listed.</summary>
    public void MarkListed(Sid workerSid)
    {
        if (_workers.TryGetValue(workerSid, out var worker))
        {
            foreach (var socket in worker.Sockets)
            {
                socket.MarkListed();
            }
        }
    }

    private bool TryAdd(WorkspaceLoop loop, AgentSocket socket, bool closesOthers)
    {
        // Removing the last socket removes the worker's entry: both under one lock, as they are rare.
        lock (_workers)
        {
            var worker = _workers.GetOrAdd(socket.ChannelSid, static _ => new WorkerSockets());
            var others = worker.Sockets;
            if (!worker.TryAdd(socket, options.SocketsPerWorkerMax))
            {
                return false;
            }

            // Kept open: their clients would come back at once, and push this one out in turn.
            if (closesOthers)
            {
                Array.ForEach(others, other => other.Mute());
            }

            _sockets[socket] = loop;
            return true;
        }
    }

    private void Remove(WorkspaceLoop loop, AgentSocket socket)
    {
        bool isLast;
        lock (_workers)
        {
            _sockets.TryRemove(socket, out _);
            isLast = _workers[socket.ChannelSid].Remove(socket);
            if (isLast)
            {
                _workers.TryRemove(socket.ChannelSid, out _);
            }
        }

        if (isLast && !_stop.IsCancellationRequested)
        {
            LastClosed?.Invoke(loop, socket);
        }
    }

    // On the workspace's loop, after the commit is on disk and published: must neither wait nor throw.
    private void OnCommitted(WorkspaceLoop loop, Changes changes)
    {
        if (_workers.IsEmpty)
        {
            return;
        }

        var happenedAt = time.GetTimestamp();
        foreach (var (workerSid, frame) in AgentEvents.Of(changes, loop.View, _workers.ContainsKey))
        {
            if (_workers.TryGetValue(workerSid, out var worker))
            {
                worker.Tell(frame, happenedAt);
            }
        }

        CloseDeleted(loop, changes);
    }

    private void CloseDeleted(WorkspaceLoop loop, Changes changes)
    {
        if (changes.WorkspaceDeleted)
        {
            Close(socket => _sockets.GetValueOrDefault(socket) == loop, "The workspace was deleted");
        }

        foreach (var workerSid in changes.Workers.Deleted)
        {
            if (_workers.TryGetValue(workerSid, out var worker))
            {
                Array.ForEach(worker.Sockets, socket =>
                    socket.Close(WebSocketCloseStatus.PolicyViolation, "The worker was deleted"));
            }
        }
    }

    private void OnKeyDeleted(Sid keySid) =>
        Close(
            socket => socket.Session.Caller.CredentialSid == keySid,
            "The key that signed the access token was deleted");

    private void Close(Func<AgentSocket, bool> isMeant, string reason)
    {
        foreach (var socket in _sockets.Keys.Where(isMeant))
        {
            socket.Close(WebSocketCloseStatus.PolicyViolation, reason);
        }
    }

    // One timer for all: ten thousand sockets that are quiet cost one look at each in a second.
    private async Task KeepTickingAsync()
    {
        using var timer = new PeriodicTimer(TickPause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var now = SteadyTime.Wall(time);
                foreach (var (socket, _) in _sockets)
                {
                    socket.Tick(now);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Debug, Message = "Workspace {WorkspaceSid}: {ChannelSid} has opened a socket.")]
        public static partial void Opened(ILogger logger, Sid workspaceSid, Sid channelSid);

        [LoggerMessage(
            Level = LogLevel.Debug, Message = "Workspace {WorkspaceSid}: a socket of {ChannelSid} is closed.")]
        public static partial void Closed(ILogger logger, Sid workspaceSid, Sid channelSid);
    }
}
