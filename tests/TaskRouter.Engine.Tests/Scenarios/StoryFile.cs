using System.Globalization;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>Reads scenarios from the text form that <c>docs/scenarios.md</c> describes.</summary>
internal static class StoryFile
{
    private const string ScenarioKeyword = "Scenario:";

    /// <summary>All stories next to the tests, in order of file and line.</summary>
    public static IReadOnlyList<Scenario> All { get; } = ReadAll();

    public static List<Scenario> Read(string file, string text)
    {
        var scenarios = new List<Scenario>();
        var number = 0;
        foreach (var line in text.Split('\n').Select(each => new StoryLine(file, ++number, each.Trim())))
        {
            if (line.Text.Length == 0 || line.Text[0] == '#')
            {
                continue;
            }

            if (line.Text.StartsWith(ScenarioKeyword, StringComparison.Ordinal))
            {
                scenarios.Add(new Scenario(Title(line, scenarios), line, []));
            }
            else if (scenarios.Count == 0)
            {
                throw new StoryException(line, $"A story begins with \"{ScenarioKeyword}\" and its title.");
            }
            else
            {
                Add(line, scenarios[^1].Steps);
            }
        }

        return scenarios;
    }

    private static List<Scenario> ReadAll()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Scenarios");
        List<Scenario> all =
        [
            .. Directory.EnumerateFiles(folder, "*.story").Order(StringComparer.Ordinal)
                .SelectMany(path => Read($"Scenarios/{Path.GetFileName(path)}", File.ReadAllText(path))),
        ];
        var twice = all.GroupBy(scenario => scenario.Title).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? all
            : throw new StoryException(twice.Last().Line, $"This title is taken by {twice.First().Line}.");
    }

    private static string Title(StoryLine line, List<Scenario> earlier)
    {
        var title = line.Text[ScenarioKeyword.Length..].Trim();
        if (title.Length == 0)
        {
            throw new StoryException(line, "A scenario needs a title: it names the test.");
        }

        return earlier.Find(scenario => scenario.Title == title) is { } taken
            ? throw new StoryException(line, $"This title is taken by {taken.Line}.")
            : title;
    }

    private static void Add(StoryLine line, List<Step> steps)
    {
        var (keyword, rest) = FirstWord(line.Text);
        var previous = steps.Count > 0 ? steps[^1] : null;
        switch (keyword)
        {
            case "Given" when previous is null or { Kind: StepKind.Given }:
                steps.Add(new Step(StepKind.Given, TimeSpan.Zero, line, rest, []));
                break;
            case "Given":
                throw new StoryException(line, "What is given comes before the first \"At\".");
            case "At":
                var (second, sentence) = FirstWord(rest);
                steps.Add(new Step(StepKind.At, Second(second, line, previous), line, sentence, []));
                break;
            case "Then":
                steps.Add(new Step(StepKind.Then, previous?.Second ?? TimeSpan.Zero, line, rest, []));
                break;
            case "And" when previous is not null:
                steps.Add(new Step(previous.Kind, previous.Second, line, rest, []));
                break;
            default:
                // Anything else belongs to the sentence above it.
                (previous?.Block ?? throw new StoryException(line, "A scenario begins with \"Given\" or \"At\"."))
                    .Add(line);
                break;
        }
    }

    private static TimeSpan Second(string text, StoryLine line, Step? previous)
    {
        var second = SecondOrNull(text)
            ?? throw new StoryException(line, $"\"{text}\" is not a number of seconds since the story began.");
        return previous is null || second >= previous.Second
            ? second
            : throw new StoryException(line, $"Time does not go back: it is {Text(previous.Second)} already.");
    }

    public static TimeSpan? SecondOrNull(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromMilliseconds((double)(seconds * 1_000))
            : null;

    public static string Text(TimeSpan second) => second.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private static (string Word, string Others) FirstWord(string text)
    {
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? (text, "") : (text[..end], text[(end + 1)..].Trim());
    }
}
