using Xunit;

namespace TaskRouter.Engine.Tests.Scenarios;

public sealed class StoryTests
{
    public static IEnumerable<TheoryDataRow<string>> Titles => Rows("");

    public static IEnumerable<TheoryDataRow<string>> TitlesWithRestarts => Rows(" (restarted before every step)");

    [Theory]
    [MemberData(nameof(Titles))]
    public void Story_goes_as_told(string title) => new StoryRun(Find(title)).Tell();

    [Theory]
    [MemberData(nameof(TitlesWithRestarts))]
    public void Story_goes_as_told_when_the_server_restarts_before_every_step(string title) =>
        new StoryRun(Find(title), restartsBeforeEveryStep: true).Tell();

    // The title is the test's whole name: no arguments behind it.
    private static IEnumerable<TheoryDataRow<string>> Rows(string suffix) => StoryFile.All.Select(scenario =>
        new TheoryDataRow<string>(scenario.Title) { TestDisplayName = scenario.Title + suffix, Label = "" });

    private static Scenario Find(string title) => StoryFile.All.Single(scenario => scenario.Title == title);
}
