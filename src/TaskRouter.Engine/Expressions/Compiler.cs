namespace TaskRouter.Engine.Expressions;

/// <summary>Turns syntax into conditions; decides what quoted text means. The parser bounds the recursion.</summary>
internal sealed class Compiler(Roots roots)
{
    public Condition Compile(ConditionSyntax syntax) => syntax switch
    {
        Disjunction disjunction => new AnyOf([.. disjunction.Parts.Select(Compile)]),
        Conjunction conjunction => new AllOf([.. conjunction.Parts.Select(Compile)]),
        Negation negation => new Not(Compile(negation.Part)),
        _ => Compile((Comparison)syntax),
    };

    /// <summary>What each side of a comparison reads, for those who show it.</summary>
    public (Operand Left, Operand Right) Sides(Comparison comparison) => (Left(comparison), Value(comparison.Right));

    private Condition Compile(Comparison comparison)
    {
        var (left, symbol, isNegated, right) = comparison;
        return symbol switch
        {
            TokenKind.Equal => new Equality(Left(comparison), Value(right)),
            TokenKind.NotEqual => new Inequality(Left(comparison), Value(right)),
            TokenKind.Contains => new Containment(Left(comparison), Value(right), isNegated),
            TokenKind.In => MembershipOf(Left(comparison), right, Value(right), isNegated),
            TokenKind.Has => MembershipOf(Value(right), left, Left(comparison), isNegated),
            _ => new Relation(Left(comparison), symbol, Value(right)),
        };
    }

    // Twilio's examples put both attribute names and plain text in quotes on the left; what stands on the right, and
    // which operator, tells them apart. https://www.twilio.com/docs/taskrouter/expression-syntax
    private Operand Left(Comparison comparison)
    {
        if (comparison.Left is not QuotedText { Text: var text })
        {
            return Value(comparison.Left);
        }

        return comparison.Operator switch
        {
            TokenKind.In => comparison.Right is ListLiteral ? NamedOrLiteral(text) : Quoted(text),
            TokenKind.Equal or TokenKind.NotEqual =>
                comparison.Right is PathSyntax ? Quoted(text) : NamedOrLiteral(text),
            _ => roots.Named(text) ?? Constant.Missing,
        };
    }

    private Operand NamedOrLiteral(string text) => FirstPresent.Of(roots.Named(text), Quoted(text))!;

    private Operand Value(OperandSyntax syntax) => syntax switch
    {
        QuotedText quoted => Quoted(quoted.Text),
        Literal literal => new Constant(literal.Value),
        PathSyntax path => roots.Path(path),
        _ => new Constant(AttributeValue.Of(ConstantsOf((ListLiteral)syntax))),
    };

    private Condition MembershipOf(Operand item, OperandSyntax syntax, Operand collection, bool isNegated)
    {
        if (syntax is not ListLiteral list)
        {
            return new Membership(item, collection, isNegated);
        }

        if (list.Elements.Any(element => element is PathSyntax))
        {
            return new ListMembership(item, [.. list.Elements.Select(Value)], isNegated);
        }

        return list.Elements.Count(element => element is QuotedText) < SetMembership.TextsMin
            ? new Membership(item, collection, isNegated)
            : new SetMembership(item, ConstantsOf(list), isNegated);
    }

    // Paths may be left out: a list that holds some is either searched by a ListMembership or not searched at all, and
    // to every other operator it is an array, whatever is in it.
    private AttributeValue[] ConstantsOf(ListLiteral list) =>
    [
        .. from element in list.Elements
           where element is not PathSyntax
           select ((Constant)Value(element)).Value,
    ];

    private static Constant Quoted(string text) => new(AttributeValue.Of(text));
}
