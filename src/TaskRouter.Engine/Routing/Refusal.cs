namespace TaskRouter.Engine.Routing;

/// <summary>
/// A no that the caller can act on. Thrown before anything has changed; the server answers it as Twilio's error body.
/// https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions
/// </summary>
public sealed class Refusal(int status, int code, string message) : Exception(message)
{
    public const int InvalidCode = 20001;
    public const int FriendlyNameCode = 20002;
    public const int NotFoundCode = 20404;
    public const int StaleCode = 20412;

    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Twilio's error code. https://www.twilio.com/docs/api/errors</summary>
    public int Code { get; } = code;

    public static Refusal Invalid(string message) => new(400, InvalidCode, message);

    public static Refusal NotFound(string resource) =>
        new(404, NotFoundCode, $"The requested resource {resource} was not found");

    public static Refusal Gone(string message) => new(410, InvalidCode, message);

    /// <summary>
    /// The caller has seen another version. https://www.twilio.com/docs/usage/mutation-and-conflict-resolution
    /// </summary>
    public static Refusal Stale(string resource) =>
        new(412, StaleCode, $"The precondition failed: {resource} has changed since the version in If-Match");
}
