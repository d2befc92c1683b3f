using System.Text;
using Shouldly;
using TaskRouter.Engine.Expressions;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

public sealed class ExpressionTests
{
    private static readonly AttributeDocument Task = CaseFile.Expressions.Task;
    private static readonly WorkerDocument Alice = Samples.Alice(CaseFile.Expressions.Worker);

    [Theory]
    [InlineData("skills HAS 'a'", "skills:a")]
    [InlineData("worker.skills HAS 'a'", "worker.skills:a|skills:a")]
    [InlineData("team == 'a' AND 'b' IN skills AND level > 3", "team:a & skills:b")]
    [InlineData("team IN ['a', 'b']", "team:a|team:b")]
    [InlineData("team == 'a' OR skills HAS 'b'", "team:a|skills:b")]
    [InlineData("team == 'a' OR level > 3", "")]
    [InlineData("team IN ['a', 5]", "")]
    [InlineData("team IN ['a', '5']", "")]
    [InlineData("team == '5'", "")]
    [InlineData("team != 'a'", "")]
    [InlineData("team NOT IN ['a']", "")]
    [InlineData("NOT team == 'a'", "")]
    [InlineData("'team' == 'a'", "")]
    [InlineData("activity_name == 'a'", "")]
    [InlineData("team == null", "")]
    public void It_knows_the_texts_without_which_no_worker_matches(string text, string expected)
    {
        var requirements = Samples.Expression(text).Requirements.Select(texts => string.Join(
            '|', texts.Select(each => $"{string.Join('.', each.Path.Select(step => step.Name))}:{each.Text}")));

        string.Join(" & ", requirements).ShouldBe(expected);
    }

    [Fact]
    public void White_space_is_any_that_Unicode_knows() =>
        Samples.Expression("\r\n\tlevel\u00A0>=\n5\r\nAND\tvip\u2003==true\n").Matches(null, Alice).ShouldBeTrue();

    [Fact]
    public void Text_may_run_over_lines() =>
        Samples.Expression("\"a\nb\" != 'a\r\nb'").Matches(null, Alice).ShouldBeTrue();

    [Theory]
    [InlineData("a == \0", "unexpected U+0000 at position 6")]
    [InlineData("a == \u001B[31m", "unexpected U+001B at position 6")]
    [InlineData("a == \uFEFFb", "unexpected U+FEFF at position 6")]
    [InlineData("a\u200B == 1", "unexpected U+200B at position 2")]
    [InlineData("a == 'x' '\u0007\n'", "unexpected text in quotes at position 10")]
    public void Error_shows_nothing_that_cannot_be_seen(string text, string expected) =>
        ErrorOf(text).ShouldBe(expected);

    // Not a case above: an attribute's argument cannot hold half of a pair.
    [Fact]
    public void Error_shows_no_half_of_a_surrogate_pair() =>
        ErrorOf("a == \uD83D b").ShouldBe("unexpected U+D83D at position 6");

    [Fact]
    public void Text_is_kept_exactly()
    {
        const string text = "  level>=5 ";

        Samples.Expression(text).Text.ShouldBeSameAs(text);
    }

    [Theory]
    [InlineData("NOT ")]
    [InlineData("(")]
    [InlineData("NOT (")]
    [InlineData("1==1 AND (")]
    public void Nesting_is_bounded(string opening)
    {
        var start = Repeat(opening, 6_000);

        ErrorOf(start + "1==1").ShouldStartWith("nested deeper than 100 levels at position ");
        ErrorOf(start).ShouldStartWith("nested deeper than 100 levels at position ");
    }

    [Fact]
    public void Hundred_levels_are_accepted_and_the_next_is_refused_where_it_opens()
    {
        Samples.Expression(Repeat("(", 100) + "1==1" + Repeat(")", 100)).Matches(null, Alice).ShouldBeTrue();
        Samples.Expression(Repeat("NOT ", 100) + "1==1").Matches(null, Alice).ShouldBeTrue();
        ErrorOf(Repeat("(", 101) + "1==1").ShouldBe("nested deeper than 100 levels at position 101");
    }

    [Fact]
    public void Parentheses_side_by_side_do_not_nest() =>
        Samples.Expression(Repeat("(1==1) AND ", 500) + "(1==1)").Matches(null, Alice).ShouldBeTrue();

    [Theory]
    [InlineData(" AND ", "level==5", true)]
    [InlineData(" OR ", "level==4", false)]
    public void Long_chain_is_no_deep_tree(string joint, string part, bool expected)
    {
        var text = string.Join(joint, Enumerable.Repeat(part, Parser.LengthMax / (part.Length + joint.Length)));

        var small = new Thread(
            () => Samples.Expression(text).Matches(null, Alice).ShouldBe(expected), maxStackSize: 256 * 1024);

        small.Start();
        small.Join();
    }

