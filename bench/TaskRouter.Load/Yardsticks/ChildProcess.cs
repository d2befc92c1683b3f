using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using TaskRouter.Load.Driving;

namespace TaskRouter.Load.Yardsticks;

/// <summary>A program of this run's own, ended with it, by its id.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private static readonly ConcurrentDictionary<int, Process> Running = new();

    private readonly Process _process;

    // A signal ends this program without unwinding it, and since .NET 10 these two without ProcessExit:
    // https://learn.microsoft.com/dotnet/core/compatibility/core-libraries/10.0/sigterm-signal-handler
    static ChildProcess()
    {
        PosixSignalRegistration[] signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => EndAll()),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => EndAll()),
        ];
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            EndAll();
            Array.ForEach(signals, signal => signal.Dispose());
        };
    }

    private ChildProcess(Process process)
    {
        _process = process;
        Running[process.Id] = process;
    }

    public int Id => _process.Id;

    /// <summary>Starts a program whose output nobody wants; what it complains of is seen.</summary>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        // A log costs the server what it costs in production, and the disk under measurement nothing.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" > /dev/null", program, .. arguments]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program}: exit code {process.ExitCode}: {await errors}");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a path is answered with success.</summary>
    public async Task WaitForAsync(Target target, string path)
    {
        for (var clock = Stopwatch.StartNew(); !await AnswersAsync(target, path); await Task.Delay(5))
        {
            if (_process.HasExited || clock.Elapsed > StartPatience)
            {
                throw new InvalidOperationException($"Nothing answers {path} on port {target.Port}.");
            }
        }
    }

    public static async Task<bool> AnswersAsync(Target target, string path)
    {
        try
        {
            using var client = new Client(target);
            await client.ConnectAsync();
            return (await client.GetAsync(path)).IsSuccess;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await RunAsync("/bin/kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            using var patience = new CancellationTokenSource(EndPatience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }
        }

        Running.TryRemove(_process.Id, out _);
        _process.Dispose();
    }

    private static void EndAll()
    {
        foreach (var process in Running.Values.Where(process => !process.HasExited))
        {
            process.Kill();
        }
    }
}
