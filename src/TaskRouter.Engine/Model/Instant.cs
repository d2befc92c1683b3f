namespace TaskRouter.Engine.Model;

/// <summary>
/// A moment in UTC, or none, as records keep it: hundreds of thousands of them are alive at once, and are copied with
/// every change. A third of the size of what their properties speak of.
/// </summary>
internal readonly record struct Instant
{
    // One more than the ticks, so that the default is none.
    private readonly long _ticks;

    private Instant(long ticks) => _ticks = ticks;

    public static implicit operator Instant(DateTimeOffset at) => new(at.UtcTicks + 1);

    public static implicit operator Instant(DateTimeOffset? at) => at is { } instant ? instant : default(Instant);

    public static implicit operator DateTimeOffset?(Instant instant) =>
        instant._ticks == 0 ? null : (DateTimeOffset)instant;

    public static implicit operator DateTimeOffset(Instant instant) =>
        instant._ticks == 0 ? default : new DateTimeOffset(instant._ticks - 1, TimeSpan.Zero);
}
