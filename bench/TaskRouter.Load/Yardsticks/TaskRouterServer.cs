using System.Globalization;
using System.Text;
using TaskRouter.Load.Driving;

namespace TaskRouter.Load.Yardsticks;

/// <summary>The server under measurement, with the settings it has by itself.</summary>
internal sealed class TaskRouterServer : IAsyncDisposable
{
    private const string AccountSid = "AC0123456789abcdef0123456789abcdef";
    private const string AuthToken = "TheTokenOfThisBenchmark012345678";

    private readonly ChildProcess _process;

    private TaskRouterServer(ChildProcess process, Target target) => (_process, Target) = (process, target);

    public Target Target { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="postgres">A connection string; null for SQLite in the directory.</param>
    public static async Task<TaskRouterServer> StartAsync(
        string program, string directory, string? postgres, params IEnumerable<string> arguments)
    {
        var server = Begin(program, directory, postgres, arguments);
        await server._process.WaitForAsync(server.Target, "/readyz");
        return server;
    }

    /// <summary>Starts it and does not wait.</summary>
    public static TaskRouterServer Begin(
        string program, string directory, string? postgres, IEnumerable<string> arguments)
    {
        var port = ChildProcess.FreePort();
        var environment = new Dictionary<string, string?>
        {
            ["TASKROUTER_ACCOUNT_SID"] = AccountSid,
            ["TASKROUTER_AUTH_TOKEN"] = AuthToken,
            ["TASKROUTER_DATA_DIR"] = directory,
            ["TASKROUTER_POSTGRES"] = postgres,
            // What run.sh sets for the driver is not for the server.
            ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = null,
        };
        var process = ChildProcess.Start(
            program,
            [.. arguments, "--urls", $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}"],
            environment);
        var credentials = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{AccountSid}:{AuthToken}"));
        return new TaskRouterServer(process, new Target(port, credentials));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
