using System.Globalization;

namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>How much to simulate, and from which seed. docs/simulation.md tells how to use it.</summary>
internal static class SimulationSettings
{
    private const string SeedVariable = "TASKROUTER_SIM_SEED";
    private const string CommandsVariable = "TASKROUTER_SIM_COMMANDS";

    /// <summary>The first world's seed; the others follow it.</summary>
    public static int Seed => Read(SeedVariable) ?? 1;

    /// <summary>How many commands in all, or as many as an ordinary test run takes.</summary>
    public static int Commands(int ordinarily) => Read(CommandsVariable) ?? ordinarily;

    public static string Replay(int seed, int commands) => string.Create(
        CultureInfo.InvariantCulture,
        $"{SeedVariable}={seed} {CommandsVariable}={commands} dotnet test tests/TaskRouter.Engine.Tests -c Release --filter Simulation");

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
