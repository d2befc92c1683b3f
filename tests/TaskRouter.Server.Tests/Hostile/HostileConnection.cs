using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TaskRouter.Server.Tests.Hostile;

/// <summary>A connection that sends what it is given and reads the answer, however bad the request.</summary>
internal sealed class HostileConnection(Uri url, TimeSpan patience) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private TcpClient? _client;
    private int _length;

    /// <summary>Throws <see cref="TimeoutException"/> when the server does not answer in time.</summary>
    public async Task<HostileAnswer> SendAsync(HostileRequest request)
    {
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            if (_client is null)
            {
                _client = new TcpClient { NoDelay = true };
                _length = 0;
                await _client.ConnectAsync(url.Host, url.Port, deadline.Token);
            }

            var stream = _client.GetStream();
            await WriteAsync(stream, request.ToBytes(), deadline.Token);
            var answer = await ReadAsync(stream, request.Method, deadline.Token);
            if (answer.Closes)
            {
                Close();
            }

            return answer;
        }
        catch (OperationCanceledException late)
        {
            Close();
            throw new TimeoutException($"No answer within {patience}: {request}", late);
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    // A server that refuses the head of a request need not read the rest of it: the answer is there all the same.
    private static async Task WriteAsync(NetworkStream stream, byte[] bytes, CancellationToken stop)
    {
        try
        {
            await stream.WriteAsync(bytes, stop);
        }
        catch (IOException)
        {
        }
    }

    private async Task<HostileAnswer> ReadAsync(NetworkStream stream, string method, CancellationToken stop)
    {
        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync(stream, stop))
            {
                return HostileAnswer.Closed;
            }
        }

        var lines = Encoding.Latin1.GetString(_buffer, 0, headEnd).Split("\r\n");
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        Take(headEnd + 4);
        if (status == 100)
        {
            return await ReadAsync(stream, method, stop);
        }

        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToLookup(parts => parts[0], parts => parts[^1], StringComparer.OrdinalIgnoreCase);
        var hasBody = method != "HEAD" && status is not (204 or 304);
        var length = hasBody && headers["Content-Length"].FirstOrDefault() is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : 0;
        return new HostileAnswer(
            status, headers, await ReadBodyAsync(stream, length, stop), headers["Connection"].Contains("close"));
    }

    private async Task<byte[]> ReadBodyAsync(NetworkStream stream, int length, CancellationToken stop)
    {
        var body = new byte[length];
        for (var read = 0; read < length;)
        {
            if (_length == 0 && !await FillAsync(stream, stop))
            {
                throw new IOException($"The answer ends after {read} of {length} bytes.");
            }

            var count = Math.Min(_length, length - read);
            _buffer.AsSpan(0, count).CopyTo(body.AsSpan(read));
            Take(count);
            read += count;
        }

        return body;
    }

    private async Task<bool> FillAsync(NetworkStream stream, CancellationToken stop)
    {
        try
        {
            var count = await stream.ReadAsync(_buffer.AsMemory(_length), stop);
            _length += count;
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Take(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }

    private void Close()
    {
        _client?.Dispose();
        _client = null;
    }
}

/// <param name="Status">0 when the connection was closed without an answer.</param>
internal sealed record HostileAnswer(int Status, ILookup<string, string> Headers, byte[] Body, bool Closes)
{
    public static readonly HostileAnswer Closed = new(
        0, Array.Empty<string>().ToLookup(text => text), [], Closes: true);

    /// <summary>Whether the request came as far as the application.</summary>
    public bool IsOurs => Headers.Contains("Twilio-Request-Id");
}
