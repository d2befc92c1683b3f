using TaskRouter.Engine.Model;
using TaskRouter.Server.Access;

namespace TaskRouter.Server.Realtime;

/// <summary>What a client has shown and asked for when it connected.</summary>
/// <param name="ChannelSid">Whose events it hears: a worker; of older clients also a queue or the workspace.</param>
internal sealed record AgentSession(Caller Caller, Sid ChannelSid)
{
    /// <summary>What it must hear first; null when its token tells it all of that.</summary>
    public AgentFrame? Init { get; init; }

    /// <summary>
    /// The client is TaskRouter.js, the first generation: it wants another form of reservation events, and can make
    /// sense of every event whatever it knows.
    /// </summary>
    public bool IsLegacy { get; init; }

    /// <summary>Whether its worker is set offline when this was the last socket; null for no wish.</summary>
    public bool? SetsOffline { get; init; }

    /// <summary>The activity instead of that, as older clients name it.</summary>
    public Sid? DisconnectActivitySid { get; init; }
}
