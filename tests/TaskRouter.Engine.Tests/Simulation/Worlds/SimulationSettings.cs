using System.Globalization;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>How much to simulate, and from which seed. docs/simulation.md tells how to use it.</summary>
internal static class SimulationSettings
{
    /// <summary>Commands of one world; after these another world teaches more.</summary>
    public const int WorldCommands = 1_500;

    private const string SeedVariable = "TASKROUTER_SIM_SEED";
    private const string CommandsVariable = "TASKROUTER_SIM_COMMANDS";

    /// <summary>The first world's seed; the others follow it.</summary>
    public static int Seed => Read(SeedVariable) ?? 1;

    /// <summary>How many commands in all, or as many as an ordinary test run takes.</summary>
    public static int Commands(int ordinarily) => Read(CommandsVariable) ?? ordinarily;

    /// <summary>The command line that runs this world again, up to this command.</summary>
    public static string Replay(int seed, int commands, string project = "TaskRouter.Engine.Tests") => string.Create(
        CultureInfo.InvariantCulture,
        $"{SeedVariable}={seed} {CommandsVariable}={commands} "
        + $"dotnet test tests/{project} -c Release --filter Simulation");

    private static int? Read(string variable) => int.TryParse(
        Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
