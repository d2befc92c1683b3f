namespace TaskRouter.Engine.Expressions;

/// <summary>A compiled condition. Stateless, so any thread may ask.</summary>
internal abstract class Condition
{
    public static Condition Never { get; } = new AnyOf([]);

    public abstract bool IsTrue(in Scope scope);

    /// <summary>
    /// What must hold for this to be true of a worker: of each of these lists at least one text. Says nothing of what
    /// suffices, and is empty where nothing can be told.
    /// </summary>
    public virtual IReadOnlyList<AttributeText[]> Requirements => [];
}

internal sealed class AnyOf(Condition[] parts) : Condition
{
    // Above this many texts it is cheaper to ask everybody.
    private const int TextsMax = 64;

    /// <summary>Whatever one part needs, when all of them need something.</summary>
    public override IReadOnlyList<AttributeText[]> Requirements
    {
        get
        {
            var texts = new List<AttributeText>();
            foreach (var part in parts)
            {
                if (part.Requirements is not [var needed, ..] || texts.Count + needed.Length > TextsMax)
                {
                    return [];
                }

                texts.AddRange(needed);
            }

            return texts.Count == 0 ? [] : [[.. texts]];
        }
    }

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
    public override IReadOnlyList<AttributeText[]> Requirements => [.. parts.SelectMany(part => part.Requirements)];

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
    public override IReadOnlyList<AttributeText[]> Requirements =>
        left is Constant literal ? right.Requiring([literal.Value])
        : right is Constant other ? left.Requiring([other.Value])
        : [];

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
    public override IReadOnlyList<AttributeText[]> Requirements =>
        isNegated ? []
        : item is Constant literal ? collection.Requiring([literal.Value])
        : collection is Constant { Value.AsArray: { } elements } ? item.Requiring(elements)
        : [];

    public override bool IsTrue(in Scope scope)
    {
        var value = item.Read(scope);
        return !value.IsArrayOrObject
            && collection.Read(scope).AsArray is { } elements
            && Coerce.IsAmong(value, elements) != isNegated;
    }
}

/// <summary>Membership in a long list of constants, such as a team's SIDs: a look-up instead of a search.</summary>
internal sealed class SetMembership : Condition
{
    /// <summary>From this many texts on a look-up is faster.</summary>
    public const int TextsMin = 8;

    private readonly Operand _item;
    private readonly AttributeValue[] _elements;
    private readonly AttributeValue[] _others;
    private readonly HashSet<string> _texts;
    private readonly bool _isNegated;

    public SetMembership(Operand item, AttributeValue[] elements, bool isNegated)
    {
        _item = item;
        _elements = elements;
        _others = Array.FindAll(elements, static element => element.AsText is null);
        _texts = elements.Select(static element => element.AsText).OfType<string>().ToHashSet(StringComparer.Ordinal);
        _isNegated = isNegated;
    }

    public override IReadOnlyList<AttributeText[]> Requirements => _isNegated ? [] : _item.Requiring(_elements);

    public override bool IsTrue(in Scope scope)
    {
        var value = _item.Read(scope);
        if (value.IsArrayOrObject)
        {
            return false;
        }

        // A text equals the same text, or a number that looks like it; a number may equal any of the elements.
        var isAmong = value.AsText is { } text
            ? _texts.Contains(text) || Coerce.IsAmong(value, _others)
            : Coerce.IsAmong(value, _elements);
        return isAmong != _isNegated;
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
