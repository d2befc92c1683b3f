using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// The channels of TaskRouter.js, the first generation of Twilio's clients for agents: one for each worker, queue and
/// workspace, opened by a capability token that names it. https://www.twilio.com/docs/taskrouter/js-sdk
/// </summary>
internal sealed class LegacyApi(AgentHandshake handshake, TokenReader tokens, WorkspaceDirectory directory)
{
    public const string Path = $"{AgentApi.Path}/{{accountSid}}/{{channelSid}}";

    private static readonly string[] Socket = [HttpMethods.Get];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        RequestDelegate open = OpenAsync;
        endpoints.MapMethods(Path, Socket, open).WithMetadata(new TokenWithin());
    }

    /// <summary>Whoever opens the channel of this path, or speaks through it.</summary>
    public async Task<Caller> AdmitAsync(string token, string method, PathString path)
    {
        var codes = TokenCodes.Capability;
        var caller = TokenReader.IsToken(token) ? await tokens.ReadAsync(token) : throw codes.Refuse(codes.Token);
        if (caller.Grant is not { ChannelSid: { } channelSid } grant)
        {
            throw codes.Refuse(codes.Issuer);
        }

        return path == $"{AgentApi.Path}/{caller.AccountSid}/{channelSid}" && grant.AllowsChannel(method, path)
            ? caller
            : throw new Refusal(403, Refusals.ForbiddenCode, "The capability token does not open this channel");
    }

    private Task OpenAsync(HttpContext context) => handshake.RunAsync(context, async token =>
    {
        var caller = await AdmitAsync(token, HttpMethods.Get, context.Request.Path);
        var grant = caller.Grant!;
        var channelSid = grant.ChannelSid!.Value;
        var loop = directory.Find(caller.AccountSid, grant.WorkspaceSid);
        if (loop is null || !Exists(loop.View, channelSid))
        {
            throw new Refusal(403, Refusals.ForbiddenCode, "The capability token names nothing that is there");
        }

        return (loop, new AgentSession(caller, channelSid)
        {
            IsLegacy = true,
            DisconnectActivitySid = Sid.TryParse(
                context.Request.Query["disconnectActivitySid"], SidKind.Activity, out var sid) ? sid : null,
        });
    });

    private static bool Exists(CommittedView view, Sid channelSid) => channelSid.Kind switch
    {
        SidKind.Worker => view.Workers.Find(channelSid) is not null,
        SidKind.TaskQueue => view.TaskQueues.Find(channelSid) is not null,
        _ => view.Workspace?.Sid == channelSid,
    };
}
