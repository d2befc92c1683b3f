namespace TaskRouter.Engine.Tests.Scenarios;

internal enum StepKind
{
    /// <summary>Happens at second 0, and its events do not count.</summary>
    Given,

    /// <summary>Happens at a second; what is due before it comes first.</summary>
    At,

    /// <summary>What must be so now.</summary>
    Then,
}

/// <summary>A sentence of a scenario, with the lines that belong to it below.</summary>
/// <param name="Sentence">What follows the keyword.</param>
internal sealed record Step(StepKind Kind, TimeSpan Second, StoryLine Line, string Sentence, List<StoryLine> Block);

/// <summary>One story: its title names the test.</summary>
internal sealed record Scenario(string Title, StoryLine Line, List<Step> Steps);
