using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>A network between a server and its database that can be slow, half deaf, silent or cut.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long every piece of either direction is under way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What the server sends is held back: nothing arrives, and nothing says so.</summary>
    public bool HoldsRequests { get; set; }

    /// <summary>What the database answers is held back.</summary>
    public bool HoldsAnswers { get; set; }

    /// <summary>New connections are closed as they come.</summary>
    public bool IsCut { get; set; }

    /// <summary>Answers that were held back since.</summary>
    public int Held { get; private set; }

    /// <summary>Ends every connection, both ends of it, and loses what was held back.</summary>
    public void Drop()
    {
        foreach (var client in _open.Keys)
        {
            // Its own side may have closed it a moment ago.
            client.Client?.Close(timeout: 0);
            client.Dispose();
        }
    }

    public void Heal()
    {
        Delay = TimeSpan.Zero;
        HoldsRequests = HoldsAnswers = IsCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Drop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (; ; )
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The proxy ends.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var target = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        _open[client] = 0;
        try
        {
            if (IsCut)
            {
                return;
            }

            await target.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            _open[target] = 0;
            await Task.WhenAny(
                PumpAsync(client.GetStream(), target.GetStream(), () => HoldsRequests),
                PumpAsync(target.GetStream(), client.GetStream(), () => HoldsAnswers));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The database is away.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(target, out _);
            client.Dispose();
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Func<bool> holds)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, _stop.Token);
                }

                if (holds())
                {
                    Held++;
                }

                while (holds())
                {
                    await Task.Delay(Look, _stop.Token);
                }

                await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception exception)
            when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One of the ends is gone.
        }
    }
}
