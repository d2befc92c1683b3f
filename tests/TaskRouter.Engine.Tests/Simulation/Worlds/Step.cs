using System.Globalization;
using System.Text.RegularExpressions;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>One command of a run and the time that passes before it.</summary>
/// <param name="Number">Stays the same when the steps around it are dropped; so do the SIDs that it makes.</param>
/// <param name="OnTime">Whether deadlines fire when they are due, or all together when the command comes.</param>
/// <param name="Make">The command, with the names that its SIDs have in the run at hand.</param>
internal sealed record Step(int Number, TimeSpan Elapsed, bool OnTime, Func<Names, Command> Make)
{
    /// <summary>The command as one line, without the parameters that were not sent.</summary>
    public string Describe(Names names) => string.Create(
        CultureInfo.InvariantCulture,
        $"#{Number} +{Elapsed.TotalSeconds:0.###}s{(OnTime ? "" : " late")}: {Written(Make(names))}");

    private static string Written(Command command) => Regex.Replace(
        command.ToString(), @"(, )?\b\w+ = (?=, |\s?\})", "", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
}
