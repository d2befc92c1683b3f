using System.Globalization;
using System.Text.Json;

namespace TaskRouter.Engine.Expressions;

/// <summary>
/// The rules of comparison: the only place that knows what null, a missing attribute, or two values of different kinds
/// mean to an operator. Nothing here fails; what the rules leave undefined is false.
/// https://www.twilio.com/docs/taskrouter/expression-syntax
/// </summary>
internal static class Coerce
{
    // The longest text of a 64-bit integer or double.
    private const int NumberTextMax = 32;

    /// <summary>The operator <c>==</c>. Arrays and objects equal nothing.</summary>
    public static bool AreEqual(AttributeValue left, AttributeValue right)
    {
        if (left.AsText is { } text && right.AsText is { } other)
        {
            return string.Equals(text, other);
        }

        if (left.IsNull || right.IsNull)
        {
            return left.IsNull && right.IsNull;
        }

        return IsBoolean(left) || IsBoolean(right) ? left.Kind == right.Kind : Order(left, right) == 0;
    }

    /// <summary>
    /// The operator <c>!=</c>. Not the negation of <c>==</c>: both are false for an array or an object, unless the
    /// other side is null. A missing attribute differs from everything that is there.
    /// </summary>
    public static bool Differ(AttributeValue left, AttributeValue right)
    {
        if (left.IsNull || right.IsNull)
        {
            return !(left.IsNull && right.IsNull);
        }

        return !left.IsArrayOrObject && !right.IsArrayOrObject && !AreEqual(left, right);
    }

    /// <summary>Which is greater, as comparers say it. Null where there is no order: every relation is false.</summary>
    public static int? Order(AttributeValue left, AttributeValue right)
    {
        if (left.AsText is { } text && right.AsText is { } other)
        {
            return string.CompareOrdinal(text, other);
        }

        // Two numbers, or a number and a text that looks like one.
        return Number.TryRead(left, out var number) && Number.TryRead(right, out var otherNumber)
            ? Number.Compare(number, otherNumber)
            : null;
    }

    /// <summary>The operator CONTAINS: a substring of the texts of strings and numbers.</summary>
    public static bool Contains(AttributeValue whole, AttributeValue part)
    {
        if (whole.AsText is { } text && part.AsText is { } partText)
        {
            return text.Contains(partText, StringComparison.Ordinal);
        }

        Span<char> buffer = stackalloc char[NumberTextMax];
        Span<char> partBuffer = stackalloc char[NumberTextMax];
        return TryText(whole, buffer, out var wholeSpan)
            && TryText(part, partBuffer, out var partSpan)
            && wholeSpan.IndexOf(partSpan) >= 0;
    }

    /// <summary>Whether one of the elements equals the item: HAS, and IN read the other way round.</summary>
    public static bool IsAmong(AttributeValue item, AttributeValue[] elements)
    {
        foreach (var element in elements)
        {
            if (AreEqual(element, item))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the value is a text that equals the same text and nothing else: it is no number.</summary>
    public static bool IsTextOnly(AttributeValue value) => value.AsText is not null && !Number.TryRead(value, out _);

    private static bool IsBoolean(AttributeValue value) => value.Kind is JsonValueKind.True or JsonValueKind.False;

    private static bool TryText(AttributeValue value, Span<char> buffer, out ReadOnlySpan<char> text)
    {
        var length = 0;
        var isNumber = value.AsInteger is { } integer
            ? integer.TryFormat(buffer, out length, default, CultureInfo.InvariantCulture)
            : value.AsNumber is { } real
                && real.TryFormat(buffer, out length, default, CultureInfo.InvariantCulture);
        text = isNumber ? buffer[..length] : value.AsText;
        return isNumber || value.AsText is not null;
    }

    /// <summary>An integer, kept exact, or a double.</summary>
    private readonly record struct Number(long? Integer, double Real)
    {
        public static bool TryRead(AttributeValue value, out Number number)
        {
            if (value.AsText is { } text)
            {
                return TryRead(text, out number);
            }

            number = new Number(value.AsInteger, value.AsNumber.GetValueOrDefault());
            return value.AsNumber is not null;
        }

        public static int Compare(Number x, Number y) => x.Integer is { } integer && y.Integer is { } other
            ? integer.CompareTo(other)
            : x.Real.CompareTo(y.Real);

        // Digits, at most one sign before and one point between them. Not "+15550001", which is a telephone number.
        private static bool TryRead(string text, out Number number)
        {
            number = default;
            var digits = text.StartsWith('-') ? text.AsSpan(1) : text;
            var point = digits.IndexOf('.');
            var isNumber = point < 0
                ? AreDigits(digits)
                : AreDigits(digits[..point]) && AreDigits(digits[(point + 1)..]);
            if (!isNumber || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
            {
                return false;
            }

            var isInteger = long.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer);
            number = new Number(isInteger ? integer : null, real);
            return true;
        }

        // A loop, because ContainsAnyExceptInRange allocates until it has been compiled for the second time.
        private static bool AreDigits(ReadOnlySpan<char> text)
        {
            foreach (var character in text)
            {
                if (!char.IsAsciiDigit(character))
                {
                    return false;
                }
            }

            return !text.IsEmpty;
        }
    }
}
