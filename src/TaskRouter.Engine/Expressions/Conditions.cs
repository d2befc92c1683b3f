namespace TaskRouter.Engine.Expressions;

/// <summary>A compiled condition. Stateless, so any thread may ask.</summary>
internal abstract class Condition
{
    public static Condition Never { get; } = new AnyOf([]);

    public abstract bool IsTrue(in Scope scope);
}

internal sealed class AnyOf(Condition[] parts) : Condition
{
    public override bool IsTrue(in Scope scope)
    {
        foreach (var part in parts)
        {
            if (part.IsTrue(scope))
            {
                return true;
            }
        }

        return false;
    }
}

internal sealed class AllOf(Condition[] parts) : Condition
{
    public override bool IsTrue(in Scope scope)
    {
        foreach (var part in parts)
        {
            if (!part.IsTrue(scope))
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed class Not(Condition part) : Condition
{
    public override bool IsTrue(in Scope scope) => !part.IsTrue(scope);
}

internal sealed class Equality(Operand left, Operand right) : Condition
{
    public override bool IsTrue(in Scope scope) => Coerce.AreEqual(left.Read(scope), right.Read(scope));
}

internal sealed class Inequality(Operand left, Operand right) : Condition
{
    public override bool IsTrue(in Scope scope) => Coerce.Differ(left.Read(scope), right.Read(scope));
}

internal sealed class Relation(Operand left, TokenKind symbol, Operand right) : Condition
{
    public override bool IsTrue(in Scope scope) => Coerce.Order(left.Read(scope), right.Read(scope)) is { } order
        && symbol switch
        {
            TokenKind.Less => order < 0,
            TokenKind.LessOrEqual => order <= 0,
            TokenKind.Greater => order > 0,
            _ => order >= 0,
        };
}

/// <summary>CONTAINS. Negated it is still false for arrays and objects, as every scalar operator is.</summary>
internal sealed class Containment(Operand whole, Operand part, bool isNegated) : Condition
{
    public override bool IsTrue(in Scope scope)
    {
        var left = whole.Read(scope);
        var right = part.Read(scope);
        return !left.IsArrayOrObject && !right.IsArrayOrObject && Coerce.Contains(left, right) != isNegated;
    }
}

/// <summary>
/// HAS and IN: one is the other with its sides exchanged. Negated or not, false unless there is a scalar or null on
/// one side and an array on the other.
/// </summary>
internal sealed class Membership(Operand item, Operand collection, bool isNegated) : Condition
{
    public override bool IsTrue(in Scope scope)
    {
        var value = item.Read(scope);
        return !value.IsArrayOrObject
            && collection.Read(scope).AsArray is { } elements
            && Coerce.IsAmong(value, elements) != isNegated;
    }
}

/// <summary>Membership in a list literal that holds paths, which must be read each time.</summary>
internal sealed class ListMembership(Operand item, Operand[] elements, bool isNegated) : Condition
{
    public override bool IsTrue(in Scope scope)
    {
        var value = item.Read(scope);
        return !value.IsArrayOrObject && IsAmong(value, scope) != isNegated;
    }

    private bool IsAmong(AttributeValue value, in Scope scope)
    {
        foreach (var element in elements)
        {
            if (Coerce.AreEqual(element.Read(scope), value))
            {
                return true;
            }
        }

        return false;
    }
}
