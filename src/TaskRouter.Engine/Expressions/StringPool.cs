namespace TaskRouter.Engine.Expressions;

/// <summary>
/// Makes equal short strings the same object, for memory and for comparisons that end at the reference. Bounded: each
/// slot remembers the last string that hashed to it, so text made up by a client pushes others out instead of piling
/// up. Safe from any thread; which object an equal string becomes is all that a race can change.
/// </summary>
internal sealed class StringPool
{
    public const int LengthMax = 64;

    private const int Slots = 8_192;

    private readonly string?[] _slots = new string?[Slots];

    /// <summary>Property names, which few documents do not share.</summary>
    public static StringPool Names { get; } = new();

    /// <summary>Elements of arrays, because skills and languages repeat from worker to worker.</summary>
    public static StringPool Elements { get; } = new();

    public string Get(ReadOnlySpan<char> text)
    {
        if (text.Length > LengthMax)
        {
            return text.ToString();
        }

        ref var slot = ref _slots[string.GetHashCode(text, StringComparison.Ordinal) & (Slots - 1)];
        var kept = Volatile.Read(ref slot);
        if (kept is null || !text.SequenceEqual(kept))
        {
            kept = text.ToString();
            Volatile.Write(ref slot, kept);
        }

        return kept;
    }
}
