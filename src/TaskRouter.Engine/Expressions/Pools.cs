namespace TaskRouter.Engine.Expressions;

// Pools are bounded: each slot remembers the last thing that hashed to it, so what clients make up pushes others
// out instead of piling up. They are safe from any thread: which of two equal objects is kept is all that a race can
// change, and no answer depends on it.

/// <summary>Makes equal short strings one object: less memory, and comparisons that end at the reference.</summary>
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

/// <summary>Lets objects with the same property names share one array of them.</summary>
internal static class NameListPool
{
    private const int CountMax = 64;
    private const int Slots = 1_024;

    private static readonly string[]?[] Kept = new string[]?[Slots];

    public static string[] Get(string[] names)
    {
        if (names.Length > CountMax)
        {
            return names;
        }

        var hash = default(HashCode);
        foreach (var name in names)
        {
            hash.Add(name, StringComparer.Ordinal);
        }

        ref var slot = ref Kept[hash.ToHashCode() & (Slots - 1)];
        var kept = Volatile.Read(ref slot);
        if (kept is null || !kept.AsSpan().SequenceEqual(names))
        {
            kept = names;
            Volatile.Write(ref slot, kept);
        }

        return kept;
    }
}
