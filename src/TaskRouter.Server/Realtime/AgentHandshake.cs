using System.Net.WebSockets;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>How a socket is opened or refused, for clients of both generations.</summary>
internal sealed class AgentHandshake(AgentSockets sockets, AgentOptions options, TimeProvider time)
{
    /// <summary>Opens a socket and serves it to its end.</summary>
    /// <param name="admitAsync">Reads the token of the query; refuses whoever may not come in.</param>
    public async Task RunAsync(
        HttpContext context, Func<string, Task<(WorkspaceLoop Loop, AgentSession Session)>> admitAsync)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw Refusal.Invalid("This address takes WebSocket connections by GET and envelopes by POST");
        }

        WorkspaceLoop loop;
        AgentSession session;
        try
        {
            (loop, session) = await admitAsync(context.Request.Query["token"].ToString());
        }
        catch (Refusal refusal) when (
            refusal.Code == TokenCodes.Access.Expired || refusal.Code == TokenCodes.Capability.Expired)
        {
            // Refused in words: the client shows its user the reason of a close, and nothing of a failed handshake.
            await CloseAsync(context, refusal.Message);
            return;
        }

        if (!sockets.HasRoom)
        {
            throw new Refusal(503, Refusals.UnavailableCode, "No more connections are taken now");
        }

        await ServeAsync(context, loop, session);
    }

    private async Task ServeAsync(HttpContext context, WorkspaceLoop loop, AgentSession session)
    {
        var closesOthers = context.Request.Query["closeExistingSessions"] == "true";
        using var socket = new AgentSocket(await context.WebSockets.AcceptWebSocketAsync(), session, options, time);
        if (!await sockets.TryServeAsync(loop, socket, closesOthers))
        {
            socket.Close(
                WebSocketCloseStatus.PolicyViolation,
                $"{session.ChannelSid} has {options.SocketsPerWorkerMax} connections already");
            await socket.RunAsync();
        }
    }

    private async Task CloseAsync(HttpContext context, string reason)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var patience = new CancellationTokenSource(options.CloseTimeout, time);
        try
        {
            await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, reason, patience.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
        }
    }
}
