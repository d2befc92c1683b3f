using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>A real HTTP server on loopback that answers callbacks as a test wants and remembers what came.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ReceivedCall> _unseen = Channel.CreateUnbounded<ReceivedCall>();

    private HttpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ConcurrentQueue<ReceivedCall> Calls { get; } = new();

    public static async Task<HttpReceiver> StartAsync(RequestDelegate answer, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRouting();
        builder.Logging.ClearProviders();
        var receiver = new HttpReceiver(builder.Build());
        receiver._app.Run(async context =>
        {
            await receiver.RememberAsync(context.Request);
            await answer(context);
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Answers 200 with a JSON text, always.</summary>
    public static Task<HttpReceiver> StartAsync(string json) => StartAsync(Json(json));

    public static RequestDelegate Json(string json) => context =>
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(json);
    };

    /// <summary>Never answers; ends when the caller goes away.</summary>
    public static Task HangAsync(HttpContext context) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>The next call that this method has not returned yet.</summary>
    public async Task<ReceivedCall> NextAsync() =>
        await _unseen.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RememberAsync(HttpRequest request)
    {
        var headers = request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var url = $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}";
        var form = await request.ReadFormAsync();
        var call = new ReceivedCall(
            request.Method,
            url,
            headers,
            form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal));
        Calls.Enqueue(call);
        _unseen.Writer.TryWrite(call);
    }
}

internal sealed record ReceivedCall(
    string Method, string Url, Dictionary<string, string> Headers, Dictionary<string, string> Form);
