using System.Net;
using System.Net.Sockets;

namespace TaskRouter.Server;

/// <summary>
/// The program as its own probe: <c>TaskRouter.Server --healthcheck</c> asks the server that listens on this machine
/// whether it is ready. For container images that hold no shell and no curl.
/// </summary>
internal static class HealthCheck
{
    public const string Argument = "--healthcheck";
    public const string DefaultUrls = "http://127.0.0.1:8080";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The exit code: 0 when <c>/readyz</c> answers 200.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var urls = Urls(args);
        Uri url;
        try
        {
            url = new Uri(LocalUrl(urls), "readyz");
        }
        catch (FormatException exception)
        {
            Console.WriteLine($"urls: {exception.Message}");
            return 1;
        }

        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (SocketPath(urls) is { } path)
        {
            handler.ConnectCallback = (_, stop) => ConnectAsync(path, stop);
        }

        // Any certificate will do: it is for the name that clients know, and nothing secret is sent.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, any, _, _) => any is not null;
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(url);
            Console.WriteLine($"{url} answers {(int)answer.StatusCode}");
            return answer.StatusCode == HttpStatusCode.OK ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Console.WriteLine($"{url} does not answer: {exception.Message}");
            return 1;
        }
    }

    // What is wrong with the settings is the server's to say.
    private static string? Urls(string[] args) =>
        SettingSources.Load([.. args.Where(argument => argument != Argument)], problems: [])["urls"];

    /// <summary>Where the first of the listening addresses can be reached from the machine itself.</summary>
    internal static Uri LocalUrl(string? urls)
    {
        var address = First(urls);
        if (address.IsUnixPipe)
        {
            return new UriBuilder(address.Scheme, "localhost").Uri;
        }

        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri;
    }

    /// <summary>The socket's file, when the first of the addresses is one.</summary>
    internal static string? SocketPath(string? urls) => First(urls) is { IsUnixPipe: true } address
        ? address.UnixPipePath
        : null;

    private static BindingAddress First(string? urls) =>
        ListenAddresses.Parse(string.IsNullOrEmpty(urls) ? DefaultUrls : urls)[0];

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
