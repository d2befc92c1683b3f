using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Journal;

/// <summary>Twilio's, in its order of gravity; the program uses the first two.</summary>
internal enum AlertLevel
{
    Error,
    Warning,
    Notice,
    Debug,
}

/// <summary>
/// Something that went wrong where nobody waited for an answer. Its SID carries its time.
/// https://www.twilio.com/docs/usage/monitor-alert
/// </summary>
internal sealed record Alert
{
    public required Sid AccountSid { get; init; }

    public required Sid Sid { get; init; }

    /// <summary>https://www.twilio.com/docs/api/errors</summary>
    public required int Code { get; init; }

    public required AlertLevel Level { get; init; }

    public required string Text { get; init; }

    public Sid? WorkspaceSid { get; init; }

    /// <summary>What it is about: a reservation, a task, an event.</summary>
    public Sid? ResourceSid { get; init; }

    public string? RequestMethod { get; init; }

    /// <summary>Without its query, where receivers keep keys.</summary>
    public string? RequestUrl { get; init; }

    public string? RequestVariables { get; init; }

    public string? ResponseHeaders { get; init; }

    public string? ResponseBody { get; init; }

    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Sid.UnixMilliseconds);
}
