using Shouldly;
using TaskRouter.Engine.Expressions;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

public sealed class ExpressionCaseTests
{
    private const int ReferenceVectors = 77;

    public static TheoryData<ExpressionCase> Cases => [.. CaseFile.Expressions.Cases];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Case_gives_what_its_line_says(ExpressionCase line) => Answer(line).ShouldBe(line.Expected);

    [Fact]
    public void Every_reference_vector_is_a_case() =>
        CaseFile.Expressions.Cases.Select(line => line.Vector).OfType<int>().Distinct().Order()
            .ShouldBe(Enumerable.Range(1, ReferenceVectors));

    private static string Answer(ExpressionCase line)
    {
        switch (line.Context)
        {
            case "skip_if":
                return SkipCondition.TryParse(line.Text, out var condition, out var skipError)
                    ? Word(condition.IsTrue(new Counts()))
                    : skipError;
            case "order_by":
                return OrderBy.TryParse(line.Text, out _, out var orderError) ? "accepted" : orderError;
            default:
                var context = Enum.Parse<ExpressionContext>(line.Context, ignoreCase: true);
                return Expression.TryParse(line.Text, context, out var expression, out var error)
                    ? Word(Matches(expression, context))
                    : error;
        }
    }

    private static bool Matches(Expression expression, ExpressionContext context) => expression.Matches(
        context == ExpressionContext.Worker ? null : CaseFile.Expressions.Task,
        context == ExpressionContext.Task ? null : Samples.Alice(CaseFile.Expressions.Worker));

    private static string Word(bool value) => value ? "true" : "false";
}
