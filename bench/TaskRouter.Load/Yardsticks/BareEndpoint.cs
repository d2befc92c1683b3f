using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TaskRouter.Load.Driving;

namespace TaskRouter.Load.Yardsticks;

/// <summary>
/// Kestrel and nothing else: it answers every GET with the bytes of a file, and every POST, its form read, with the
/// same. The ceiling of any server on this machine that is written in C#.
/// </summary>
internal sealed class BareEndpoint : IAsyncDisposable
{
    public const string Verb = "bare";

    private readonly ChildProcess _process;

    private BareEndpoint(ChildProcess process, Target target) => (_process, Target) = (process, target);

    public Target Target { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts this program once more, as the endpoint.</summary>
    public static Task<BareEndpoint> StartAsync(string bodyFile) => StartChildAsync(Verb, bodyFile);

    /// <summary>The same, as one that reads what it is sent and writes what it answers.</summary>
    public static Task<BareEndpoint> StartFormAsync() => StartChildAsync(FormEndpoint.Verb);

    private static async Task<BareEndpoint> StartChildAsync(string verb, params string[] arguments)
    {
        var port = ChildProcess.FreePort();
        var process = ChildProcess.Start(
            Environment.ProcessPath!,
            [verb, port.ToString(CultureInfo.InvariantCulture), .. arguments],
            new Dictionary<string, string?> { ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = null });
        var target = new Target(port);
        await process.WaitForAsync(target, "/");
        return new BareEndpoint(process, target);
    }

    /// <summary>What the child does.</summary>
    public static async Task ServeAsync(string port, string bodyFile)
    {
        var body = await File.ReadAllBytesAsync(bodyFile);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost
            .UseUrls($"http://127.0.0.1:{port}")
            .ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        await using var app = builder.Build();
        app.Run(async context =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                _ = await context.Request.ReadFormAsync();
            }

            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });
        await app.RunAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