    [Fact]
    public void Length_is_bounded()
    {
        var longest = "1==1".PadRight(Parser.LengthMax);

        Samples.Expression(longest).Matches(null, Alice).ShouldBeTrue();
        ErrorOf(longest + " ").ShouldBe("longer than 65536 characters at position 65537");
    }

    [Fact]
    public void Long_lists_and_long_paths_are_read()
    {
        var list = "level IN [" + string.Join(',', Enumerable.Range(6, 10_000)) + ",5]";
        var path = "a" + Repeat(".b", 30_000) + " == null";

        Samples.Expression(list).Matches(null, Alice).ShouldBeTrue();
        Samples.Expression(path).Matches(null, Alice).ShouldBeTrue();
    }

    [Theory]
    [InlineData(ExpressionContext.Worker, "level >= 1 AND sid != 'x' AND worker.channel.voice.assigned_tasks >= 0")]
    [InlineData(ExpressionContext.Target, "task.type != worker.sid AND worker.level > 1")]
    public void Nothing_matches_where_there_is_nothing_to_read(ExpressionContext context, string text) =>
        Samples.Expression(text, context).Matches(null, null).ShouldBeFalse();

    [Theory]
    [InlineData("level >= 5", false, false, false)]
    [InlineData("sid == 'x'", false, false, true)]
    [InlineData("1==1 OR NOT (name IN ['a', worker.friendly_name])", false, false, true)]
    [InlineData("\"activity_name\" == 'x'", true, false, false)]
    [InlineData("worker.activity_sid IN ['x']", true, false, false)]
    [InlineData("worker.channel.voice.assigned_tasks == 0", false, true, false)]
    [InlineData("worker.channel.voice.color == 0", false, false, false)]
    [InlineData("'sid' == 'x' AND activity_sid == channel.x.configured_capacity", true, true, true)]
    [InlineData("name == 'sid'", false, false, false)]
    public void Expression_knows_which_fields_it_reads(string text, bool activity, bool channels, bool identity)
    {
        var expression = Samples.Expression(text);

        expression.UsesWorkerActivity.ShouldBe(activity);
        expression.UsesWorkerChannels.ShouldBe(channels);
        expression.UsesWorkerIdentity.ShouldBe(identity);
    }

    [Fact]
    public void Changes_of_the_worker_are_seen()
    {
        var worker = Samples.Worker("""{"level":1}""");
        var expression = Samples.Expression(
            "level == 2 AND activity_name == 'Idle' AND worker.channel.voice.available_capacity_percentage == 0");

        expression.Matches(null, worker).ShouldBeFalse();
        worker.Attributes = Samples.Document("""{"level":2}""");
        worker.ActivityName = "Idle";
        worker.Channels[1].ActiveTasks = 3;

        expression.Matches(null, worker).ShouldBeTrue();
    }

    [Fact]
    public void Percentage_is_rounded_down_and_never_negative()
    {
        Percentage(3, 1).ShouldBe(66);
        Percentage(3, 3).ShouldBe(0);
        Percentage(3, 5).ShouldBe(0);
        Percentage(0, 0).ShouldBe(0);
        Percentage(int.MaxValue, 1).ShouldBe(99);

        static int Percentage(int capacity, int active) =>
            new ChannelFields { UniqueName = "x", ConfiguredCapacity = capacity, ActiveTasks = active }
                .AvailableCapacityPercentage;
    }

    // Every line of the case file, so that no operator and no kind of value is left out.
    [Fact]
    public void Evaluation_allocates_nothing()
    {
        Expression[] expressions =
        [
            .. from line in CaseFile.Expressions.Cases
               where Enum.TryParse<ExpressionContext>(line.Context, ignoreCase: true, out _)
               let context = Enum.Parse<ExpressionContext>(line.Context, ignoreCase: true)
               where Expression.TryParse(line.Text, context, out _, out _)
               select Samples.Expression(line.Text, context),
        ];
        expressions.Length.ShouldBeGreaterThan(300);
        var matches = CountMatches(expressions);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = CountMatches(expressions);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        again.ShouldBe(matches);
        allocated.ShouldBe(0);
    }

    private static int CountMatches(Expression[] expressions)
    {
        var count = 0;
        for (var round = 0; round < 100; round++)
        {
            foreach (var expression in expressions)
            {
                count += expression.Matches(Task, Alice) ? 1 : 0;
            }
        }

        return count;
    }

    private static string ErrorOf(string text)
    {
        Expression.TryParse(text, ExpressionContext.Worker, out var expression, out var error).ShouldBeFalse();
        expression.ShouldBeNull();
        return error!;
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
