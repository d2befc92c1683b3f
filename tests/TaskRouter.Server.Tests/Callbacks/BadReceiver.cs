using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>
/// A receiver on a bare socket that does to every caller what no HTTP server would. Ends each call when the caller
/// does.
/// </summary>
internal sealed class BadReceiver : IAsyncDisposable
{
    private const string Json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private static readonly byte[] Block = new byte[64 * 1024];
    private static readonly byte[] Bomb = MakeBomb();
    private static readonly Lazy<X509Certificate2> Certificate = new(MakeCertificate);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Behaviour _behave;
    private readonly Task _accepting;
    private int _calls;

    private BadReceiver(string name, string scheme, Behaviour behave)
    {
        Name = name;
        _behave = behave;
        _listener.Start(512);
        Url = $"{scheme}://{_listener.LocalEndpoint}/{name}";
        _accepting = AcceptAsync();
    }

    private delegate Task Behaviour(Stream stream, BadReceiver receiver, CancellationToken stop);

    public string Name { get; }

    public string Url { get; }

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>One of each kind.</summary>
    public static IReadOnlyList<BadReceiver> StartAll() =>
    [
        new("hangs", "http", (_, _, stop) => Task.Delay(Timeout.Infinite, stop)),
        new("drips-its-head", "http", (stream, _, stop) =>
            DripAsync(stream, Json + "X: " + new string('x', 900), stop)),
        new("drips-its-body", "http", async (stream, _, stop) =>
        {
            await SendAsync(stream, Json + "Content-Length: 900\r\n\r\n", stop);
            await DripAsync(stream, new string(' ', 900), stop);
        }),
        new("closes", "http", (_, _, _) => Task.CompletedTask),
        new("resets", "http", (stream, _, _) =>
        {
            ((NetworkStream)stream).Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            return Task.CompletedTask;
        }),
        new("speaks-garbage", "http", (stream, _, stop) => SendAsync(stream, "SSH-2.0-\0\x1\x7f\r\n\r\n", stop)),
        Answers("fails", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
        Answers("refuses", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"),
        Answers("throttles", "HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n"),
        new("announces-100-megabytes", "http", (stream, _, stop) =>
            EndlessAsync(stream, Json + "Content-Length: 104857600\r\n\r\n", chunked: false, stop)),
        new("never-ends", "http", (stream, _, stop) =>
            EndlessAsync(stream, Json + "Transfer-Encoding: chunked\r\n\r\n", chunked: true, stop)),
        new("sends-a-gzip-bomb", "http", async (stream, _, stop) =>
        {
            await SendAsync(stream, $"{Json}Content-Encoding: gzip\r\nContent-Length: {Bomb.Length}\r\n\r\n", stop);
            await stream.WriteAsync(Bomb, stop);
        }),
        Answers("sends-200000-headers", Json + string.Concat(Enumerable.Repeat("X-Y: z\r\n", 200_000)) + "\r\n"),
        Answers("sends-deep-json", WithBody(new string('[', 60_000))),
        Answers("breaks-its-json", WithBody("""{"instruction":"acc""")),
        Answers("sends-html", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"),
        new("redirects-to-itself", "http", (stream, receiver, stop) => RedirectAsync(stream, receiver.Url, stop)),
        new("redirects-to-metadata", "http", (stream, _, stop) =>
            RedirectAsync(stream, "http://169.254.169.254/latest/meta-data/", stop)),
        new("speaks-no-tls", "https", (stream, _, stop) => SendAsync(stream, WithBody("{}"), stop)),
        new("has-a-wrong-certificate", "https", async (stream, _, stop) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = Certificate.Value }, stop);
            await SendAsync(tls, WithBody("{}"), stop);
        }),
        new("starts-tls-and-hangs", "https", (_, _, stop) => Task.Delay(Timeout.Infinite, stop)),
    ];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private static BadReceiver Answers(string name, string answer)
    {
        var bytes = Encoding.ASCII.GetBytes(answer);
        return new BadReceiver(name, "http", (stream, _, stop) => stream.WriteAsync(bytes, stop).AsTask());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = BehaveAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Enough of it.
        }
    }

    private async Task BehaveAsync(Socket socket)
    {
        Interlocked.Increment(ref _calls);
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            // TLS is the behaviour's own business.
            if (Url.StartsWith("http:", StringComparison.Ordinal))
            {
                await ReadRequestAsync(stream, gone.Token);
            }

            var behaving = _behave(stream, this, gone.Token);
            _ = EndWithCallerAsync(stream, gone);
            await behaving;
        }
        catch (Exception exception) when (exception
            is IOException or OperationCanceledException or ObjectDisposedException or SocketException
            or System.Security.Authentication.AuthenticationException)
        {
            // The caller has had enough.
        }
    }

    // To its end: a socket closed with something unread resets the connection, and an answer on its way is lost.
    private static async Task ReadRequestAsync(Stream stream, CancellationToken stop)
    {
        const string length = "Content-Length: ";
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var form = 0;
        while (await reader.ReadLineAsync(stop) is { Length: > 0 } line)
        {
            if (line.StartsWith(length, StringComparison.OrdinalIgnoreCase))
            {
                form = int.Parse(line[length.Length..], CultureInfo.InvariantCulture);
            }
        }

        await reader.ReadBlockAsync(new char[form], stop);
    }

    // Somebody who hangs reads nothing; whether the caller is still there shows all the same.
    private static async Task EndWithCallerAsync(NetworkStream stream, CancellationTokenSource gone)
    {
        try
        {
            while (!gone.IsCancellationRequested)
            {
                await Task.Delay(100, gone.Token);
                if (stream.Socket.Poll(0, SelectMode.SelectRead) && stream.Socket.Available == 0)
                {
                    await gone.CancelAsync();
                }
            }
        }
        catch (Exception exception) when (exception
            is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Over, one way or another.
        }
    }

    private static Task SendAsync(Stream stream, string text, CancellationToken stop) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop).AsTask();

    private static async Task DripAsync(Stream stream, string text, CancellationToken stop)
    {
        foreach (var letter in text)
        {
            await SendAsync(stream, $"{letter}", stop);
            await Task.Delay(200, stop);
        }
    }

    private static async Task EndlessAsync(Stream stream, string head, bool chunked, CancellationToken stop)
    {
        await SendAsync(stream, head, stop);
        for (var sent = 0L; chunked || sent < 104_857_600; sent += Block.Length)
        {
            await SendAsync(stream, chunked ? "10000\r\n" : "", stop);
            await stream.WriteAsync(Block, stop);
            await SendAsync(stream, chunked ? "\r\n" : "", stop);
        }
    }

    private static Task RedirectAsync(Stream stream, string target, CancellationToken stop) => SendAsync(
        stream, $"HTTP/1.1 307 There\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n", stop);

    private static string WithBody(string body) => $"{Json}Content-Length: {body.Length}\r\n\r\n{body}";

    private static byte[] MakeBomb()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var megabyte = 0; megabyte < 40; megabyte++)
            {
                gzip.Write(new byte[1024 * 1024]);
            }
        }

        return bomb.ToArray();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=elsewhere.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
