namespace TaskRouter.Bench.History;

/// <summary>A month of one workspace.</summary>
internal sealed record HistoryScale(int Events, int Asked)
{
    public const int Days = 30;
    public const int Queues = 100;
    public const int Workflows = 5;
    public const int Workers = 1_000;

    public static readonly HistoryScale Full = new(5_000_000, 41);
    public static readonly HistoryScale Quick = new(200_000, 11);

    /// <summary>When the month ends; the servers that are asked believe it is now.</summary>
    public static readonly DateTimeOffset Now = new(2026, 6, 30, 12, 34, 56, 789, TimeSpan.Zero);

    // An hour less than statistics go back, so that every window lies within.
    public static readonly DateTimeOffset Start = Now.AddDays(-Days).AddHours(1);
}

/// <summary>A clock that stands still; timers go on.</summary>
internal sealed class StandingTime : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => HistoryScale.Now;
}
