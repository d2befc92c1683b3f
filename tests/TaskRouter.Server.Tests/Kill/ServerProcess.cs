using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TaskRouter.Server.Tests.Faults;

namespace TaskRouter.Server.Tests.Kill;

/// <summary>The built server as a child process, with one port and one set of credentials over all its lives.</summary>
/// <param name="authority">The only one its clients trust: the server speaks TLS, set up by its settings.</param>
internal sealed class ServerProcess(string dataDirectory, string? postgres, X509Certificate2? authority = null)
    : IAsyncDisposable
{
    private const int LogLinesMax = 200;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(120);

    private readonly string _address = $"{(authority is null ? "http" : "https")}://localhost:{FreePort.Find()}";
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;
    private HttpClient? _http;

    /// <summary>Settings beside those that every test needs, for the lives that begin after.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Who calls; a database that has been elsewhere before knows its own.</summary>
    public (string Sid, string AuthToken) Account { get; init; } =
        ("AC" + Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));

    /// <summary>What starts the executable, if the system does not.</summary>
    public string[] Wrapper { get; init; } = [];

    /// <summary>Of the present life.</summary>
    public int Id => _process!.Id;

    public bool HasExited => _process!.HasExited;

    /// <summary>Speaks to the present life; a new one has connections of its own.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("The server was never started.");

    /// <summary>The last lines the server wrote, for a test that fails.</summary>
    public string Log => string.Join('\n', _log);

    public string Address => _address;

    /// <summary>Starts the executable and returns without waiting for it to be ready.</summary>
    public void Launch()
    {
        string[] line = [.. Wrapper, Path.Combine(AppContext.BaseDirectory, "TaskRouter.Server"), "--urls", _address];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = dataDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TASKROUTER_ACCOUNT_SID"] = Account.Sid;
        start.Environment["TASKROUTER_AUTH_TOKEN"] = Account.AuthToken;
        start.Environment["TASKROUTER_DATA_DIR"] = dataDirectory;
        start.Environment["TASKROUTER_POSTGRES"] = postgres;

        // A long run still asks for what ended at its beginning.
        start.Environment["TASKROUTER_LIMIT_ENDED_TASK_SECONDS"] = "86400";
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        _http?.Dispose();
        _http = new HttpClient(NewHandler()) { BaseAddress = new Uri(_address), Timeout = TimeSpan.FromSeconds(20) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Account.Sid}:{Account.AuthToken}")));
    }

    public async Task WaitUntilReadyAsync()
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < StartTime && !_process!.HasExited;)
        {
            try
            {
                using var answer = await Http.GetAsync("/readyz");
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                // Not listening yet.
            }

            await Task.Delay(20);
        }

        var end = _process!.HasExited ? $"exit code {_process.ExitCode}" : "still starting";
        throw new InvalidOperationException($"The server is not ready, {end}:\n{Log}");
    }

    /// <summary>SIGKILL: no chance to flush, to answer or to say goodbye.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Sends a signal that leaves it alive, or asks it to end.</summary>
    public Task SignalAsync(string name) =>
        Commands.RunAsync("kill", $"-{name}", _process!.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(StartTime);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        _http?.Dispose();
    }

    private SocketsHttpHandler NewHandler()
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (authority is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            };
        }

        return handler;
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log.Enqueue(line);
        while (_log.Count > LogLinesMax)
        {
            _log.TryDequeue(out _);
        }
    }
}
