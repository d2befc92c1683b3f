using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// The one address that Twilio's SDK for agents speaks to: sockets by GET, envelopes by POST. Both carry an access
/// token, in the URL and in the body. https://www.twilio.com/docs/taskrouter/js-sdk-v2
/// </summary>
internal sealed class AgentApi(
    AgentHandshake handshake,
    AgentSockets sockets,
    AgentRequests requests,
    RateLimits limits,
    TokenReader tokens,
    ApiServices services,
    TimeProvider time)
{
    public const string Path = "/v1/wschannels";

    private static readonly string[] Socket = [HttpMethods.Get];
    private static readonly string[] Request = [HttpMethods.Post];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        RequestDelegate open = OpenAsync;
        RequestDelegate answer = AnswerAsync;
        endpoints.MapMethods(Path, Socket, open).WithMetadata(new TokenWithin());
        endpoints.MapMethods(Path, Request, answer).WithMetadata(new TokenWithin());
    }

    private Task OpenAsync(HttpContext context) => handshake.RunAsync(context, async token =>
    {
        var caller = await ReadAsync(token);
        var loop = LoopOf(caller);
        if (caller.Grant!.WorkerSid is not { } workerSid || loop.View.Workers.Find(workerSid) is null)
        {
            throw new Refusal(403, Refusals.ForbiddenCode, "The access token names no worker of its workspace");
        }

        return (loop, new AgentSession(caller, workerSid)
        {
            Init = InitFor(caller),
            SetsOffline = context.Request.Query["setWorkerOfflineIfDisconnected"].ToString() switch
            {
                "true" => true,
                "false" => false,
                _ => null,
            },
        });
    });

    /// <summary>What a client must hear first: whose socket this is, and for how long.</summary>
    private AgentFrame InitFor(Caller caller)
    {
        var lifetime = caller.ExpiresAt!.Value - SteadyTime.Wall(time);
        var left = (long)Math.Clamp(lifetime.TotalMilliseconds, 1, int.MaxValue);
        var (grant, accountSid) = (caller.Grant!, caller.AccountSid);
        return new AgentFrame("init", json =>
        {
            json.WriteStartObject();
            json.WriteSid("channel_id"u8, grant.WorkerSid);
            json.WriteSid("account_sid"u8, accountSid);
            json.WriteSid("workspace_sid"u8, grant.WorkspaceSid);
            json.WriteNumber("token_lifetime"u8, left);
            json.WriteEndObject();
        });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var envelope = await Envelope.ReadAsync(context.Request, services.BodyBytesMax);
        var caller = await ReadAsync(envelope.Token);
        LoopOf(caller);
        if (!limits.TryTake(context, caller))
        {
            return;
        }

        var segments = envelope.Url.Split('/');
        var operation = segments is ["Workspaces", _, .. var path]
            ? requests.Find(context.Request.Headers["apiVersion"], envelope.Method, path)
            : throw Refusal.Invalid("Invalid url: must begin with Workspaces/WS...");
        context.Request.Path = "/v1/" + envelope.Url;
        var form = operation is null ? Parameters.None : envelope.FormOf(operation);
        if (!await Credentials.AllowsAsync(
            services.Directory,
            caller,
            envelope.Method,
            context.Request.Path.Value!,
            () => form.Pairs,
            () => ValueTask.FromResult(form.Pairs)))
        {
            throw new Refusal(403, Refusals.ForbiddenCode, "The token does not allow this request");
        }

        if (operation is null)
        {
            throw Refusal.NotFound(Scope.ResourceOf(context.Request));
        }

        sockets.HoldEvents(context.Response, caller);
        context.Features.Set(caller);
        context.Features.Set(form);
        context.Request.RouteValues["workspaceSid"] = segments[1];
        operation.Bind(context.Request.RouteValues, path);
        var write = await operation.RunAsync(new Scope(context, services, operation.Takes));
        WireJson.Answer(context.Response, StatusCodes.Status200OK, write, static (json, payload) =>
        {
            json.WriteStartObject();
            json.WriteNull("event_type"u8);
            json.WritePropertyName("payload"u8);
            payload(json);
            json.WriteEndObject();
        });
    }

    /// <summary>An access token alone will do: a capability token is for the REST API and for older clients.</summary>
    private async Task<Caller> ReadAsync(string token)
    {
        var caller = TokenReader.IsToken(token)
            ? await tokens.ReadAsync(token)
            : throw TokenCodes.Access.Refuse(TokenCodes.Access.Token);
        return caller.Grant?.Role is null ? throw TokenCodes.Access.Refuse(TokenCodes.Access.Issuer) : caller;
    }

    private WorkspaceLoop LoopOf(Caller caller) =>
        services.Directory.Find(caller.AccountSid, caller.Grant!.WorkspaceSid)
        ?? throw new Refusal(403, Refusals.ForbiddenCode, "The access token names no workspace of its account");
}
