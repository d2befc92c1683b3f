using Shouldly;
using TaskRouter.Engine.Model;
using Xunit;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>Holds <c>docs/states.md</c> and the stories to each other.</summary>
public sealed class StatesDocumentTests
{
    private static readonly Dictionary<string, StoryWorld> Told = StoryFile.All.ToDictionary(
        scenario => scenario.Title, Tell);

    [Fact]
    public void Every_scenario_that_the_document_names_exists()
    {
        StatesDocument.Titles.ShouldNotBeEmpty();
        StatesDocument.Titles.Where(title => !Told.ContainsKey(title)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_row_happens_in_its_scenario()
    {
        StatesDocument.Rows.ShouldNotBeEmpty();
        StatesDocument.Rows.Where(row => Told.TryGetValue(row.Title, out var world) && !Shows(world, row))
            .Select(row => $"{row} with {string.Join(", ", row.Events)} in \"{row.Title}\"")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_transition_of_a_story_has_its_row() =>
        Told.SelectMany(story => story.Value.Transitions.Select(transition => (Transition: transition, story.Key)))
            .Where(shown => !StatesDocument.Rows.Exists(row => row.Covers(shown.Transition)))
            .GroupBy(shown => shown.Transition.ToString(), shown => shown.Key)
            .Select(shown => $"{shown.Key} in \"{shown.First()}\"")
            .ShouldBeEmpty();

    // A story that goes wrong fails a test of its own; here it counts for as far as it came.
    private static StoryWorld Tell(Scenario scenario)
    {
        var run = new StoryRun(scenario);
        try
        {
            run.Tell();
        }
        catch (StoryException)
        {
            return run.World;
        }

        return run.World;
    }

    /// <summary>Whether the row's events happened in its order, at one moment, and made the row's transition.</summary>
    private static bool Shows(StoryWorld world, StateRow row) => world.Transitions.Exists(transition =>
        row.Covers(transition) && (row.Events.Count == 0
            || Enumerable.Range(0, row.Events.Count)
                .Any(before => Happened(world.Events, transition.Position - before, row.Events))));

    private static bool Happened(List<RoutingEvent> events, int from, IReadOnlyList<string> types)
    {
        if (from < 0 || from + types.Count > events.Count)
        {
            return false;
        }

        var run = events.GetRange(from, types.Count);
        return run.Select(each => each.Type).SequenceEqual(types) && run.TrueForAll(each => each.At == run[0].At);
    }
}
