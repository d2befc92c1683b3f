using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Workflows;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

/// <summary>What holds for every text, not only for the ones somebody thought of.</summary>
public sealed class ExpressionProperties
{
    private static readonly string[] Pieces =
    [
        "task.a", "task.b", "task.c[0]", "task.c[1].d", "task", "worker.a", "worker.b", "worker.sid", "'task.a'",
        "\"worker.b\"", "worker.channel.voice.assigned_tasks", "a", "'x'", "\"1\"", "'", "\"", "\\", "1", "-1.5", "2e3",
        "null", "true", "false", "[", "]", "[]", "['x', task.b]", ",", ".", "(", ")", "==", "=", "!=", "<>", "<", "<=",
        ">", ">=", "HAS", ">-", "IN", "<-", "NOT", "CONTAINS", "AND", "OR", "\t", "\n", "ASC", "DESC",
        "workers.available", "-", "&", "é", "\uD800", "\0", "{", "}", ":",
    ];

    private static readonly string[] JsonPieces =
    [
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"task_routing\"", "\"filters\"", "\"expression\"", "\"targets\"",
        "\"1==1\"", "\"queue\"", "\"WQ00000000000000000000000000000001\"", "\"default_filter\"", "\"timeout\"", "1",
        "-0", "1e999", "null", "true", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\uDC00", "\"", "\\", " ",
        "//", "\0",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "1.0", "-1.5", "\"\"", "\"x\"", "\"1\"", "\"true\"", "[]", "{}", "[\"x\"]",
        "[1,null]",
    ];

    private static readonly string[] Operands =
    [
        "task.a", "task.b", "task.c", "task.c[0]", "task.c.d", "worker.a", "worker.b", "worker.c", "null", "true", "1",
        "'x'", "'1'", "''", "'task.a'", "'worker.c'", "['x', 1]", "[task.a, worker.b]", "[]", "other",
    ];

    private static readonly string[] Operators =
        ["==", "!=", "<", "<=", ">", ">=", "HAS", "IN", "CONTAINS", "NOT IN", "NOT HAS", "NOT CONTAINS"];

    private static Gen<string> Json => Gen.OneOf(
        Gen.Elements(Values),
        Gen.Elements(Values).ListOf().Select(elements => "[" + string.Join(',', elements.Take(3)) + "]"),
        Gen.Elements(Values).Select(value => "{\"d\":" + value + "}"));

    private static Gen<AttributeDocument> Document =>
        from a in Gen.OneOf(Json, Gen.Constant(""))
        from b in Json
        from c in Json
        select Samples.Document(
            "{" + (a.Length == 0 ? "" : "\"a\":" + a + ",") + "\"b\":" + b + ",\"c\":" + c + "}");

    private static Gen<string> Comparison =>
        from left in Gen.Elements(Operands)
        from symbol in Gen.Elements(Operators)
        from right in Gen.Elements(Operands)
        select $"{left} {symbol} {right}";

    private static Gen<string> Condition =>
        from first in Comparison
        from second in Comparison
        from third in Comparison
        from form in Gen.Elements("{0}", "{0} AND {1}", "{0} OR {1}", "NOT {0}", "({0} OR {1}) AND NOT ({2})")
        select string.Format(null, form, first, second, third);

    [Fact]
    public void Reading_any_text_gives_a_result_or_an_error()
    {
        var random = ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "");
        var made = Gen.Elements(Pieces).ListOf().Select(pieces => string.Join(' ', pieces));
        var joined = Gen.Elements(Pieces).ListOf().Select(string.Concat);
        var json = Gen.Elements(JsonPieces).ListOf().Select(string.Concat);

