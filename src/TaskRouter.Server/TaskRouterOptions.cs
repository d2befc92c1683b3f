using Serilog.Events;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Callbacks;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Realtime;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server;

/// <summary>
/// Everything that can be set, with its default. <see cref="Settings"/> reads it; docs/configuration.md lists it.
/// </summary>
internal sealed record TaskRouterOptions
{
    // The largest workflow configuration that Twilio allows, with every byte of it percent-encoded, and room beside it.
    public const int BodyBytesDefault = 4_194_304;

    /// <summary>Null: the account that the first start has made.</summary>
    public Account? Account { get; init; }

    /// <summary>Accepted beside the account's token, whether that one was set or made.</summary>
    public string? SecondaryAuthToken { get; init; }

    /// <summary>Beside <see cref="Account"/>.</summary>
    public IReadOnlyList<Account> FurtherAccounts { get; init; } = [];

    public string DataDirectory { get; init; } = "./data";

    /// <summary>Null: the SQLite file in the data directory.</summary>
    public string? PostgresConnectionString { get; init; }

    /// <summary>The origin of every URL in an answer, without a slash at the end; null: the request's own.</summary>
    public string? PublicUrl { get; init; }

    public string Urls { get; init; } = HealthCheck.DefaultUrls;

    public bool LogsJson { get; init; }

    public LogEventLevel LogLevel { get; init; } = LogEventLevel.Information;

    /// <summary>A larger request body is refused with 413.</summary>
    public int BodyBytesMax { get; init; } = BodyBytesDefault;

    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>Requests of one account or API key in a second; null for no limit.</summary>
    public int? RateLimitPerSecond { get; init; }

    public RouterLimits Limits { get; init; } = new();

    public AssignmentCallbackOptions Callbacks { get; init; } = new();

    public EventCallbackOptions EventCallbacks { get; init; } = new();

    public ReceiverRules Receivers { get; init; } = ReceiverRules.Default;

    public TelemetryOptions Telemetry { get; init; } = new();

    public RetentionOptions Retention { get; init; } = new();

    public HourlySumsOptions HourlySums { get; init; } = new();

    public AgentOptions Agents { get; init; } = new();
}
