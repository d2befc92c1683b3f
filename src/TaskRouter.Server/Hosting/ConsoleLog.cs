using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace TaskRouter.Server.Hosting;

/// <summary>The log goes to the console and nowhere else: what runs the server knows how to keep it.</summary>
internal static class ConsoleLog
{
    // A terminal that stands still must not hold up requests: what does not fit is dropped.
    private const int LinesWaitingMax = 16_384;

    // The host's word on a start that fails, with a stack trace. Program says it in a line; the rest is for debugging.
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    private const string TextTemplate =
        "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:lj}{NewLine}{Exception}";

    public static Logger Create(TaskRouterOptions options) => new LoggerConfiguration()
        .MinimumLevel.Is(options.LogLevel)
        .MinimumLevel.Override("Microsoft", AtLeast(LogEventLevel.Warning, options.LogLevel))
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", options.LogLevel)
        // Would open a scope and an activity around every request; RequestLog and Refusals say what there is to say.
        .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
        .MinimumLevel.Override(Host, options.LogLevel <= LogEventLevel.Debug ? options.LogLevel : LogEventLevel.Fatal)
        .WriteTo.Async(
            sink =>
            {
                if (options.LogsJson)
                {
                    sink.Console(new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture));
                }
                else
                {
                    sink.Console(outputTemplate: TextTemplate, formatProvider: CultureInfo.InvariantCulture);
                }
            },
            LinesWaitingMax,
            blockWhenFull: false)
        .CreateLogger();

    private static LogEventLevel AtLeast(LogEventLevel floor, LogEventLevel level) => level > floor ? level : floor;
}
