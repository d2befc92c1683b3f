using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api;

/// <summary>
/// For whatever watches the server: <c>/healthz</c>, the process is up; <c>/readyz</c>, it can serve.
/// </summary>
internal static partial class Health
{
    private static readonly TimeSpan DatabasePatience = TimeSpan.FromSeconds(2);
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var directory = endpoints.ServiceProvider.GetRequiredService<WorkspaceDirectory>();
        var time = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        var log = endpoints.ServiceProvider.GetRequiredService<ILogger<WorkspaceDirectory>>();

        RequestDelegate isUp = context =>
        {
            Answer(context, "up");
            return Task.CompletedTask;
        };
        RequestDelegate isReady = async context =>
        {
            await CheckAsync(directory, time, log, context.RequestAborted);
            Answer(context, "ready");
        };
        endpoints.MapMethods("/healthz", Read, isUp).WithMetadata(new OpenToAll());
        endpoints.MapMethods("/readyz", Read, isReady).WithMetadata(new OpenToAll());
    }

    private static async Task CheckAsync(
        WorkspaceDirectory directory, TimeProvider time, ILogger log, CancellationToken stop)
    {
        if (!directory.IsReady)
        {
            throw new Refusal(503, Refusals.UnavailableCode, "The server is starting, stopping or loading again");
        }

        using var patience = new CancellationTokenSource(DatabasePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            await directory.CheckAsync(either.Token).WaitAsync(either.Token);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            Log.DatabaseSilent(log, exception);
            throw new Refusal(503, Refusals.UnavailableCode, "The database does not answer");
        }
    }

    private static void Answer(HttpContext context, string status) => WireJson.Answer(
        context.Response, StatusCodes.Status200OK, status, static (json, text) =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, text);
            json.WriteEndObject();
        });

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: the database does not answer.")]
        public static partial void DatabaseSilent(ILogger logger, Exception exception);
    }
}
