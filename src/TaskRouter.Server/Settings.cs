using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;
using Serilog.Events;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Callbacks;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server;

/// <summary>
/// One thing that can be set: in a file and in the environment under its name, on the command line as
/// <see cref="Option"/>.
/// </summary>
/// <param name="Apply">
/// The options with the value read into them; a <see cref="FormatException"/> says what is wrong.
/// </param>
internal sealed record Setting(
    string Name, string Default, string Meaning, Func<TaskRouterOptions, string, TaskRouterOptions> Apply)
{
    public const string Prefix = "TASKROUTER_";

    /// <summary><c>TASKROUTER_DATA_DIR</c> is <c>--data-dir</c>.</summary>
    public string Option =>
        "--" + Name.Replace(Prefix, "", StringComparison.Ordinal).Replace('_', '-').ToLowerInvariant();
}

/// <summary>Every setting of the server, and how it is read.</summary>
internal static class Settings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("TASKROUTER_ACCOUNT_SID", "made at first start", "Account SID that clients sign in with",
            (options, text) => options with { Account = AccountOf(options) with { Sid = AccountSid(text) } }),
        new("TASKROUTER_AUTH_TOKEN", "made at first start", "Auth token; also signs callbacks",
            (options, text) => options with { Account = AccountOf(options) with { AuthToken = Token(text) } }),
        new("TASKROUTER_AUTH_TOKEN_SECONDARY", "none", "Accepted beside the auth token, for changing over to it",
            (options, text) => options with { SecondaryAuthToken = Token(text) }),
        new("TASKROUTER_ACCOUNTS", "none", "Further accounts: SID:token or SID:token:secondary, separated by commas",
            (options, text) => options with { FurtherAccounts = Accounts(text) }),
        new("TASKROUTER_DATA_DIR", Defaults.DataDirectory, "Directory of the SQLite file and of the server's secrets",
            (options, text) => options with { DataDirectory = text }),
        new("TASKROUTER_POSTGRES", "none: SQLite", "Connection string of a Postgres database",
            (options, text) => options with { PostgresConnectionString = ConnectionString(text) }),
        new("TASKROUTER_PUBLIC_URL", "the request's", "Scheme and host of the URLs in answers",
            (options, text) => options with { PublicUrl = PublicUrl(text) }),
        new("TASKROUTER_EVENT_RETRY", "once", "once or persistent: what becomes of an event that cannot be delivered",
            (options, text) => options with
            {
                EventCallbacks = options.EventCallbacks with
                {
                    IsPersistent = OneOf(text, "once", "persistent") == "persistent",
                },
            }),
        new("TASKROUTER_CALLBACK_ALLOW", "every host", "The only hosts that callbacks go to, separated by commas",
            (options, text) => options with
            {
                Receivers = new() { Allowed = ReceiverList.Parse(text), Denied = options.Receivers.Denied },
            }),
        new("TASKROUTER_CALLBACK_DENY", "none", "Hosts that callbacks never go to, separated by commas",
            (options, text) => options with
            {
                Receivers = new() { Allowed = options.Receivers.Allowed, Denied = ReceiverList.Parse(text) },
            }),
        Size("TASKROUTER_EVENT_RETENTION_DAYS", "Days that events, ended tasks, calls and alerts are kept",
            options => (int)options.Retention.Age.TotalDays,
            (options, value) => options with
            {
                Retention = options.Retention with { Age = TimeSpan.FromDays(Math.Min(value, DaysMax)) },
            }),
        new("urls", Defaults.Urls, "Addresses to listen on, separated by ';'; also ASPNETCORE_URLS",
            (options, text) => options with { Urls = Addresses(text) }),
        new("TASKROUTER_METRICS", "account", "Who may read /metrics: account (the server's own), open or off",
            (options, text) => options with
            {
                Telemetry = options.Telemetry with
                {
                    Metrics = Enum.Parse<MetricsAccess>(OneOf(text, "account", "open", "off"), ignoreCase: true),
                },
            }),
        new("TASKROUTER_OTLP_ENDPOINT", "none", "OpenTelemetry collector, OTLP over HTTP, such as http://host:4318",
            (options, text) => options with
            {
                Telemetry = options.Telemetry with { OtlpEndpoint = new Uri(PublicUrl(text)) },
            }),
        new("TASKROUTER_LOG_FORMAT", "text", "text or json",
            (options, text) => options with { LogsJson = OneOf(text, "text", "json") == "json" }),
        new("TASKROUTER_LOG_LEVEL", "information", "verbose, debug, information, warning, error or fatal",
            (options, text) => options with { LogLevel = Level(text) }),

        new("TASKROUTER_RATE_LIMIT_PER_SECOND", "none", "Requests of one account or API key in a second",
            (options, text) => options with { RateLimitPerSecond = AtLeast(1, text) }),
        Size("TASKROUTER_LIMIT_BODY_BYTES", "Bytes of a request's body",
            options => options.BodyBytesMax, (options, value) => options with { BodyBytesMax = value }),
        Size("TASKROUTER_LIMIT_CONNECTIONS", "Connections open at once",
            options => options.ConnectionsMax, (options, value) => options with { ConnectionsMax = value }),
        Size("TASKROUTER_LIMIT_AGENT_SOCKETS", "Sockets of agents open at once",
            options => options.Agents.SocketsMax,
            (options, value) => options with { Agents = options.Agents with { SocketsMax = value } }),
        Size("TASKROUTER_LIMIT_WORKER_SOCKETS", "Sockets of one worker open at once",
            options => options.Agents.SocketsPerWorkerMax,
            (options, value) => options with { Agents = options.Agents with { SocketsPerWorkerMax = value } }),
        Size("TASKROUTER_AGENT_EXPIRY_SECONDS", "Time an agent's socket outlives its token",
            options => (int)options.Agents.ExpiryGrace.TotalSeconds,
            (options, value) => options with
            {
                Agents = options.Agents with { ExpiryGrace = TimeSpan.FromSeconds(value) },
            }),
        Size("TASKROUTER_AGENT_OFFLINE_SECONDS", "Time a worker may be without a socket before it is set offline",
            options => (int)options.Agents.OfflineGrace.TotalSeconds,
            (options, value) => options with
            {
                Agents = options.Agents with { OfflineGrace = TimeSpan.FromSeconds(value) },
            }),
        Limit("TASKROUTER_LIMIT_WORKERS", "Workers in one workspace",
            limits => limits.WorkersMax, (limits, value) => limits with { WorkersMax = value }),
        Limit("TASKROUTER_LIMIT_ACTIVITIES", "Activities in one workspace",
            limits => limits.ActivitiesMax, (limits, value) => limits with { ActivitiesMax = value },
            RouterLimits.ActivitiesLeast),
        Limit("TASKROUTER_LIMIT_TASK_QUEUES", "Task queues in one workspace",
            limits => limits.TaskQueuesMax, (limits, value) => limits with { TaskQueuesMax = value }),
        Limit("TASKROUTER_LIMIT_ATTRIBUTES", "Characters of a task's or worker's attributes",
            limits => limits.AttributesMax, (limits, value) => limits with { AttributesMax = value }),
        Limit("TASKROUTER_LIMIT_FRIENDLY_NAME", "Characters of a name",
            limits => limits.FriendlyNameMax, (limits, value) => limits with { FriendlyNameMax = value },
            RouterLimits.FriendlyNameLeast),
        Limit("TASKROUTER_LIMIT_LONG_NAME", "Characters of a queue's or workflow's name",
            limits => limits.LongNameMax, (limits, value) => limits with { LongNameMax = value },
            RouterLimits.LongNameLeast),
        Limit("TASKROUTER_LIMIT_CONFIGURATION_BYTES", "Bytes of a workflow's configuration",
            limits => limits.ConfigurationBytesMax, (limits, value) => limits with { ConfigurationBytesMax = value },
            RouterLimits.ConfigurationBytesLeast),
        Limit("TASKROUTER_LIMIT_TEXT", "Characters of a task's Reason and of an EventsFilter",
            limits => limits.TextMax, (limits, value) => limits with { TextMax = value }),
        Limit("TASKROUTER_LIMIT_URL", "Characters of a callback URL",
            limits => limits.UrlMax, (limits, value) => limits with { UrlMax = value }),
        Limit("TASKROUTER_LIMIT_WORKER_CAPACITY", "Capacity of a worker's channel",
            limits => limits.WorkerCapacityMax, (limits, value) => limits with { WorkerCapacityMax = value }),
        Limit("TASKROUTER_LIMIT_MAX_RESERVED_WORKERS", "MaxReservedWorkers of a queue",
            limits => limits.MaxReservedWorkersMax, (limits, value) => limits with { MaxReservedWorkersMax = value }),
        Limit("TASKROUTER_LIMIT_TASK_TIMEOUT_SECONDS", "Timeout of a task",
            limits => limits.TaskTimeoutSecondsMax, (limits, value) => limits with { TaskTimeoutSecondsMax = value }),
        Limit("TASKROUTER_LIMIT_RESERVATION_TIMEOUT_SECONDS", "TaskReservationTimeout of a workflow",
            limits => limits.ReservationTimeoutSecondsMax,
            (limits, value) => limits with { ReservationTimeoutSecondsMax = value }),
        Limit("TASKROUTER_LIMIT_ASSIGNMENTS", "Times a task is offered before it is canceled",
            limits => limits.AssignmentsMax, (limits, value) => limits with { AssignmentsMax = value }),
        Seconds("TASKROUTER_LIMIT_COMPLETION_SECONDS", "Time a task may stay assigned or wrapping",
            limits => limits.CompletionLimit, (limits, value) => limits with { CompletionLimit = value }),
        Seconds("TASKROUTER_LIMIT_ENDED_TASK_SECONDS", "Time an ended task stays visible",
            limits => limits.EndedTaskVisibility, (limits, value) => limits with { EndedTaskVisibility = value }),
        Seconds("TASKROUTER_LIMIT_ROUTING_TARGET_SECONDS", "Time a task routed to one worker waits for it",
            limits => limits.RoutingTargetWait, (limits, value) => limits with { RoutingTargetWait = value }),
    ];

    // A thousand years: more than that before now is before the calendar.
    private const int DaysMax = 365_000;

    private static TaskRouterOptions Defaults => new();

    private static Account AccountOf(TaskRouterOptions options) => options.Account ?? new Account(default, "");

    /// <summary>Reads every setting and reports everything that is wrong, not only the first.</summary>
    public static TaskRouterOptions Read(IConfiguration configuration, List<string> problems)
    {
        var options = Defaults;
        foreach (var setting in All)
        {
            if (configuration[setting.Name] is not { Length: > 0 } text)
            {
                continue;
            }

            try
            {
                options = setting.Apply(options, text);
            }
            catch (FormatException exception)
            {
                problems.Add($"{setting.Name}: {exception.Message}");
            }
        }

        var hasSid = configuration["TASKROUTER_ACCOUNT_SID"] is { Length: > 0 };
        var hasToken = configuration["TASKROUTER_AUTH_TOKEN"] is { Length: > 0 };
        if (hasSid != hasToken)
        {
            problems.Add("TASKROUTER_ACCOUNT_SID and TASKROUTER_AUTH_TOKEN: set both or neither");
        }

        CheckEndpoints(configuration, problems);
        return options;
    }

    // Kestrel's own settings, of which it would say no more than that they cannot be read.
    private static void CheckEndpoints(IConfiguration configuration, List<string> problems)
    {
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            try
            {
                ListenAddresses.ParseOne(endpoint["Url"] ?? "");
            }
            catch (FormatException exception)
            {
                problems.Add($"{endpoint.Path}:Url: {exception.Message}");
            }
        }
    }

    public static string Help()
    {
        var text = new StringBuilder("""
            TaskRouter.Server: routes tasks to workers, and speaks to every client of Twilio TaskRouter.

            Settings, weakest first: appsettings.json and taskrouter.json in the working directory, the environment, the
            command line (--data-dir /srv/taskrouter or --data-dir=/srv/taskrouter).

            """);
        foreach (var setting in All)
        {
            var name = setting.Name == setting.Option[2..] ? "" : $", {setting.Name}";
            text.Append(CultureInfo.InvariantCulture, $"\n  {setting.Option}{name}");
            text.Append(CultureInfo.InvariantCulture, $"\n      {setting.Meaning} (default: {setting.Default})");
        }

        return text
            .Append("\n\n  --help, --version, --healthcheck (exit code 0 when the server on --urls is ready)")
            .ToString();
    }

    private static Setting Limit(
        string name,
        string meaning,
        Func<RouterLimits, int> get,
        Func<RouterLimits, int, RouterLimits> set,
        int least = 1) => Size(
        name,
        meaning,
        options => get(options.Limits),
        (options, value) => options with { Limits = set(options.Limits, value) },
        least);

    private static Setting Seconds(
        string name,
        string meaning,
        Func<RouterLimits, TimeSpan> get,
        Func<RouterLimits, TimeSpan, RouterLimits> set) =>
        Limit(
            name,
            meaning,
            limits => (int)get(limits).TotalSeconds,
            (limits, value) => set(limits, TimeSpan.FromSeconds(value)));

    private static Setting Size(
        string name,
        string meaning,
        Func<TaskRouterOptions, int> get,
        Func<TaskRouterOptions, int, TaskRouterOptions> set,
        int least = 1) => new(
        name,
        get(Defaults).ToString(CultureInfo.InvariantCulture),
        meaning,
        (options, text) => set(options, AtLeast(least, text)));

    private static int AtLeast(int least, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least
            ? value
            : throw new FormatException($"must be a whole number from {least} to {int.MaxValue}");

    private static Sid AccountSid(string text) => Sid.TryParse(text, SidKind.Account, out var sid)
        ? sid
        : throw new FormatException("must be AC and 32 lower-case hexadecimal digits");

    private static string Token(string text) => text.All(character => character is > ' ' and <= '~')
        ? text
        : throw new FormatException("must be visible ASCII characters");

    // Never with what was written: it holds tokens.
    private static Account[] Accounts(string text)
    {
        var accounts = text
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(AccountIn)
            .ToArray();
        return accounts.DistinctBy(account => account.Sid).Count() == accounts.Length
            ? accounts
            : throw new FormatException("names an account twice");
    }

    private static Account AccountIn(string text, int index)
    {
        var parts = text.Split(':');
        return parts is [var sidText, var token, .. { Length: <= 1 } rest]
            && Sid.TryParse(sidText, SidKind.Account, out var sid)
            && parts[1..].All(part => part.Length > 0 && part.All(char.IsAsciiLetterOrDigit))
                ? new Account(sid, token) { SecondaryAuthToken = rest.FirstOrDefault() }
                : throw new FormatException(
                    $"entry {index + 1} must be an account SID, ':' and a token of letters and digits");
    }

    private static string ConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (Exception exception) when (exception is ArgumentException or DbException or FormatException)
        {
            // Without the text: it holds a password.
            throw new FormatException(
                "must be a connection string such as Host=localhost;Database=taskrouter", exception);
        }
    }

    // Answers hold it as it is, between quotes.
    private static string PublicUrl(string text) =>
        text.AsSpan().IndexOfAny('"', '\\') < 0
        && !text.Any(char.IsControl)
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url is { UserInfo: "", Query: "", Fragment: "" }
            ? text.TrimEnd('/')
            : throw new FormatException("must be an http or https URL without query");

    private static string Addresses(string text)
    {
        ListenAddresses.Parse(text);
        return string.Join(';', ListenAddresses.Split(text));
    }

    private static LogEventLevel Level(string text) =>
        Enum.TryParse<LogEventLevel>(text, ignoreCase: true, out var level) && !char.IsAsciiDigit(text[0])
            ? level
            : throw new FormatException("must be verbose, debug, information, warning, error or fatal");

    private static string OneOf(string text, params string[] values) =>
        values.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException($"must be {string.Join(" or ", values)}");
}
