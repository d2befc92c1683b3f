using System.Text.Json;

namespace TaskRouter.Engine.Expressions;

/// <summary>
/// One value of a JSON attribute document. The default value means that the attribute is missing, which expressions
/// treat like null but <see cref="IsMissing"/> still tells apart.
/// </summary>
/// <remarks>
/// Two words, because a workspace holds millions of these: the first is the content or, for values without one, a tag
/// that names the kind; the second is the number.
/// </remarks>
public readonly struct AttributeValue
{
    private static readonly Tag NullTag = new(JsonValueKind.Null);
    private static readonly Tag TrueTag = new(JsonValueKind.True);
    private static readonly Tag FalseTag = new(JsonValueKind.False);
    private static readonly Tag IntegerTag = new(JsonValueKind.Number);
    private static readonly Tag RealTag = new(JsonValueKind.Number);

    private readonly object? _content;
    private readonly long _bits;

    private AttributeValue(object content, long bits = 0)
    {
        _content = content;
        _bits = bits;
    }

    internal static AttributeValue Null => new(NullTag);

    /// <summary><see cref="JsonValueKind.Undefined"/> when the attribute is missing.</summary>
    public JsonValueKind Kind => _content switch
    {
        null => JsonValueKind.Undefined,
        string => JsonValueKind.String,
        Tag tag => tag.Kind,
        AttributeValue[] => JsonValueKind.Array,
        _ => JsonValueKind.Object,
    };

    public bool IsMissing => _content is null;

    /// <summary>JSON null or missing: the language's NULL.</summary>
    public bool IsNull => _content is null || ReferenceEquals(_content, NullTag);

    /// <summary>The text of a string; null for every other kind.</summary>
    public string? AsText => _content as string;

    /// <summary>A number written without fraction and exponent that fits 64 bits; null for everything else.</summary>
    public long? AsInteger => ReferenceEquals(_content, IntegerTag) ? _bits : null;

    /// <summary>Any number; null for every other kind.</summary>
    public double? AsNumber =>
        ReferenceEquals(_content, IntegerTag) ? _bits
        : ReferenceEquals(_content, RealTag) ? BitConverter.Int64BitsToDouble(_bits)
        : null;

    internal AttributeValue[]? AsArray => _content as AttributeValue[];

    internal AttributeObject? AsObject => _content as AttributeObject;

    internal bool IsArrayOrObject => _content is AttributeValue[] or AttributeObject;

    internal static AttributeValue Of(string text) => new(text);

    internal static AttributeValue Of(bool value) => new(value ? TrueTag : FalseTag);

    internal static AttributeValue Of(long number) => new(IntegerTag, number);

    internal static AttributeValue Of(double number) => new(RealTag, BitConverter.DoubleToInt64Bits(number));

    internal static AttributeValue Of(AttributeValue[] elements) => new(elements);

    internal static AttributeValue Of(AttributeObject properties) => new(properties);

    private sealed class Tag(JsonValueKind kind)
    {
        public JsonValueKind Kind { get; } = kind;
    }
}
