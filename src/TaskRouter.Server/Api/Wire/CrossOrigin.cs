using Microsoft.Extensions.Primitives;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// Lets pages of any origin call with credentials of their own, as Twilio does, and answers the browser's question
/// before such a call. https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS
/// </summary>
// A browser never adds credentials of its own to these calls: for those it demands that the one origin be named, and
// ours is always "*". So Allow-Credentials, which Twilio declares on every response, opens nothing.
internal sealed class CrossOrigin(RequestDelegate next)
{
    private static readonly StringValues Anyone = "*";
    private static readonly StringValues Methods = "GET, HEAD, POST, DELETE, OPTIONS";
    private static readonly StringValues Credentials = "true";
    private static readonly StringValues QuestionSeconds = "600";

    private static readonly StringValues RequestHeaders =
        "Accept, apiVersion, Authorization, clientVersion, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
        + "If-Unmodified-Since";

    private static readonly StringValues ResponseHeaders =
        "ETag, Retry-After, Twilio-Request-Id, X-Rate-Limit-Config, X-Rate-Limit-Limit, X-Rate-Limit-Remaining";

    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            return next(context);
        }

        // Without credentials, which browsers never send here, and the same for every path, so it tells nothing.
        context.Response.Headers.AccessControlMaxAge = QuestionSeconds;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>On every answer, refusals too: a page could not read them otherwise.</summary>
    public static void Give(HttpResponse response)
    {
        var headers = response.Headers;
        headers.AccessControlAllowOrigin = Anyone;
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlAllowCredentials = Credentials;
        headers.AccessControlExposeHeaders = ResponseHeaders;
    }
}
