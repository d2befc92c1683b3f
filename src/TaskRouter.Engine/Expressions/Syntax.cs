namespace TaskRouter.Engine.Expressions;

/// <summary>Something true or false, as written. The records below are the whole grammar's vocabulary.</summary>
internal abstract record ConditionSyntax;

/// <summary>True when one part is. A list, not a pair, so that a long chain is no deep tree.</summary>
internal sealed record Disjunction(IReadOnlyList<ConditionSyntax> Parts) : ConditionSyntax;

/// <summary>True when all parts are.</summary>
internal sealed record Conjunction(IReadOnlyList<ConditionSyntax> Parts) : ConditionSyntax;

internal sealed record Negation(ConditionSyntax Part) : ConditionSyntax;

/// <summary><see cref="IsNegated"/> is the NOT of NOT IN, NOT HAS and NOT CONTAINS.</summary>
internal sealed record Comparison(OperandSyntax Left, TokenKind Operator, bool IsNegated, OperandSyntax Right)
    : ConditionSyntax;

/// <summary>One side of a comparison.</summary>
internal abstract record OperandSyntax;

/// <summary>A number, true, false or null.</summary>
internal sealed record Literal(AttributeValue Value) : OperandSyntax;

/// <summary>Text in quotes: left of an operator it may name an attribute.</summary>
internal sealed record QuotedText(string Text) : OperandSyntax
{
    // Only a quote and a backslash can be escaped; any other backslash stands for itself.
    public static bool IsEscape(string text, int index) =>
        text[index] == '\\' && index + 1 < text.Length && text[index + 1] is '\\' or '"' or '\'';
}

internal sealed record ListLiteral(IReadOnlyList<OperandSyntax> Elements) : OperandSyntax;

internal sealed record PathSyntax(IReadOnlyList<PathStep> Steps, int Start) : OperandSyntax;

/// <summary>One step of a path: a property's name or, where that is null, an array's index.</summary>
internal readonly record struct PathStep(string? Name, int Index);

/// <summary>One term of order_by.</summary>
internal sealed record OrderingSyntax(PathSyntax Path, bool IsDescending);
