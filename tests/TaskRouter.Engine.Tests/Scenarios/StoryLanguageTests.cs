using Shouldly;
using Xunit;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>What a wrong story is told, and that the one in the document is right.</summary>
public sealed class StoryLanguageTests
{
    private const string Beginning = """
        Scenario: test
          Given queue Q1
          And workflow W to Q1
          And worker alice in Available
          At 0 task t1

        """;

    [Theory]
    [InlineData("Then t1 is pending", 6, "expected status: pending")]
    [InlineData("Then t1 is reserved for bob", 6, "actual workers:   alice")]
    [InlineData("Then t1 is reserved for alice and bob", 6, "expected workers: alice, bob")]
    [InlineData("Then t1 is reserved in Q2", 6, "expected queue: Q2")]
    [InlineData("Then t1 is reserved because late", 6, "expected reason: late")]
    [InlineData("Then t1 is gone", 6, "t1 is still there")]
    [InlineData("Then t1 has priority 1", 6, "actual priority:   0")]
    [InlineData("Then t1/alice is accepted", 6, "actual status:   pending")]
    [InlineData("Then offers of t1 are none", 6, "actual offers:   alice pending")]
    [InlineData("Then alice is in Offline", 6, "actual activity:   Available")]
    [InlineData("Then alice on chat has free 0", 6, "actual free:   100")]
    [InlineData("Then refused 400/20001", 6, "It was not refused.")]
    [InlineData("At 1 alice completes t1", 6, "Refused with 400/20001: Cannot set reservation")]
    [InlineData("At 1 alice completes t1\nThen t1 is reserved", 6, "Refused with 400/20001")]
    [InlineData("At 1 alice completes t1\nThen refused 410/20001", 7, "expected refusal: 410/20001")]
    [InlineData("At 1 alice completes t1\nThen refused 400/20001 \"no\"", 7, "expected message: no")]
    public void A_story_that_is_not_what_happened_fails_at_its_line(string ending, int line, string expected) =>
        Failure(Beginning + ending).ShouldSatisfyAllConditions(
            failure => failure.Line.Number.ShouldBe(line),
            failure => failure.Message.ShouldStartWith($"test.story:{line}: "),
            failure => failure.Message.ShouldContain(expected));

    [Theory]
    [InlineData("When it rains", 6, "A scenario begins with", "Scenario: x\n\n\n\n\nWhen it rains")]
    [InlineData("Given queue Q2", 6, "What is given comes before", null)]
    [InlineData("At soon task t2", 6, "\"soon\" is not a number of seconds", null)]
    [InlineData("At 5 task t2\nAt 4 nothing", 7, "Time does not go back: it is 5 already.", null)]
    [InlineData("At 1 alice dances t1", 6, "A worker accepts, rejects", null)]
    [InlineData("At 1 bob accepts t1", 6, "\"bob\" begins nothing", null)]
    [InlineData("At 1 task t2 urgent", 6, "Unknown here: \"urgent\"", null)]
    [InlineData("At 1 task t1", 6, "The name t1 is taken.", null)]
    [InlineData("At 1 task t2 priority high", 6, "a whole number, instead of \"high\"", null)]
    [InlineData("At 1 task t2 with {\"a\":1", 6, "A { without its }.", null)]
    [InlineData("At 1 task t2 with \"a", 6, "No second \".", null)]
    [InlineData("At 1 task t2 with {\"who\":\"{bob}\"}", 6, "Nothing is called \"bob\"", null)]
    [InlineData("At 1 set t1 to sleeping", 6, "\"sleeping\" is no status of a task", null)]
    [InlineData("At 1 set bob in Offline", 6, "Nothing is called \"bob\"", null)]
    [InlineData("At 1 set alice in Q1", 6, "\"Q1\" is a TaskQueue; expected an activity", null)]
    [InlineData("Then t1 has colour red", 6, "There is no field \"colour\"", null)]
    [InlineData("Then events are", 6, "either \"none\" or stands on the lines below", null)]
    [InlineData("Then t1 is reserved for alice nonsense", 6, "Unknown here: \"nonsense\"", null)]
    public void A_sentence_that_means_nothing_fails_at_its_line(
        string ending, int line, string expected, string? story) =>
        Failure(story ?? Beginning + ending).ShouldSatisfyAllConditions(
            failure => failure.Line.Number.ShouldBe(line),
            failure => failure.Message.ShouldContain(expected));

    [Fact]
    public void Events_are_compared_in_type_subject_order_time_and_detail()
    {
        const string Right = """
            0  task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
            0  reservation.created t1/alice
            """;
        Tell($"{Beginning}Then events are\n{Right}");
        foreach (var (from, to) in new[]
        {
            ("task.created t1, ", ""),
            ("task.created t1", "task.created t1, task.updated t1"),
            ("task.created t1, workflow.entered t1", "workflow.entered t1, task.created t1"),
            ("0  reservation", "1  reservation"),
            ("t1/alice", "t1/bob"),
            ("entered t1 Q1", "entered t1 Q2"),
            ("reservation.created t1/alice", "reservation.accepted t1/alice"),
            ("reservation.created t1/alice", "reservation.created t1/alice because late"),
            ("reservation.created t1/alice", "reservation.created t1/alice saying hello"),
        })
        {
            Failure($"{Beginning}Then events are\n{Right.Replace(from, to, StringComparison.Ordinal)}").Message
                .ShouldContain("actual", Case.Sensitive, $"{from} -> {to}");
        }
    }

    [Fact]
    public void An_event_in_no_list_fails_a_story_that_lists_events()
    {
        var listed = $"""
            {Beginning}Then events of t1 are
            0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
            0  reservation.created t1/alice

            """;
        Tell(listed + "At 1 set alice in Offline");
        Failure(listed + "At 1 alice accepts t1").Message.ShouldContain("  > 1  reservation.accepted t1/alice");
        Failure(Beginning + "Then events are none").Message.ShouldContain("  > 0  task.created t1");
    }

    [Fact]
    public void Two_stories_of_one_title_fail() =>
        Should.Throw<StoryException>(() => StoryFile.Read("test.story", "Scenario: a\nScenario: a")).Message
            .ShouldContain("This title is taken by test.story:1");

    [Fact]
    public void The_story_in_the_document_is_true()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "scenarios.md"));
        var story = document.Split("```story", 2)[1].Split("```", 2)[0];
        var scenario = StoryFile.Read("docs/scenarios.md", story).ShouldHaveSingleItem();
        new StoryRun(scenario).Tell();
        new StoryRun(scenario, restartsBeforeEveryStep: true).Tell();
    }

    private static StoryException Failure(string story) => Should.Throw<StoryException>(() => Tell(story));

    private static void Tell(string story) => new StoryRun(StoryFile.Read("test.story", story)[0]).Tell();
}
