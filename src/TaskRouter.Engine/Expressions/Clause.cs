namespace TaskRouter.Engine.Expressions;

/// <summary>
/// One of the conditions that an expression joins with AND, by itself: who fails an expression can be told which part
/// of it. An expression with OR outside of parentheses is one clause.
/// </summary>
public sealed class Clause
{
    /// <summary>What would be more stands in the last one together.</summary>
    public const int CountMax = 64;

    private readonly Expression _expression;
    private readonly IReadOnlyList<Side> _sides;
    private readonly Comparison? _comparison;

    private Clause(Expression expression, Comparison? comparison, IReadOnlyList<Side> sides) =>
        (_expression, _comparison, _sides) = (expression, comparison, sides);

    public string Text => _expression.Text;

    /// <summary>Whether the answer may change with the worker's capacity or reservations.</summary>
    public bool UsesWorkerChannels => _expression.UsesWorkerChannels;

    /// <summary>What it reads, as written; null unless it compares one attribute or field with something.</summary>
    public string? Name => Read?.Name;

    /// <summary>The text that is to be there; null where no one text is asked for.</summary>
    public string? WantedText => IsMembership || _comparison?.Operator == TokenKind.Equal
        ? Other?.Constant?.AsText
        : null;

    /// <summary>Whether something is to be one of several.</summary>
    public bool IsMembership => _comparison is { IsNegated: false, Operator: TokenKind.Has or TokenKind.In };

    // A worker's side is the one that says why the worker fails; the other is what is asked for.
    private Side? Read => _sides.FirstOrDefault(side => side.IsOfWorker) ?? _sides.FirstOrDefault(side => side.IsRead);

    private Side? Other => Read is null ? null : _sides.FirstOrDefault(side => side != Read);

    /// <summary>The parts of an expression's text. Empty text is a clause that nobody satisfies.</summary>
    public static IReadOnlyList<Clause> Of(string text, ExpressionContext context)
    {
        var clauses = new List<Clause>();
        foreach (var part in ClauseSplitter.Split(text, CountMax))
        {
            if (Expression.TryParse(part, context, out var expression, out _))
            {
                var comparison = ComparisonIn(part);
                clauses.Add(new Clause(expression, comparison, SidesOf(comparison, context)));
            }
        }

        return clauses;
    }

    public bool IsTrue(AttributeDocument? task, WorkerDocument? worker) => _expression.Matches(task, worker);

    /// <summary>The value of <see cref="Name"/> as JSON; null when it is longer or there is none.</summary>
    public string? Actual(AttributeDocument? task, WorkerDocument? worker, int lengthMax) =>
        Read?.Json(task, worker, lengthMax);

    /// <summary>What that is compared with, as JSON.</summary>
    public string? Wanted(AttributeDocument? task, WorkerDocument? worker, int lengthMax) =>
        Other?.Json(task, worker, lengthMax);

    /// <summary>The comparison with values in the place of names, and what came of it.</summary>
    public string Trace(AttributeDocument? task, WorkerDocument? worker, int lengthMax)
    {
        var outcome = IsTrue(task, worker) ? "true" : "false";
        var shown = _sides is [var left, var right]
            && left.Json(task, worker, lengthMax) is { } one
            && right.Json(task, worker, lengthMax) is { } other
                ? $"{one} {Symbol(_comparison!)} {other}"
                : Text;
        return $"{shown} → {outcome}";
    }

    public override string ToString() => Text;

    private static Comparison? ComparisonIn(string text) =>
        Parser.TryParseCondition(text, out var syntax, out _) ? syntax as Comparison : null;

    private static IReadOnlyList<Side> SidesOf(Comparison? comparison, ExpressionContext context)
    {
        if (comparison is null || HoldsPaths(comparison.Left) || HoldsPaths(comparison.Right))
        {
            return [];
        }

        var (left, right) = new Compiler(Roots.Of(context)).Sides(comparison);
        return [Side.Of(comparison.Left, left, context), Side.Of(comparison.Right, right, context)];
    }

    // Such a list has no value of its own.
    private static bool HoldsPaths(OperandSyntax syntax) =>
        syntax is ListLiteral list && list.Elements.Any(element => element is PathSyntax);

    private static string Symbol(Comparison comparison) => (comparison.IsNegated ? "NOT " : "")
        + SymbolOf(comparison.Operator);

    private static string SymbolOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal => "==",
        TokenKind.NotEqual => "!=",
        TokenKind.Less => "<",
        TokenKind.LessOrEqual => "<=",
        TokenKind.Greater => ">",
        TokenKind.GreaterOrEqual => ">=",
        TokenKind.Contains => "CONTAINS",
        TokenKind.Has => "HAS",
        _ => "IN",
    };

    private sealed record Side(Operand Operand, string? Name, bool IsOfWorker)
    {
        public bool IsRead => Name is not null;

        public AttributeValue? Constant => (Operand as Constant)?.Value;

        public static Side Of(OperandSyntax syntax, Operand operand, ExpressionContext context)
        {
            var name = operand is Constant ? null : syntax switch
            {
                QuotedText quoted => quoted.Text,
                PathSyntax path => NameOf(path),
                _ => null,
            };
            return new Side(operand, name, name is not null && context switch
            {
                ExpressionContext.Worker => true,
                ExpressionContext.Task => false,
                _ => name.StartsWith("worker.", StringComparison.Ordinal),
            });
        }

        public string? Json(AttributeDocument? task, WorkerDocument? worker, int lengthMax) =>
            Operand.Read(new Scope(task, worker)).ToJson(lengthMax);

        private static string NameOf(PathSyntax path) => string.Concat(path.Steps.Select((step, position) =>
            step.Name is not { } name ? $"[{step.Index}]" : position == 0 ? name : $".{name}"));
    }
}
