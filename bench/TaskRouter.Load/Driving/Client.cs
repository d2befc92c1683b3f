using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TaskRouter.Load.Driving;

/// <summary>
/// One kept-alive connection that sends one request at a time. Written on a socket because the driver shares the
/// machine with what it measures: HttpClient would take as much processor time as the server does.
/// </summary>
internal sealed class Client : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly IPEndPoint _address;
    private readonly string _headers;
    private byte[] _sent = new byte[4_096];
    private byte[] _received = new byte[16_384];

    /// <param name="target">Where to, and as whom.</param>
    public Client(Target target)
    {
        _address = new IPEndPoint(IPAddress.Loopback, target.Port);
        _headers = $" HTTP/1.1\r\nHost: 127.0.0.1:{target.Port.ToString(CultureInfo.InvariantCulture)}\r\n"
            + (target.Credentials is { } credentials ? $"Authorization: Basic {credentials}\r\n" : "");
    }

    public Task ConnectAsync() => _socket.ConnectAsync(_address);

    /// <summary>The answer's body is valid until the next request.</summary>
    public ValueTask<Answer> GetAsync(string path) => SendAsync("GET ", path, null);

    /// <inheritdoc cref="GetAsync"/>
    public ValueTask<Answer> DeleteAsync(string path) => SendAsync("DELETE ", path, null);

    /// <summary>Posts a form that is already encoded.</summary>
    public ValueTask<Answer> PostAsync(string path, string form) => SendAsync("POST ", path, form);

    public void Dispose() => _socket.Dispose();

    private async ValueTask<Answer> SendAsync(string method, string path, string? form)
    {
        var length = Write(0, method);
        length = Write(length, path);
        length = Write(length, _headers);
        if (form is not null)
        {
            length = Write(length, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
            length = Write(length, Encoding.UTF8.GetByteCount(form).ToString(CultureInfo.InvariantCulture));
            length = Write(length, "\r\n");
        }

        length = Write(length, "\r\n");
        length = Write(length, form ?? "");
        for (var offset = 0; offset < length;)
        {
            offset += await _socket.SendAsync(_sent.AsMemory(offset, length - offset));
        }

        return await ReceiveAsync();
    }

    private async ValueTask<Answer> ReceiveAsync()
    {
        var length = 0;
        for (Framing? framing = null; ;)
        {
            if (length == _received.Length)
            {
                Array.Resize(ref _received, length * 2);
            }

            var read = await _socket.ReceiveAsync(_received.AsMemory(length));
            if (read == 0)
            {
                throw new IOException("The server has closed the connection.");
            }

            length += read;
            framing ??= FramingOf(_received.AsSpan(0, length));
            if (framing is { } known && IsWhole(known, length))
            {
                var end = known.Length is { } body ? known.BodyStart + body : length;
                return new Answer(known.Status, _received.AsMemory(known.BodyStart..end));
            }
        }
    }

    private bool IsWhole(Framing framing, int length) => framing.Length is { } body
        ? length >= framing.BodyStart + body
        : _received.AsSpan(0, length).EndsWith("\r\n0\r\n\r\n"u8);

    private static Framing? FramingOf(ReadOnlySpan<byte> received)
    {
        var headEnd = received.IndexOf(HeadEnd);
        if (headEnd < 0)
        {
            return null;
        }

        var head = received[..headEnd];
        var status = int.Parse(head[9..12], CultureInfo.InvariantCulture);
        return new Framing(status, headEnd + HeadEnd.Length, LengthIn(head, status));
    }

    // Header names are looked for as Kestrel and Node write them. Null: the body comes in chunks.
    private static int? LengthIn(ReadOnlySpan<byte> head, int status)
    {
        var name = "ontent-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0)
        {
            at = head.IndexOf("ontent-length: "u8);
        }

        if (at < 0)
        {
            return status == 204 ? 0 : null;
        }

        return Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : null;
    }

    private int Write(int at, string text)
    {
        if (_sent.Length < at + text.Length * 3)
        {
            Array.Resize(ref _sent, Math.Max(_sent.Length * 2, at + text.Length * 3));
        }

        return at + Encoding.UTF8.GetBytes(text, _sent.AsSpan(at));
    }

    private readonly record struct Framing(int Status, int BodyStart, int? Length);
}

/// <summary>A server on this machine.</summary>
/// <param name="Credentials">User and password in base64; null for a server that asks for none.</param>
internal sealed record Target(int Port, string? Credentials = null);

internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The first value of a property that begins with these letters; null when there is none.</summary>
    /// <param name="start">Such as <c>"sid":"WT</c>, up to where the 32 hex digits begin.</param>
    public string? SidAfter(ReadOnlySpan<byte> start)
    {
        const int digits = 32;
        var at = Body.Span.IndexOf(start);
        return at < 0 ? null : Encoding.ASCII.GetString(Body.Span.Slice(at + start.Length - 2, digits + 2));
    }

    public Answer OrThrow() => IsSuccess ? this : throw new InvalidOperationException($"{Status}: {Text}");
}
