using Shouldly;
using TaskRouter.Engine.Expressions;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

public sealed class ProjectionTests
{
    [Theory]
    [InlineData("worker.level > 3")]
    [InlineData("1==1")]
    [InlineData("type == 'x' AND task == null")]
    [InlineData("'task.type' IN worker.skills")]
    [InlineData("worker.skills HAS 'task.type'")]
    public void Expression_that_reads_no_task_projects_to_nothing(string text) =>
        Project(text, """{"type":"x"}""").ShouldBe("");

    [Theory]
    [InlineData("worker.level > task.x", """{"x":1}""", """{"x":"1"}""")]
    [InlineData("worker.level > task.x", """{"x":null}""", """{}""")]
    [InlineData("worker.level > task.x", """{"x":true}""", """{"x":"t"}""")]
    [InlineData("worker.level > task.x", """{"x":1.5}""", """{"x":1.25}""")]
    [InlineData("worker.level > task.x", """{"x":[]}""", """{"x":{}}""")]
    [InlineData("worker.level > task.x", """{"x":9007199254740993}""", """{"x":9007199254740992}""")]
    [InlineData("worker.level IN task.x", """{"x":["a","b"]}""", """{"x":["ab"]}""")]
    [InlineData("worker.level IN task.x", """{"x":["as1:b"]}""", """{"x":["a","b"]}""")]
    [InlineData("worker.level IN task.x", """{"x":["a"]}""", """{"x":["b"]}""")]
    [InlineData("worker.level IN task.x", """{"x":[null]}""", """{"x":[]}""")]
    [InlineData("worker.a == task.x AND worker.b == task.y", """{"x":"a","y":"b"}""", """{"x":"b","y":"a"}""")]
    [InlineData("worker.a == task.x AND worker.b == task.y", """{"x":"1"}""", """{"y":"1"}""")]
    [InlineData("worker.a == task.x AND worker.b == task.y", """{"x":"s1:","y":""}""", """{"x":"","y":"s1:"}""")]
    [InlineData("worker.a == task.x[1].y", """{"x":[0,{"y":1}]}""", """{"x":[0,{"y":2}]}""")]
    [InlineData("'task.x' == 'a'", """{"x":"a"}""", """{"x":"b"}""")]
    [InlineData("'task.x' IN ['a']", """{"x":"a"}""", """{}""")]
    [InlineData("'task.x' HAS worker.level", """{"x":[1]}""", """{"x":[2]}""")]
    [InlineData("worker.level IN [1, task.x]", """{"x":1}""", """{"x":2}""")]
    public void Tasks_that_differ_in_what_is_read_project_differently(string text, string first, string second) =>
        Project(text, first).ShouldNotBe(Project(text, second), StringComparer.Ordinal);

    [Theory]
    [InlineData("worker.level > task.x", """{"x":1,"y":2}""", """{"y":3,"x":1}""")]
    [InlineData("worker.level > task.x OR worker.a == task.x", """{"x":"a"}""", """{"x":"\u0061"}""")]
    [InlineData("worker.a == task.x.y", """{"x":{"y":1,"z":1}}""", """{"x":{"y":1,"z":2}}""")]
    [InlineData("worker.a == task.x[0]", """{"x":[1,2]}""", """{"x":[1,3]}""")]
    public void Tasks_that_differ_elsewhere_project_alike(string text, string first, string second) =>
        Project(text, first).ShouldBe(Project(text, second));

    [Fact]
    public void Path_that_is_read_twice_is_projected_once() =>
        Project("worker.a == task.x OR worker.b == task.x", """{"x":1}""")
            .ShouldBe(Project("worker.a == task.x", """{"x":1}"""));

    private static string Project(string expression, string task) =>
        Samples.Expression(expression, ExpressionContext.Target).ProjectTask(Samples.Document(task));
}
