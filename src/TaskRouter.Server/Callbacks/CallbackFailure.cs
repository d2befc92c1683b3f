using System.Globalization;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// Why a callback got no usable answer, with Twilio's code for it. https://www.twilio.com/docs/api/errors
/// </summary>
/// <param name="Kind">What a retry policy calls it; None when trying again cannot help.</param>
internal sealed record CallbackFailure(int Code, string Reason, RetryPolicy Kind = RetryPolicy.None)
{
    public static readonly CallbackFailure InvalidUrl = new(11100, "not an absolute http or https URL");

    public static readonly CallbackFailure NoAnswer = new(11200, "no answer in time", RetryPolicy.Read);

    public static readonly CallbackFailure BrokenAnswer = new(11200, "the answer breaks off", RetryPolicy.Read);

    public static readonly CallbackFailure NoConnection = new(11205, "no connection", RetryPolicy.Connect);

    public static readonly CallbackFailure ConnectTimeout = new(11205, "no connection in time", RetryPolicy.Connect);

    public static readonly CallbackFailure Denied = new(11205, "callbacks may not go to the receiver's address");

    public static readonly CallbackFailure InvalidAnswer = new(11206, "the answer is not HTTP");

    public static readonly CallbackFailure UnknownHost = new(11210, "unknown host name", RetryPolicy.Connect);

    public static readonly CallbackFailure NoSecureConnection =
        new(11220, "no secure connection", RetryPolicy.Connect);

    public static readonly CallbackFailure AnswerTooLong = new(11750, "the answer is too long");

    public static readonly CallbackFailure NotJsonType =
        new(40000, "the answer's Content-Type is not application/json");

    public static readonly CallbackFailure NotJsonObject = new(40001, "the answer is not a JSON object");

    public string ErrorCode => Code.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// An answer outside 2xx. A redirect is one too: following it would let a receiver choose whom we call.
    /// </summary>
    public static CallbackFailure Status(int status) => new(11200, $"status {status}", status switch
    {
        >= 400 and < 500 => RetryPolicy.ClientError,
        >= 500 => RetryPolicy.ServerError,
        _ => RetryPolicy.None,
    });

    public static CallbackFailure Of(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => UnknownHost,
        HttpRequestError.SecureConnectionError => NoSecureConnection,
        HttpRequestError.ConnectionError => NoConnection,
        HttpRequestError.ConfigurationLimitExceeded => AnswerTooLong,
        HttpRequestError.InvalidResponse => InvalidAnswer,
        _ => BrokenAnswer,
    };
}
