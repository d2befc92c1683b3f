using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TaskRouter.Server.Tests.Kill;

/// <summary>The built server as a child process, with one port and one set of credentials over all its lives.</summary>
/// <param name="authority">The only one its clients trust: the server speaks TLS, set up by its settings.</param>
internal sealed class ServerProcess(string dataDirectory, string? postgres, X509Certificate2? authority = null)
    : IAsyncDisposable
{
    private const int LogLinesMax = 200;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(120);

    private readonly string _accountSid = "AC" + Guid.NewGuid().ToString("N");
    private readonly string _authToken = Guid.NewGuid().ToString("N");
    private readonly string _address = $"{(authority is null ? "http" : "https")}://localhost:{FreePort.Find()}";
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;
    private HttpClient? _http;

    /// <summary>Settings beside those that every test needs, for the lives that begin after.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Speaks to the present life; a new one has connections of its own.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("The server was never started.");

    /// <summary>The last lines the server wrote, for a test that fails.</summary>
    public string Log => string.Join('\n', _log);

    public string Address => _address;

    /// <summary>Starts the executable and returns without waiting for it to be ready.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "TaskRouter.Server"))
        {
            ArgumentList = { "--urls", _address },
            WorkingDirectory = dataDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TASKROUTER_ACCOUNT_SID"] = _accountSid;
        start.Environment["TASKROUTER_AUTH_TOKEN"] = _authToken;
        start.Environment["TASKROUTER_DATA_DIR"] = dataDirectory;
        start.Environment["TASKROUTER_POSTGRES"] = postgres;
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
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{_accountSid}:{_authToken}")));
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
            catch (HttpRequestException)
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
