using System.Text;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Api;

/// <summary><c>/metrics</c>, what the server measures of itself, as Prometheus reads it.</summary>
internal static class MetricsApi
{
    private const string Path = "/metrics";

    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    /// <param name="accountSid">The server's own account; for others there is nothing here.</param>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints, MetricsAccess access, Sid accountSid)
    {
        if (access == MetricsAccess.Off)
        {
            return;
        }

        // Made here, before the server starts, so that it hears of everything.
        var table = endpoints.ServiceProvider.GetRequiredService<MetricTable>();
        RequestDelegate answer = context =>
        {
            var caller = context.Features.Get<Caller>();
            if (access != MetricsAccess.Open && (caller?.AccountSid != accountSid || caller.Grant is not null))
            {
                throw Refusal.NotFound(Path);
            }

            var text = Encoding.UTF8.GetBytes(MetricText.Write(table.Read()));
            context.Response.ContentType = MetricText.ContentType;
            context.Response.ContentLength = text.Length;
            return context.Response.Body.WriteAsync(text, context.RequestAborted).AsTask();
        };
        var route = endpoints.MapMethods(Path, Read, answer);
        if (access == MetricsAccess.Open)
        {
            route.WithMetadata(new OpenToAll());
        }
    }
}
