using System.Globalization;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// The log goes to the console and nowhere else: what runs the server knows how to keep it. Lines are written together,
/// a few times in a second at most, because writing each by itself costs as much as a small request.
/// </summary>
internal sealed class ConsoleLog(ITextFormatter formatter, Stream console) : IBatchedLogEventSink
{
    // A terminal that stands still must not hold up requests: what does not fit is dropped.
    private const int LinesWaitingMax = 16_384;

    // The host's word on a start that fails, with a stack trace. Program says it in a line; the rest is for debugging.
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    private const string TextTemplate =
        "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:lj}{NewLine}{Exception}";

    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(50);

    public static void Use(ILoggingBuilder logging, TaskRouterOptions options)
    {
        logging.ClearProviders().AddSerilog(Create(options), dispose: true);

        // Kestrel opens one for each connection. Lines of text show none, and each would be given what is in it.
        logging.Services.Configure<LoggerFilterOptions>(filter => filter.CaptureScopes = options.LogsJson);
    }

    private static Logger Create(TaskRouterOptions options) => new LoggerConfiguration()
        .MinimumLevel.Is(options.LogLevel)
        .MinimumLevel.Override("Microsoft", AtLeast(LogEventLevel.Warning, options.LogLevel))
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", options.LogLevel)
        // Would open a scope and an activity around every request; RequestLog and Refusals say what there is to say.
        .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
        .MinimumLevel.Override(Host, options.LogLevel <= LogEventLevel.Debug ? options.LogLevel : LogEventLevel.Fatal)
        .WriteTo.Sink(
            new ConsoleLog(FormatterOf(options), Console.OpenStandardOutput()),
            new BatchingOptions { BufferingTimeLimit = WaitMax, QueueLimit = LinesWaitingMax })
        .CreateLogger();

    public async Task EmitBatchAsync(IReadOnlyCollection<LogEvent> batch)
    {
        await using var lines = new StreamWriter(console, leaveOpen: true);
        foreach (var line in batch)
        {
            formatter.Format(line, lines);
        }
    }

    private static ITextFormatter FormatterOf(TaskRouterOptions options) => options.LogsJson
        ? new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture)
        : new MessageTemplateTextFormatter(TextTemplate, CultureInfo.InvariantCulture);

    private static LogEventLevel AtLeast(LogEventLevel floor, LogEventLevel level) => level > floor ? level : floor;
}