        Check(Gen.OneOf(random, made, joined, json), 20_000, ReadsOrRefuses);
    }

    [Fact]
    public void Evaluating_never_fails_and_knows_its_negation()
    {
        var inputs =
            from text in Condition
            from task in Document
            from worker in Document
            select (text, task, worker);

        Check(inputs, 10_000, input =>
        {
            foreach (var context in Enum.GetValues<ExpressionContext>())
            {
                var worker = Samples.Alice(input.worker);
                var answer = Samples.Expression(input.text, context).Matches(input.task, worker);
                Samples.Expression($"NOT ({input.text})", context).Matches(input.task, worker).ShouldBe(!answer);
                Samples.Expression($"1==0 OR ({input.text}) AND 1==1", context).Matches(input.task, worker)
                    .ShouldBe(answer);
            }
        });
    }

    [Fact]
    public void Has_is_In_the_other_way_round()
    {
        var inputs =
            from item in Gen.Elements("worker.a", "worker.b", "null", "1", "true", "[1]")
            from collection in Gen.Elements("worker.c", "worker.a", "other", "[1, worker.b]", "[]")
            from worker in Document
            select (item, collection, worker);

        Check(inputs, 5_000, input =>
        {
            var worker = Samples.Alice(input.worker);
            foreach (var not in new[] { "", "NOT " })
            {
                Samples.Expression($"{input.item} {not}IN {input.collection}").Matches(null, worker)
                    .ShouldBe(Samples.Expression($"{input.collection} {not}HAS {input.item}").Matches(null, worker));
            }
        });
    }

    [Fact]
    public void In_a_list_is_the_same_as_a_chain_of_equals()
    {
        var constants = Gen.Elements(
            "null", "true", "false", "0", "1", "1.0", "'x'", "'1'", "'1.0'", "'true'", "''", "'y'");
        var inputs =
            from item in Gen.Elements("worker.a", "worker.b", "worker.c[0]", "null")
            from elements in constants.ListOf()
            from worker in Document
            select (item, elements, worker);

        Check(inputs, 5_000, input =>
        {
            var worker = Samples.Alice(input.worker);
            var chain = string.Concat(input.elements.Select(element => $" OR {input.item} == {element}"));
            Samples.Expression($"{input.item} IN [{string.Join(',', input.elements)}]").Matches(null, worker)
                .ShouldBe(Samples.Expression("1==0" + chain).Matches(null, worker));
        });
    }

    [Fact]
    public void Tasks_with_equal_projections_get_equal_answers_from_every_worker()
    {
        var inputs =
            from text in Condition
            from first in Document
            from second in Document
            from workers in Document.ListOf(5)
            select (text, first, second, workers);
        var equal = 0;
        var differentDocuments = 0;

        Check(inputs, 20_000, input =>
        {
            var expression = Samples.Expression(input.text, ExpressionContext.Target);
            if (expression.ProjectTask(input.first) != expression.ProjectTask(input.second))
            {
                return;
            }

            equal++;
            differentDocuments += input.first.Text == input.second.Text ? 0 : 1;
            foreach (var worker in input.workers.Select(Samples.Alice))
            {
                expression.Matches(input.first, worker).ShouldBe(expression.Matches(input.second, worker));
            }
        });

        // The property says something only where projections of different tasks do coincide.
        equal.ShouldBeGreaterThan(1_000);
        differentDocuments.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void Who_matches_has_the_texts_that_an_expression_requires()
    {
        var comparison = Gen.Elements(
            "a == 'x'", "'x' == b", "c HAS 'x'", "'x' IN c", "b IN ['x', 'y']", "b IN ['x', '1']", "a == '1'",
            "c HAS '1'", "worker.a == 'x'", "a NOT IN ['x']", "b != 'x'", "a == b", "b > 0");
        var inputs =
            from first in comparison
            from second in comparison
            from third in comparison
            from form in Gen.Elements("{0}", "{0} AND {1}", "{0} OR {1}", "NOT {0}", "({0} OR {1}) AND NOT ({2})")
            from worker in Document
            select (text: string.Format(null, form, first, second, third), worker);
        var told = 0;

        Check(inputs, 20_000, input =>
        {
            var expression = Samples.Expression(input.text);
            if (expression.Requirements.Count == 0 || !expression.Matches(null, Samples.Alice(input.worker)))
            {
                return;
            }

            told++;
            expression.Requirements.ShouldAllBe(texts => Array.Exists(texts, text => Has(input.worker, text)));
        });

        // Otherwise nothing was asked.
        told.ShouldBeGreaterThan(100);
    }

    private static bool Has(AttributeDocument worker, AttributeText required)
    {
        var value = worker.Find(required.Path);
        return value.AsText == required.Text
            || (value.AsArray is { } elements && Array.Exists(elements, each => each.AsText == required.Text));
    }

    private static void ReadsOrRefuses(string text)
    {
        foreach (var context in Enum.GetValues<ExpressionContext>())
        {
            var isRead = Expression.TryParse(text, context, out var expression, out var error);
            CheckResult(isRead, expression, error);
            expression?.Matches(CaseFile.Expressions.Task, Samples.Alice(CaseFile.Expressions.Worker));
        }

        CheckResult(OrderBy.TryParse(text, out var orderBy, out var orderError), orderBy, orderError);
        CheckResult(SkipCondition.TryParse(text, out var skip, out var skipError), skip, skipError);
        CheckResult(AttributePath.TryParse(text, out var path, out var pathError), path, pathError);
        CheckResult(
            AttributeDocument.TryParse(text, out var json, out var jsonError), json, jsonError, isPlaced: false);
        CheckResult(
            WorkflowConfiguration.TryParse(text, out var workflow, out var workflowError),
            workflow,
            workflowError,
            isPlaced: false);
    }

    private static void CheckResult(bool isRead, object? result, string? error, bool isPlaced = true)
    {
        isRead.ShouldBe(result is not null);
        isRead.ShouldBe(error is null);
        if (error is not null && isPlaced)
        {
            error.ShouldMatch(@" at position \d+$");
        }
    }

    // FsCheck shrinks only what it can take apart; the values here are short enough as they are.
    private static void Check<T>(Gen<T> values, int count, Action<T> property) =>
        Prop.ForAll(values.ToArbitrary(), property)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count));
}
