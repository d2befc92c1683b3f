using System.Globalization;

namespace TaskRouter.Load;

/// <summary>How much is measured.</summary>
/// <param name="Rounds">How often the yardsticks and what is compared with them take turns.</param>
/// <param name="Turn">How long each is measured in a round.</param>
/// <param name="Scale">What share of the large workspaces is made.</param>
/// <param name="Parts">Which measures: rates, large, deadlines.</param>
internal sealed record Plan(int Rounds, TimeSpan Turn, double Scale, IReadOnlySet<string> Parts)
{
    private static readonly string[] AllParts = ["rates", "peers", "large", "deadlines"];

    /// <summary>Null when an argument is wrong.</summary>
    public static Plan? Parse(IReadOnlyList<string> arguments)
    {
        var plan = new Plan(5, TimeSpan.FromSeconds(8), 1, AllParts.ToHashSet());
        for (var index = 0; index < arguments.Count; index++)
        {
            var value = arguments.ElementAtOrDefault(index + 1) ?? "";
            switch (arguments[index])
            {
                case "--quick":
                    plan = plan with { Rounds = 2, Turn = TimeSpan.FromSeconds(3), Scale = 0.1 };
                    continue;
                case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out var rounds) && rounds > 0:
                    plan = plan with { Rounds = rounds };
                    break;
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds):
                    plan = plan with { Turn = TimeSpan.FromSeconds(seconds) };
                    break;
                case "--parts" when value.Split(',').All(AllParts.Contains):
                    plan = plan with { Parts = value.Split(',').ToHashSet() };
                    break;
                default:
                    return null;
            }

            index++;
        }

        return plan;
    }
}

/// <summary>What run.sh has prepared.</summary>
/// <param name="Server">The built server.</param>
/// <param name="Work">A folder of this run alone.</param>
/// <param name="Peers">Where the queues in Node are installed; null where they are not.</param>
internal sealed record Surroundings(
    string Server, string Work, string Postgres, string Pgbench, int PostgresProcessId, string? Peers)
{
    public static Surroundings Read() => new(
        Variable("SERVER"),
        Variable("WORK"),
        Variable("POSTGRES"),
        Variable("PGBENCH"),
        int.Parse(Variable("POSTGRES_PID"), CultureInfo.InvariantCulture),
        Environment.GetEnvironmentVariable("TASKROUTER_LOAD_PEERS") is { Length: > 0 } peers ? peers : null);

    private static string Variable(string name) => Environment.GetEnvironmentVariable($"TASKROUTER_LOAD_{name}")
        ?? throw new InvalidOperationException($"TASKROUTER_LOAD_{name} is not set: start bench/run.sh.");
}
