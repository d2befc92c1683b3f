namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// Names each request and logs one line for it, with the route's template instead of its path: no names, queries,
/// tokens or attributes.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider time, ILogger<RequestLog> log)
{
    private const string NoRoute = "(no route)";

    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        RequestId.Make(context);
        CrossOrigin.Give(context.Response);
        await next(context);

        var endpoint = context.GetEndpoint();
        var level = endpoint?.Metadata.GetMetadata<OpenToAll>() is null ? LogLevel.Information : LogLevel.Debug;
        if (log.IsEnabled(level))
        {
            var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;
            var milliseconds = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 3);
            Log.Answered(
                log,
                level,
                context.Request.Method,
                route,
                context.Response.StatusCode,
                milliseconds,
                context.TraceIdentifier);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Message = "{Method} {Route} {Status} in {Milliseconds} ms {RequestId}",
            SkipEnabledCheck = true)]
        public static partial void Answered(
            ILogger logger,
            LogLevel level,
            string method,
            string route,
            int status,
            double milliseconds,
            string requestId);
    }
}
