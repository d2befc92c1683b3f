using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// Requests of TaskRouter.js come as JSON through the channel: the URL of a REST resource, what to do with it, and the
/// token. Each is unwrapped into that very request, goes the way of every other, and its answer is wrapped again.
/// </summary>
internal sealed class LegacyEnvelopes(
    RequestDelegate next, LegacyApi channels, AgentSockets sockets, ApiServices services)
{
    private const string Root = "/v1/Workspaces";

    // Until the request inside is known. Browsers ask for a password when a 401 says that one would help.
    private static readonly Endpoint Envelopes = new RouteEndpoint(
        static _ => Task.CompletedTask,
        RoutePatternFactory.Parse(LegacyApi.Path),
        order: 0,
        new EndpointMetadataCollection(new TokenWithin()),
        LegacyApi.Path);

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Method == HttpMethods.Post
        && context.Request.Path.StartsWithSegments(AgentApi.Path, StringComparison.Ordinal, out var channel)
        && channel.Value is { Length: > 1 }
            ? AnswerAsync(context)
            : next(context);

    private async Task AnswerAsync(HttpContext context)
    {
        context.SetEndpoint(Envelopes);
        var envelope = await Envelope.ReadAsync(context.Request, services.BodyBytesMax);
        var caller = await channels.AdmitAsync(envelope.Token, HttpMethods.Post, context.Request.Path);
        Unwrap(context.Request, envelope);
        sockets.HoldEvents(context.Response, caller);
        context.SetEndpoint(null);
        var answer = await ReadAnswerAsync(context);
        if (context.Response.StatusCode >= StatusCodes.Status300MultipleChoices)
        {
            // The client looks at nothing but the status. Without a body there will be one for it further out.
            if (answer.Length > 0)
            {
                await context.Response.BodyWriter.WriteAsync(answer);
            }

            return;
        }

        // The client takes nothing but 200 for success.
        WireJson.Answer(
            context.Response, StatusCodes.Status200OK, (envelope.EventType, Answer: answer), static (json, parts) =>
            {
                json.WriteStartObject();
                json.WriteString("event_type"u8, parts.EventType);
                json.WritePropertyName("payload"u8);
                json.WriteRawValue(parts.Answer.Length > 0 ? parts.Answer : "{}"u8, skipInputValidation: true);
                json.WriteEndObject();
            });
    }

    private async Task<byte[]> ReadAnswerAsync(HttpContext context)
    {
        var outside = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new MemoryStream();
        var inside = new StreamResponseBodyFeature(answer);
        context.Features.Set<IHttpResponseBodyFeature>(inside);
        try
        {
            await next(context);
            await inside.Writer.FlushAsync();
        }
        finally
        {
            context.Features.Set(outside);
        }

        return answer.ToArray();
    }

    private static void Unwrap(HttpRequest request, Envelope envelope)
    {
        // Any host: clients were told Twilio's, or the one they reach this server by.
        if (!Uri.TryCreate(envelope.Url, UriKind.Absolute, out var url)
            || !(url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            || url.AbsolutePath.Contains("%00", StringComparison.Ordinal)
            || !PathString.FromUriComponent(url).StartsWithSegments(Root, StringComparison.Ordinal))
        {
            throw Refusal.Invalid($"Invalid url: must be the absolute URL of something below {Root}");
        }

        var isGet = envelope.Method == HttpMethods.Get;
        if (!isGet && envelope.Method != HttpMethods.Post && envelope.Method != HttpMethods.Delete)
        {
            throw Refusal.Invalid("Invalid method: must be GET, POST or DELETE");
        }

        var given = string.Join('&', envelope.Given.Select(pair =>
            $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        var form = isGet ? [] : Encoding.ASCII.GetBytes(given);
        request.Method = envelope.Method;
        request.Path = PathString.FromUriComponent(url);
        var query = new QueryString(url.Query.Length > 1 ? url.Query : null);
        request.QueryString = isGet && given.Length > 0 ? query.Add(new QueryString($"?{given}")) : query;
        request.Body = new MemoryStream(form);
        request.ContentLength = form.Length;
        request.ContentType = ParameterReader.FormType;
        request.Headers.Authorization = $"Bearer {envelope.Token}";
    }
}
