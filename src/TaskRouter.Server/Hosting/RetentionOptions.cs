namespace TaskRouter.Server.Hosting;

/// <summary>How long history stays, and how gently it goes.</summary>
internal sealed record RetentionOptions
{
    /// <summary>
    /// Events, calls and alerts, and tasks after their end. https://www.twilio.com/docs/taskrouter/api/event
    /// </summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A start has enough to do already.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan Pause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Between two statements, and at least as long as the last one took: others come first.</summary>
    public TimeSpan Breath { get; init; } = TimeSpan.FromMilliseconds(50);
}
