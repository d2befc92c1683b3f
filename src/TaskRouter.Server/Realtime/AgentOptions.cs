namespace TaskRouter.Server.Realtime;

/// <summary>What bounds agents' sockets, and what times them.</summary>
internal sealed record AgentOptions
{
    public int SocketsMax { get; init; } = 20_000;

    /// <summary>Browser windows of one agent, with what their reloads leave behind for a moment.</summary>
    public int SocketsPerWorkerMax { get; init; } = 20;

    /// <summary>Events that wait for one socket; one more closes it.</summary>
    public int FramesMax { get; init; } = 1_000;

    /// <summary>A client takes the connection for lost after 30 s without any frame.</summary>
    public TimeSpan HeartbeatPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// From the commit, and from the answer of a request that was under way: an application attaches its handlers
    /// after the answer, and expects the old state until then.
    /// </summary>
    public TimeSpan EventPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>An event waits no longer than this for answers, or for a client to list its reservations.</summary>
    public TimeSpan EventWaitMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One frame must be on its way within this time.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For the closing handshake.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A socket outlives its token by this: the new one may be on its way.</summary>
    public TimeSpan ExpiryGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a worker without a socket may be gone before it is set offline, if it wishes that.</summary>
    public TimeSpan OfflineGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that a client, which has nothing to send, may send all the same.</summary>
    public int BytesReceivedMax { get; init; } = 16 * 1024;
}
