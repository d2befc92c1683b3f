using System.Net.WebSockets;
using System.Threading.Channels;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// One connection of an agent's client, which only listens. Events wait in a bounded queue, so a client that does not
/// read costs that much memory and then its connection.
/// </summary>
internal sealed class AgentSocket : IDisposable
{
    private readonly WebSocket _socket;
    private readonly AgentOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<Waiting> _waiting;
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _abort;
    private readonly Lock _lock = new();
    private Farewell? _farewell;
    private long _sentAt;
    private long _expiresAt;
    private volatile bool _isSending;
    private volatile bool _isMuted;
    private bool _isDisposed;

    public AgentSocket(WebSocket socket, AgentSession session, AgentOptions options, TimeProvider time)
    {
        (_socket, Session, _options, _time) = (socket, session, options, time);
        OpenedAt = time.GetUtcNow();
        _expiresAt = session.Caller.ExpiresAt!.Value.UtcTicks;
        _sentAt = time.GetTimestamp();
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(options.FramesMax) { SingleReader = true });
        if (session.Init is { } init)
        {
            _waiting.Writer.TryWrite(new Waiting(init));
        }

        if (session.IsLegacy)
        {
            MarkListed();
        }
    }

    /// <summary>By whom and for what it was opened.</summary>
    public AgentSession Session { get; }

    public Sid ChannelSid => Session.ChannelSid;

    public DateTimeOffset OpenedAt { get; }

    /// <summary>Whether the client knows its reservations, or has had long enough to ask for them.</summary>
    private bool IsListed => _listed.Task.IsCompleted;

    /// <summary>Sends and receives until either side has had enough.</summary>
    public async Task RunAsync()
    {
        var sending = SendAllAsync();
        await ReceiveAllAsync();
        Close(WebSocketCloseStatus.NormalClosure, "");
        await sending;
    }

    /// <summary>Puts an event in line. Called on the loop: does not wait.</summary>
    /// <param name="answers">Completes when the requests that were under way have their answers.</param>
    public void Tell(AgentFrame frame, long happenedAt, Task answers)
    {
        if (_isMuted || (frame.NeedsList && !IsListed) || (frame.KnownSince > OpenedAt && !Session.IsLegacy))
        {
            return;
        }

        if (!_waiting.Writer.TryWrite(new Waiting(frame, happenedAt, answers)))
        {
            Close(
                WebSocketCloseStatus.PolicyViolation,
                $"The connection is too slow: {_options.FramesMax} events are waiting");
        }
    }

    /// <summary>
    /// The client is about to be told its reservations: whatever happens from now on, it can make sense of.
    /// </summary>
    public void MarkListed() => _listed.TrySetResult();

    /// <summary>No more events: another session of the worker wants to be the only one.</summary>
    public void Mute() => _isMuted = true;

    /// <summary>The client has a token that is valid for longer.</summary>
    public void Extend(DateTimeOffset expiresAt)
    {
        if (expiresAt.UtcTicks > Volatile.Read(ref _expiresAt))
        {
            Volatile.Write(ref _expiresAt, expiresAt.UtcTicks);
        }
    }

    /// <summary>What time brings, about once a second: a heartbeat, the end of the token or of patience.</summary>
    public void Tick(DateTimeOffset now)
    {
        var quiet = _time.GetElapsedTime(Volatile.Read(ref _sentAt));
        if (_isSending && quiet > _options.SendTimeout)
        {
            // No word of farewell would get through.
            Abort();
        }
        else if (now.UtcTicks > Volatile.Read(ref _expiresAt) + _options.ExpiryGrace.Ticks)
        {
            Close(WebSocketCloseStatus.PolicyViolation, "The access token has expired");
        }
        else if (!_isSending && quiet >= _options.HeartbeatPause && _waiting.Reader.Count == 0)
        {
            _waiting.Writer.TryWrite(new Waiting(AgentFrame.Heartbeat));
        }

        if (!IsListed && now - OpenedAt > _options.EventWaitMax)
        {
            MarkListed();
        }
    }

    /// <summary>Ends it with a reason, once; whatever still waits is dropped.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        lock (_lock)
        {
            if (_farewell is not null)
            {
                return;
            }

            // Elsewhere: whoever closes may be a workspace's loop, which must not find itself sending.
            _farewell = new Farewell(status, reason);
            _abort.CancelAfter(_options.CloseTimeout);
            _ = _ending.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _farewell ??= new Farewell(WebSocketCloseStatus.NormalClosure, "");
            _isDisposed = true;
            _ending.Dispose();
            _abort.Dispose();
        }

        _socket.Dispose();
    }

    private void Abort()
    {
        lock (_lock)
        {
            _ = _isDisposed ? Task.CompletedTask : _abort.CancelAsync();
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            await SendUntilEndAsync();
            var (status, reason) = _farewell!;
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(status, reason, _abort.Token);
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            // Receiving ends by the same.
            Abort();
        }
    }

    private async Task SendUntilEndAsync()
    {
        try
        {
            while (!_ending.IsCancellationRequested)
            {
                var next = await _waiting.Reader.ReadAsync(_ending.Token);
                await WaitForTurnAsync(next);
                Volatile.Write(ref _sentAt, _time.GetTimestamp());
                _isSending = true;
                var text = Session.IsLegacy ? next.Frame.LegacyText : next.Frame.Text;
                await _socket.SendAsync(text, WebSocketMessageType.Text, true, _abort.Token);
                _isSending = false;
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested
            && !_abort.IsCancellationRequested)
        {
        }
    }

    private async ValueTask WaitForTurnAsync(Waiting next)
    {
        if (next.HappenedAt is not { } happenedAt)
        {
            return;
        }

        var since = happenedAt;
        if (next.Answers is { IsCompleted: false } || !IsListed)
        {
            var known = Task.WhenAll(_listed.Task, next.Answers ?? Task.CompletedTask);
            await Task.WhenAny(known, Task.Delay(_options.EventWaitMax, _time, _ending.Token));
            since = _time.GetTimestamp();
        }

        var wait = _options.EventPause - _time.GetElapsedTime(since);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, _ending.Token);
        }
    }

    /// <summary>The client has nothing to say; what it says is forgotten, up to a bound.</summary>
    private async Task ReceiveAllAsync()
    {
        var buffer = new byte[128];
        var received = 0;
        try
        {
            while (true)
            {
                var message = await _socket.ReceiveAsync(buffer.AsMemory(), _abort.Token);
                if (message.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                received += message.Count;
                if (message.MessageType == WebSocketMessageType.Binary || received > _options.BytesReceivedMax)
                {
                    Close(WebSocketCloseStatus.PolicyViolation, "Nothing is to be sent on this connection");
                }
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
        }
    }

    private static bool IsEndOfConnection(Exception exception) => exception
        is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException
        or InvalidOperationException;

    /// <param name="HappenedAt">A timestamp; null for what is sent at once.</param>
    private readonly record struct Waiting(AgentFrame Frame, long? HappenedAt = null, Task? Answers = null);

    private sealed record Farewell(WebSocketCloseStatus Status, string Reason);
}
