namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>Makes a failing list shorter: drops ever smaller stretches of it while what is left still fails.</summary>
/// <remarks>What is dropped first is what came last, because less depends on it.</remarks>
internal static class Shrinker
{
    /// <param name="budget">How many elements may be tried in all.</param>
    public static IReadOnlyList<T> Shrink<T>(IReadOnlyList<T> failing, Func<IReadOnlyList<T>, bool> fails, int budget)
    {
        var kept = failing.ToList();
        for (var length = Math.Max(1, kept.Count / 2); length >= 1 && budget > 0; length /= 2)
        {
            var start = kept.Count - length;
            while (start >= 0 && budget > 0)
            {
                var candidate = kept.Take(start).Concat(kept.Skip(start + length)).ToList();
                budget -= candidate.Count;
                if (candidate.Count > 0 && fails(candidate))
                {
                    kept = candidate;
                }

                start -= length;
            }

            // With stretches of one, dropping some makes others droppable: once more while it helps.
            if (length == 1 && kept.Count < failing.Count)
            {
                failing = [.. kept];
                length = 2;
            }
        }

        return kept;
    }
}
