namespace TaskRouter.Server;

/// <summary>
/// The time that deadlines live by: it goes as the machine's monotonic clock does, and only follows the wall clock
/// where that one is set. An hour's jump neither fires what is not due nor holds up what is; the difference is made up
/// slowly, so a second takes between 0.9 and 1.1 seconds meanwhile. It never goes back.
/// </summary>
/// <remarks>Tokens are made elsewhere, by the time of day: whoever judges them asks for <see cref="Wall"/>.</remarks>
internal sealed class SteadyTime(TimeProvider clock) : TimeProvider
{
    // Like the slewing of a time daemon, only faster: the dates of answers are to be right again within hours.
    private const double CorrectionMax = 0.1;

    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    private Anchor _anchor = new(clock.GetTimestamp(), clock.GetUtcNow(), TimeSpan.Zero);

    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <summary>The time of day as the machine has it now, jumps and all.</summary>
    public static DateTimeOffset Wall(TimeProvider time) =>
        time is SteadyTime steady ? steady.WallNow : time.GetUtcNow();

    public override DateTimeOffset GetUtcNow()
    {
        var anchor = Volatile.Read(ref _anchor);
        var timestamp = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(anchor.Timestamp, timestamp);
        var now = anchor.At + elapsed + anchor.Correction(elapsed);
        if (elapsed >= LookPause)
        {
            // Whoever comes second leaves it: both say the same.
            Interlocked.CompareExchange(ref _anchor, new Anchor(timestamp, now, clock.GetUtcNow() - now), anchor);
        }

        return now;
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);

    private DateTimeOffset WallNow => clock.GetUtcNow();

    /// <param name="Behind">How far the wall clock was ahead of this one.</param>
    private sealed record Anchor(long Timestamp, DateTimeOffset At, TimeSpan Behind)
    {
        public TimeSpan Correction(TimeSpan elapsed)
        {
            var most = elapsed * CorrectionMax;
            return Behind > most ? most : Behind < -most ? -most : Behind;
        }
    }
}
