namespace TaskRouter.Server.Callbacks;

/// <summary>How much of this server assignment callbacks may take.</summary>
internal sealed record AssignmentCallbackOptions
{
    /// <summary>
    /// Twilio gives a receiver five seconds; only a shorter time can be asked for, in the URL's fragment.
    /// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
    /// </summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Calls under way at once.</summary>
    public int CallsMax { get; init; } = 256;

    /// <summary>Calls under way at once to one scheme, host and port.</summary>
    public int CallsPerReceiverMax { get; init; } = 32;

    /// <summary>How long a stopping server waits for answers.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
