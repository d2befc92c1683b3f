using Shouldly;
using TaskRouter.Engine.Expressions;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

public sealed class ClauseTests
{
    private static readonly WorkerDocument Alice = new()
    {
        Sid = "WK1",
        FriendlyName = "Alice",
        ActivitySid = "WA1",
        ActivityName = "Available",
        Attributes = Parsed("""{"routing":{"skills":["Sales"],"levels":{"Sales":2}},"team":"a AND b","x":1e999}"""),
    };

    [Theory]
    [InlineData("1==1", "1==1")]
    [InlineData("a == 1 and b == 2 AND  c == 3 ", "a == 1|b == 2|c == 3")]
    [InlineData("((a == 1) AND (b == 2 AND (c == 3)))", "a == 1|b == 2|c == 3")]
    [InlineData("a == 1 AND b == 2 OR c == 3", "a == 1 AND b == 2 OR c == 3")]
    [InlineData("a == 1 AND (b == 2 OR c == 3)", "a == 1|b == 2 OR c == 3")]
    [InlineData("(a == 1) OR (b == 2)", "(a == 1) OR (b == 2)")]
    [InlineData("NOT (a == 1 AND b == 2) AND c == 3", "NOT (a == 1 AND b == 2)|c == 3")]
    [InlineData("team == 'a AND b' AND x.and == \"(\"", "team == 'a AND b'|x.and == \"(\"")]
    [InlineData("", "")]
    public void An_expression_falls_apart_at_its_ands(string text, string parts) =>
        Clause.Of(text, ExpressionContext.Worker).Select(clause => clause.Text).ShouldBe(parts.Split('|'));

    [Fact]
    public void Many_clauses_end_with_one_that_holds_the_rest()
    {
        var text = string.Join(" AND ", Enumerable.Range(0, 200).Select(number => $"a{number} == 1"));

        var clauses = Clause.Of(text, ExpressionContext.Worker);

        clauses.Count.ShouldBe(Clause.CountMax);
        string.Join(" AND ", clauses.Select(clause => clause.Text)).ShouldBe(text);
    }

    [Fact]
    public void The_parts_together_say_what_the_whole_says()
    {
        string[] parts = ["skills HAS 'a'", "(b == 1 OR c == 2)", "NOT b == 1", "d IN ['x', 'y']", "c != 2"];
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var chosen = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => parts[random.Next(parts.Length)]);
            var text = string.Join(random.Next(4) == 0 ? " OR " : " AND ", chosen);
            Expression.TryParse(text, ExpressionContext.Worker, out var whole, out _).ShouldBeTrue();
            var skill = random.Next(2) == 0 ? "a" : "z";
            var letter = (char)random.Next('w', 'z');
            var worker = new WorkerDocument
            {
                Sid = "",
                FriendlyName = "",
                ActivitySid = "",
                ActivityName = "",
                Attributes = Parsed($$"""
                    {"skills":["{{skill}}"],"b":{{random.Next(3)}},"c":{{random.Next(3)}},"d":"{{letter}}"}
                    """),
            };

            Clause.Of(text, ExpressionContext.Worker).All(clause => clause.IsTrue(null, worker))
                .ShouldBe(whole!.Matches(null, worker), text);
        }
    }

    [Theory]
    [InlineData("routing.skills HAS \"Support\"", "routing.skills", """["Sales"]""", "\"Support\"", "Support", true)]
    [InlineData("\"Support\" IN worker.routing.skills", "worker.routing.skills", """["Sales"]""", "\"Support\"",
        "Support", true)]
    [InlineData("'routing.levels.Sales' >= 3", "routing.levels.Sales", "2", "3", null, false)]
    [InlineData("friendly_name == 'Bob'", "friendly_name", "\"Alice\"", "\"Bob\"", "Bob", false)]
    [InlineData("routing.skills NOT HAS \"Sales\"", "routing.skills", """["Sales"]""", "\"Sales\"", null, false)]
    [InlineData("missing IN ['a', 'b']", "missing", "null", """["a","b"]""", null, true)]
    [InlineData("x < 3", "x", "\"Infinity\"", "3", null, false)]
    [InlineData("routing == 1", "routing", """{"levels":{"Sales":2},"skills":["Sales"]}""", "1", null, false)]
    [InlineData("a == 1 OR b == 2", null, null, null, null, false)]
    public void A_comparison_shows_what_it_reads_and_wants(
        string text, string? name, string? actual, string? wanted, string? wantedText, bool isMembership)
    {
        var clause = Clause.Of(text, ExpressionContext.Worker).ShouldHaveSingleItem();

        clause.IsTrue(null, Alice).ShouldBeFalse();
        clause.Name.ShouldBe(name);
        clause.Actual(null, Alice, 100).ShouldBe(actual);
        clause.Wanted(null, Alice, 100).ShouldBe(wanted);
        clause.WantedText.ShouldBe(wantedText);
        clause.IsMembership.ShouldBe(isMembership);
        clause.Actual(null, Alice, 0).ShouldBeNull();
    }

    [Theory]
    [InlineData("task.needed IN worker.routing.skills", "[\"Sales\"]", "\"Support\"", null)]
    [InlineData("worker.routing.levels.Sales >= task.level", "2", "3", null)]
    [InlineData("worker.team == \"b\"", "\"a AND b\"", "\"b\"", "b")]
    public void Of_a_step_the_workers_side_is_what_it_reads(string text, string actual, string wanted, string? asked)
    {
        var clause = Clause.Of(text, ExpressionContext.Target).ShouldHaveSingleItem();
        var task = Parsed("""{"needed":"Support","level":3}""");

        clause.Actual(task, Alice, 100).ShouldBe(actual);
        clause.Wanted(task, Alice, 100).ShouldBe(wanted);
        clause.WantedText.ShouldBe(asked);
    }

    [Fact]
    public void A_trace_has_values_in_the_place_of_names()
    {
        var task = Parsed("""{"skillsNeeded":["Support"]}""");

        Clause.Of("\"Sales\" IN task.skillsNeeded", ExpressionContext.Task)[0].Trace(task, null, 100)
            .ShouldBe("\"Sales\" IN [\"Support\"] → false");
        Clause.Of("a == 1 OR b == 2", ExpressionContext.Task)[0].Trace(task, null, 100)
            .ShouldBe("a == 1 OR b == 2 → false");
    }

    private static AttributeDocument Parsed(string text) =>
        AttributeDocument.TryParse(text, out var document, out var error)
            ? document
            : throw new ArgumentException(error, nameof(text));
}
