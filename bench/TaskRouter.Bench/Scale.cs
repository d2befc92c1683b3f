using System.Globalization;

namespace TaskRouter.Bench;

/// <summary>The size of a workspace.</summary>
internal sealed record Scale(int Workers, int Queues, int Waiting)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Workers:N0} workers, {Queues:N0} queues, {Waiting:N0} waiting");
}

/// <summary>What to measure, and how often.</summary>
internal sealed record EnginePlan(int[] Workers, int[] Queues, int[] Waiting, int Rounds, int CommandsPerRound)
{
    public static EnginePlan Full { get; } = new([15_000, 150_000], [1_000, 5_000], [1_000, 10_000, 100_000], 5, 400);

    public static EnginePlan Quick { get; } = new([1_500, 15_000], [1_000], [1_000, 10_000], 3, 100);
}
