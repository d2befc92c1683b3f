using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Tests.Simulation.Worlds;

namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>Runs generated worlds on the twins, and makes a failure as short as it can be told.</summary>
/// <param name="naive">The second twin's matcher.</param>
internal sealed class Simulator(Func<Router, IMatcher> naive)
{
    private const int LastShown = 15;
    private const int ShrunkShown = 60;
    private const int ShrinkBudget = 150_000;

    /// <summary>Runs one world; null when all held, else a report.</summary>
    public string? Run(int seed, int commands)
    {
        var generator = new WorldGenerator(seed);
        var twin = new Twin(generator.IsLarge, naive);
        var steps = new List<Step>(commands);
        for (var index = 0; index < commands; index++)
        {
            var isEnd = index == SimulationSettings.WorldCommands - 3 && seed % 5 == 0;
            var step = isEnd ? generator.Last() : generator.Next(twin.Rows);
            steps.Add(step);
            if (twin.Apply(step) is { } wrong)
            {
                return Report(seed, generator.IsLarge, steps, wrong);
            }
        }

        return null;
    }

    private string Report(int seed, bool isLarge, List<Step> steps, string wrong)
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"Seed {seed}, command {steps.Count}: {wrong}");
        report.AppendLine("Again: " + SimulationSettings.Replay(seed, steps.Count));
        report.AppendLine("The last commands:");
        report.Append(Story(isLarge, steps, LastShown));

        var shrunk = Shrinker.Shrink(steps, kept => KindOf(Fails(isLarge, kept)) == KindOf(wrong), ShrinkBudget);
        report.AppendLine(CultureInfo.InvariantCulture, $"Shrunk to {shrunk.Count} commands: {Fails(isLarge, shrunk)}");
        report.Append(Story(isLarge, shrunk, ShrunkShown));
        return report.ToString();
    }

    private string? Fails(bool isLarge, IReadOnlyList<Step> steps)
    {
        var twin = new Twin(isLarge, naive);
        return steps.Select(twin.Apply).FirstOrDefault(wrong => wrong is not null);
    }

    // The rule that broke, without what broke it: else a list is shrunk until some other rule breaks.
    private static string? KindOf(string? wrong) => wrong is null ? null
        : Regex.Replace(wrong.Split('\n')[0], @"\S*\d\S*", "", RegexOptions.None, TimeSpan.FromSeconds(1));

    private string Story(bool isLarge, IReadOnlyList<Step> steps, int last)
    {
        var (twin, lines) = (new Twin(isLarge, naive), new List<string>());
        foreach (var step in steps)
        {
            lines.Add("  " + step.Describe(twin.Names));
            twin.Apply(step);
            lines.Add($"      -> {twin.LastOutcome?.Summary}");
        }

        return string.Join('\n', lines.TakeLast(2 * last)) + "\n";
    }
}
