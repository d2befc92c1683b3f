using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace TaskRouter.Engine.Expressions;

/// <summary>
/// The attributes of a worker or a task: a JSON object, read when it is written instead of with every expression.
/// Immutable.
/// https://www.twilio.com/docs/taskrouter/api/worker#worker-properties
/// </summary>
public sealed class AttributeDocument
{
    /// <summary>Objects and arrays inside each other.</summary>
    public const int DepthMax = 64;

    private AttributeDocument(string text, PropertyTable root)
    {
        Text = text;
        Root = root;
    }

    public static AttributeDocument Empty { get; } = new("{}", PropertyTable.Empty);

    /// <summary>The JSON text exactly as it was sent.</summary>
    public string Text { get; }

    internal PropertyTable Root { get; }

    /// <summary>Reads strict JSON (RFC 8259). Of properties with the same name the last one counts.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out AttributeDocument? document, [NotNullWhen(false)] out string? error)
    {
        // A UTF-16 unit never takes more than three bytes of UTF-8.
        var utf8 = ArrayPool<byte>.Shared.Rent(text.Length * 3);
        try
        {
            document = null;
            if (Utf8.FromUtf16(text, utf8, out _, out var length, replaceInvalidSequences: false)
                != OperationStatus.Done)
            {
                error = AttributeReader.LoneSurrogate;
                return false;
            }

            var root = AttributeReader.Read(utf8.AsSpan(0, length), out error);
            document = root is null ? null : new AttributeDocument(text, root.Value);
            return document is not null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8, clearArray: true);
        }
    }

    /// <summary>Reads what has been accepted before, and so is for ever.</summary>
    /// <exception cref="InvalidOperationException">A broken program or disk.</exception>
    public static AttributeDocument ReadAgain(string text) => TryParse(text, out var document, out var error)
        ? document
        : throw new InvalidOperationException($"Stored attributes no longer parse: {error}");

    public override string ToString() => Text;

    /// <summary>
    /// The texts in the array that two names lead to, such as <c>routing.skills</c>; none where there is no array.
    /// </summary>
    public IEnumerable<string> TextsAt(string first, string second) =>
        Root.Find(first).AsObject?.Find(second).AsArray is { } elements
            ? elements.Select(element => element.AsText).OfType<string>()
            : [];

    /// <summary>Missing where a key is absent, an index is out of range, or a step leads into something else.</summary>
    internal AttributeValue Find(PathStep[] steps)
    {
        // A path begins with a name, by the grammar.
        var value = Root.Find(steps[0].Name!);
        for (var index = 1; index < steps.Length && !value.IsMissing; index++)
        {
            value = Follow(value, steps[index]);
        }

        return value;
    }

    private static AttributeValue Follow(AttributeValue value, PathStep step)
    {
        if (step.Name is { } name)
        {
            return value.AsObject is { } properties ? properties.Find(name) : default;
        }

        return value.AsArray is { } elements && step.Index < elements.Length ? elements[step.Index] : default;
    }
}
