using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TaskRouter.Engine.Expressions;

/// <summary>
/// Writes the values an expression reads so that different values never look alike: each begins with a letter for its
/// kind and ends where its length or its terminator says.
/// </summary>
internal static class Projection
{
    public static string Of(AttributeDocument task, IReadOnlyList<TaskAttribute> reads)
    {
        if (reads.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var read in reads)
        {
            Append(text, read.Read(new Scope(task, null)));
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, AttributeValue value)
    {
        if (value.AsArray is not { } elements)
        {
            AppendScalar(text, value);
            return;
        }

        text.Append('[');
        foreach (var element in elements)
        {
            AppendScalar(text, element);
        }

        text.Append(']');
    }

    // Of an array or object inside an array, no operator sees more than that it is one.
    private static void AppendScalar(StringBuilder text, AttributeValue value)
    {
        _ = value.Kind switch
        {
            JsonValueKind.Undefined => text.Append('m'),
            JsonValueKind.Null => text.Append('n'),
            JsonValueKind.True => text.Append('t'),
            JsonValueKind.False => text.Append('f'),
            JsonValueKind.Number when value.AsInteger is { } integer =>
                text.Append(CultureInfo.InvariantCulture, $"i{integer};"),
            JsonValueKind.Number => text.Append(CultureInfo.InvariantCulture, $"d{value.AsNumber};"),
            JsonValueKind.String =>
                text.Append(CultureInfo.InvariantCulture, $"s{value.AsText!.Length}:{value.AsText}"),
            JsonValueKind.Array => text.Append('a'),
            _ => text.Append('o'),
        };
    }
}
