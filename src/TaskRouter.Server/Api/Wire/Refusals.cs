using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// Turns everything that is not a good answer into Twilio's error object, wherever it comes from: a handler, routing,
/// Kestrel, a bug. https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions
/// </summary>
internal sealed partial class Refusals(RequestDelegate next, ILogger<Refusals> log)
{
    public const int CredentialsCode = 20003;
    public const int MethodCode = 20004;
    public const int ForbiddenCode = 20403;
    public const int TooLargeCode = 20413;
    public const int TooManyCode = 20429;
    public const int FailureCode = 20500;
    public const int UnavailableCode = 20503;

    private const int RetryAfterSeconds = 1;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null })
            {
                Answer(context, OfStatus(context));
            }
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            RequestId.Give(context);
            CrossOrigin.Give(context.Response);
            RateLimits.Give(context);
            Answer(context, OfException(context, exception));
        }
    }

    public static void Answer(HttpContext context, Refusal refusal)
    {
        if (refusal.Status == StatusCodes.Status401Unauthorized
            && context.GetEndpoint()?.Metadata.GetMetadata<TokenWithin>() is null)
        {
            // Twilio's Python 5 sends no credentials until it is challenged, and Basic is what it understands.
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Twilio API\"";
        }

        WireJson.Answer(context.Response, refusal.Status, refusal, Write);
    }

    public static Refusal TooLarge() => new(413, TooLargeCode, "The request body is too large");

    private static void Write(Utf8JsonWriter writer, Refusal refusal)
    {
        writer.WriteStartObject();
        writer.WriteNumber("code"u8, refusal.Code);
        writer.WriteString("message"u8, refusal.Message);
        writer.WriteString(
            "more_info"u8,
            string.Create(CultureInfo.InvariantCulture, $"https://www.twilio.com/docs/errors/{refusal.Code}"));
        writer.WriteNumber("status"u8, refusal.Status);
        writer.WriteEndObject();
    }

    private static Refusal OfStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Refusal.NotFound(Scope.ResourceOf(context.Request)),
        StatusCodes.Status405MethodNotAllowed => new Refusal(
            405, MethodCode, $"Method {context.Request.Method} is not allowed on this resource"),
        var status => new Refusal(status, Refusal.InvalidCode, "The request could not be understood"),
    };

    private Refusal OfException(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case Refusal refusal:
                return refusal;

            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return TooLarge();

            case BadHttpRequestException bad:
                return new Refusal(bad.StatusCode, Refusal.InvalidCode, bad.Message);

            case WorkspaceUnavailableException:
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return new Refusal(503, UnavailableCode, exception.Message);

            // EF wraps what its provider calls transient.
            case DbException or DbUpdateException or InvalidOperationException { InnerException: DbException }:
                Log.DatabaseFailed(log, exception, context.TraceIdentifier);
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return new Refusal(503, UnavailableCode, "The database does not answer");

            // The client has hung up in the middle of its request; nobody is left to read the answer.
            case IOException or OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return Refusal.Invalid("The request was aborted");

            default:
                Log.Failed(log, exception, context.TraceIdentifier);
                return new Refusal(500, FailureCode, $"An internal error occurred; request {context.TraceIdentifier}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} got no answer from the database.")]
        public static partial void DatabaseFailed(ILogger logger, Exception exception, string requestId);

        [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed.")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId);
    }
}
