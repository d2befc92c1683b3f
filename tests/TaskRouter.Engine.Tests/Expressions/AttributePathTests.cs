using System.Text.Json;
using Shouldly;
using TaskRouter.Engine.Expressions;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

public sealed class AttributePathTests
{
    [Theory]
    [InlineData("task.worker_sid", "WK1")]
    [InlineData(" task.agents[1].sid ", "WK2")]
    [InlineData("task.number", null)]
    public void Path_leads_to_a_text(string text, string? expected) => Resolve(text).AsText.ShouldBe(expected);

    [Fact]
    public void Missing_and_null_are_told_apart()
    {
        Resolve("task.nothing").Kind.ShouldBe(JsonValueKind.Undefined);
        Resolve("task.agents[9].sid").IsMissing.ShouldBeTrue();
        Resolve("task.none").IsMissing.ShouldBeFalse();
        Resolve("task.none").IsNull.ShouldBeTrue();
    }

    [Theory]
    [InlineData("worker_sid", "expected a path that begins with 'task.' at position 1")]
    [InlineData(" worker.sid", "expected a path that begins with 'task.' at position 2")]
    [InlineData("task", "expected a path that begins with 'task.' at position 1")]
    [InlineData("task[0]", "expected a path that begins with 'task.' at position 1")]
    [InlineData("", "unexpected end at position 1")]
    [InlineData("task.", "unexpected end at position 6")]
    [InlineData("task.a == 1", "unexpected '==' at position 8")]
    [InlineData("'task.a'", "unexpected text in quotes at position 1")]
    [InlineData("WK00000000000000000000000000000001", "expected a path that begins with 'task.' at position 1")]
    public void Anything_else_is_refused(string text, string expected)
    {
        AttributePath.TryParse(text, out var path, out var error).ShouldBeFalse();

        path.ShouldBeNull();
        error.ShouldBe(expected);
    }

    private static AttributeValue Resolve(string text)
    {
        AttributePath.TryParse(text, out var path, out _).ShouldBeTrue();
        return path!.Resolve(Samples.Document(
            """{"worker_sid":"WK1","agents":[{},{"sid":"WK2"}],"number":5,"none":null,"task":{"worker_sid":"no"}}"""));
    }
}
