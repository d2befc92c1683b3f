namespace TaskRouter.Server.Callbacks;

/// <summary>How events are told to receivers, and how much of this server that may take.</summary>
internal sealed record EventCallbackOptions
{
    /// <summary>
    /// Twilio gives a receiver fifteen seconds; only a shorter time can be asked for, in the URL's fragment.
    /// https://www.twilio.com/docs/taskrouter/api/event#event-callbacks
    /// </summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// False, as Twilio documents it: an event is tried as often as the URL's fragment says, then given up. True: it is
    /// tried until it is taken, and nothing behind it is sent before.
    /// </summary>
    public bool IsPersistent { get; init; }

    /// <summary>The first pause of a persistent delivery; each is twice as long as the one before.</summary>
    public TimeSpan RetryPauseMin { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan RetryPauseMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After so long a failure a persistent delivery stops and waits to be asked for.</summary>
    public TimeSpan FailureMax { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Calls under way at once; a workspace has one.</summary>
    public int CallsMax { get; init; } = 256;

    /// <summary>Calls under way at once to one scheme, host and port.</summary>
    public int CallsPerReceiverMax { get; init; } = 32;

    /// <summary>
    /// How often positions are written. What a crash loses of them is told again, under the same SIDs and tokens.
    /// </summary>
    public TimeSpan SavePause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stopping server waits for answers.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
