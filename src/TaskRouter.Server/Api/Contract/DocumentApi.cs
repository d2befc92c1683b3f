using System.Net.Mime;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api.Contract;

/// <summary>
/// <c>/openapi/v1.json</c>, and <c>/docs</c>, a page to read it and to try requests. Both hold nothing secret, so they
/// answer without credentials.
/// </summary>
internal static class DocumentApi
{
    public const string Path = "/openapi/v1.json";

    private const string PagePrefix = "docs";
    private const string PagePath = $"/{PagePrefix}";
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Answers before credentials are asked for; everything it does not know goes on.</summary>
    // Swagger UI tries several patterns on each request it is shown, and takes a line's end for the path's.
    public static void UseDocumentPage(this IApplicationBuilder app) => app.UseWhen(
        static context => context.Request.Path.StartsWithSegments(
                PagePath, StringComparison.OrdinalIgnoreCase, out var page)
            && page.Value?.Contains('\n') is not true,
        static pages => pages.UseSwaggerUI(page =>
        {
            page.RoutePrefix = PagePrefix;
            page.DocumentTitle = "TaskRouter";
            page.SwaggerEndpoint(Path, "TaskRouter v1");
        }));

    public static void MapDocument(this IEndpointRouteBuilder endpoints)
    {
        // Routes do not change, so it is written once, when somebody first asks for it.
        var document = new Lazy<Task<byte[]>>(() =>
            ApiDocument.WriteAsync(endpoints.DataSources.SelectMany(source => source.Endpoints)));
        RequestDelegate answer = async context =>
        {
            var json = await document.Value;
            context.Response.ContentType = MediaTypeNames.Application.Json;
            context.Response.ContentLength = json.Length;
            await context.Response.Body.WriteAsync(json, context.RequestAborted);
        };
        endpoints.MapMethods(Path, Read, answer).WithMetadata(new OpenToAll());
    }
}
