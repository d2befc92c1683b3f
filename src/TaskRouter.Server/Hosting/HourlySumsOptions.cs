namespace TaskRouter.Server.Hosting;

/// <summary>When hours are added up, and how gently.</summary>
internal sealed record HourlySumsOptions
{
    /// <summary>A start has enough to do already.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>So long after its end an hour is added up: its last batch is committed by then.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan PauseAfterFailure { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two hours, and at least as long as the last one took: others come first. May be zero.</summary>
    public TimeSpan Breath { get; init; } = TimeSpan.FromMilliseconds(50);
}
