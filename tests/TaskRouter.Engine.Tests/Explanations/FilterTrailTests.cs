using Shouldly;
using TaskRouter.Engine.Explanations;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using Xunit;

namespace TaskRouter.Engine.Tests.Explanations;

/// <summary>Where a task is in its workflow, and why not elsewhere.</summary>
public sealed class FilterTrailTests
{
    private readonly ExplainWorld _world = new();

    public FilterTrailTests()
    {
        _world.Queue("Sales", "routing.skills HAS \"Sales\"");
        _world.Queue("Support", "routing.skills HAS \"Support\"");
        _world.Queue("Everybody", "1==1");
    }

    [Fact]
    public void Earlier_filters_say_what_they_saw()
    {
        _world.Workflow("W", $"{Filter("Sales")},{Filter("Support")},{Filter("Sales", "later")}");
        _world.Wait(7);
        _world.Task("T", "W", """{"skillsNeeded":["Support"]}""");

        var explanation = _world.Explain("T");

        explanation.Filters.Select(filter => (filter.Name, filter.Result, filter.State)).ShouldBe(
        [
            ("Sales", false, PlaceState.NotMatched),
            ("Support", true, PlaceState.Current),
            ("later", false, PlaceState.NotReached),
        ]);
        explanation.Filters[0].Trace.ShouldBe("\"Sales\" IN [\"Support\"] → false");
        explanation.Filters[0].Clauses.ShouldBe(
            [new FalseClause("\"Sales\" IN task.skillsNeeded", "[\"Support\"]", "\"Sales\"")]);
        explanation.Filters[1].Trace.ShouldBeNull();
        var step = explanation.Steps.ShouldHaveSingleItem();
        (step.QueueName, step.Index, step.Until).ShouldBe(("Support", 0, null));
        step.Entered.ShouldBe(ExplainWorld.Start.AddSeconds(7));
        explanation.NextEvent.ShouldBe(
            new NextEvent(NextEventKind.TaskTimeout, ExplainWorld.Start.AddSeconds(7 + 86_400)));
    }

    [Fact]
    public void Steps_that_ran_out_or_were_skipped_say_so()
    {
        _world.Workflow("W", """
            {"expression":"1==1","targets":[
            {"queue":"<Sales>","timeout":10},
            {"queue":"<Sales>","timeout":100,"skip_if":"workers.available == 0"},
            {"queue":"<Support>","timeout":5,"skip_if":"workers.available == 1"},
            {"queue":"<Support>","skip_if":"1==1"},
            {"queue":"<Everybody>","timeout":30},
            {"queue":"<Sales>"}]}
            """);
        _world.Task("T", "W");
        _world.Wait(10);
        _world.Wait(5);

        var explanation = _world.Explain("T");

        explanation.Steps.Select(step => step.State).ShouldBe(
        [
            PlaceState.Left, PlaceState.Left, PlaceState.Left, PlaceState.Left, PlaceState.Current,
            PlaceState.NotReached,
        ]);
        Codes(explanation.Steps[0].Reasons).ShouldBe([ReasonCode.StepTimedOut]);
        Codes(explanation.Steps[3].Reasons).ShouldBe([ReasonCode.StepSkipped]);
        explanation.Steps[3].Reasons[0].Clause.ShouldBe("1==1");

        // One of the two has taken its five seconds, and the record does not say which.
        Codes(explanation.Steps[1].Reasons).ShouldBe([ReasonCode.StepTimedOut, ReasonCode.StepSkipped]);
        explanation.Steps[4].Entered.ShouldBe(ExplainWorld.Start.AddSeconds(15));
        explanation.Steps[4].Until.ShouldBe(ExplainWorld.Start.AddSeconds(45));
        explanation.NextEvent.ShouldBe(new NextEvent(NextEventKind.StepTimeout, ExplainWorld.Start.AddSeconds(45)));
    }

    [Theory]
    [InlineData("workers.available == 0", ReasonCode.StepSkipped)]
    [InlineData("workers.available > 0", ReasonCode.StepTimedOut)]
    public void A_step_that_could_have_ended_either_way_says_which(string skipIf, ReasonCode expected)
    {
        _world.Workflow("W", $$"""
            {"expression":"1==1","targets":[{"queue":"<Sales>","timeout":10,"skip_if":"{{skipIf}}"},
            {"queue":"<Sales>","timeout":60}]}
            """);
        _world.Task("T", "W");
        _world.Wait(10);

        var explanation = _world.Explain("T");

        Codes(explanation.Steps[0].Reasons).ShouldBe([expected]);
        explanation.Steps[1].Entered.ShouldBe(
            ExplainWorld.Start.AddSeconds(expected == ReasonCode.StepSkipped ? 0 : 10));
    }

