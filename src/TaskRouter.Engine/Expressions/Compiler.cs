namespace TaskRouter.Engine.Expressions;

/// <summary>Turns syntax into conditions, and decides what quoted text means. Recursion is bounded by the parser's.</summary>
internal sealed class Compiler(Roots roots)
{
    public Condition Compile(ConditionSyntax syntax) => syntax switch
    {
        Disjunction disjunction => new AnyOf([.. disjunction.Parts.Select(Compile)]),
        Conjunction conjunction => new AllOf([.. conjunction.Parts.Select(Compile)]),
        Negation negation => new Not(Compile(negation.Part)),
        _ => Compile((Comparison)syntax),
    };

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
        var holdsPaths = syntax is ListLiteral literal && literal.Elements.Any(element => element is PathSyntax);
        return holdsPaths
            ? new ListMembership(item, [.. ((ListLiteral)syntax).Elements.Select(Value)], isNegated)
            : new Membership(item, collection, isNegated);
    }

    // Paths may be left out: a list that holds some is either searched by a ListMembership or not searched at all, and
    // to every other operator it is an array, whatever is in it.
    private AttributeValue[] ConstantsOf(ListLiteral list) =>
        [.. list.Elements.Where(element => element is not PathSyntax).Select(element => ((Constant)Value(element)).Value)];

    private static Constant Quoted(string text) => new(AttributeValue.Of(text));
}