    [Fact]
    public void A_filter_whose_steps_are_over_says_why_it_was_left()
    {
        _world.Workflow("W", """
            {"expression":"1==1","targets":[{"queue":"<Sales>","timeout":10}]},
            {"expression":"2==2","targets":[{"queue":"<Sales>","skip_if":"1==1"}]},
            {"expression":"3==3","targets":[{"queue":"<Support>","timeout":50}]}
            """);
        _world.Task("T", "W");
        _world.Wait(10);

        var filters = _world.Explain("T").Filters;

        filters.Select(filter => filter.State).ShouldBe([PlaceState.Left, PlaceState.Left, PlaceState.Current]);
        Codes(filters[0].Reasons).ShouldBe([ReasonCode.StepTimedOut]);
        Codes(filters[1].Reasons).ShouldBe([ReasonCode.StepSkipped]);
    }

    [Fact]
    public void The_default_filter_says_that_no_other_matched()
    {
        _world.Workflow("W", $"{Filter("Sales")},{Filter("Support")}", "Everybody");
        _world.Task("T", "W", """{"skillsNeeded":[]}""");

        var explanation = _world.Explain("T");

        Codes(explanation.Reasons).ShouldBe([ReasonCode.NoFilterMatched]);
        explanation.Filters.ShouldAllBe(filter => filter.State == PlaceState.NotMatched && filter.Trace != null);
        var step = explanation.Steps.ShouldHaveSingleItem();
        (step.Index, step.QueueName).ShouldBe((null, "Everybody"));
    }

    [Fact]
    public void A_task_that_every_step_skipped_says_that_there_was_no_default()
    {
        _world.Workflow("W", """{"expression":"1==1","targets":[{"queue":"<Sales>","skip_if":"1==1"}]}""");
        _world.Task("T", "W");

        var explanation = _world.Explain("T");

        explanation.Task.AssignmentStatus.ShouldBe(AssignmentStatus.Canceled);
        Codes(explanation.Reasons).ShouldBe([ReasonCode.StepSkipped, ReasonCode.NoDefaultQueue]);
        explanation.Summary.ShouldBe("CANCELED: Workflow skipped");
        explanation.Steps.ShouldAllBe(step => step.Workers == null);
        explanation.NextEvent!.Kind.ShouldBe(NextEventKind.Removal);
    }

    [Fact]
    public void A_task_whose_last_step_ran_out_says_so()
    {
        _world.Workflow("W", """{"expression":"1==1","targets":[{"queue":"<Sales>","timeout":10}]}""");
        _world.Task("T", "W");
        _world.Wait(10);

        var explanation = _world.Explain("T");

        explanation.Summary.ShouldBe("CANCELED: Workflow timeout");
        Codes(explanation.Reasons).ShouldBe([ReasonCode.StepTimedOut]);
    }

    [Fact]
    public void A_task_at_work_names_who_has_it_and_looks_for_nobody()
    {
        _world.Workflow("W", Filter("Sales"));
        _world.Skilled("Alice", "Sales");
        _world.Skilled("Bob", "Sales");
        _world.Task("T", "W", """{"skillsNeeded":["Sales"]}""");
        _world.Explain("T").NextEvent.ShouldBe(
            new NextEvent(NextEventKind.ReservationTimeout, ExplainWorld.Start.AddSeconds(20)));
        _world.Accept("T");

        var explanation = _world.Explain("T");

        explanation.Summary.ShouldBe("ASSIGNED: to Alice");
        explanation.Steps.ShouldHaveSingleItem().Workers.ShouldBeNull();
        explanation.NextEvent!.Kind.ShouldBe(NextEventKind.CompletionLimit);
        _world.Apply(new UpdateTask(
            _world["T"], AssignmentStatus: AssignmentStatus.Completed, Reason: "solved"));
        _world.Explain("T").Summary.ShouldBe("COMPLETED: solved");
    }

    [Fact]
    public void A_task_is_explained_by_the_configuration_that_it_follows()
    {
        _world.Workflow("W", Filter("Support"));
        _world.Task("T", "W", """{"skillsNeeded":["Support"]}""");
        _world.Workflow("W", $"{Filter("Sales")},{Filter("Support", "new")}");

        var filter = _world.Explain("T").Filters.ShouldHaveSingleItem();

        (filter.Name, filter.State).ShouldBe(("Support", PlaceState.Current));
    }

    [Fact]
    public void A_LIFO_queue_has_the_newer_ones_ahead()
    {
        _world.Queue("Newest", "1==2", QueueOrder.Lifo);
        _world.Workflow("W", "", "Newest");
        foreach (var name in new[] { "A", "B", "C" })
        {
            _world.Task(name, "W");
            _world.Wait(1);
        }

        new[] { "A", "B", "C" }.Select(name => _world.Explain(name).WaitingAhead).ShouldBe([2, 1, 0]);
    }

    private static string Filter(string skill, string? name = null) => $$"""
        {"filter_friendly_name":"{{name ?? skill}}","expression":"\"{{skill}}\" IN task.skillsNeeded",
        "targets":[{"queue":"<{{skill}}>"}]}
        """;

    private static IEnumerable<ReasonCode> Codes(IEnumerable<Reason> reasons) => reasons.Select(reason => reason.Code);
}
