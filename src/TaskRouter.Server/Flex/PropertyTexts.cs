using System.Buffers;
using System.Text;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Flex;

/// <summary>
/// The properties of a JSON object in their order, each value as the very text that was sent. Immutable.
/// </summary>
internal sealed class PropertyTexts
{
    public const int DepthMax = 64;
    public const int CountMax = 500;

    public static readonly PropertyTexts Empty = new([]);

    private readonly OrderedDictionary<string, ReadOnlyMemory<byte>> _values;

    private PropertyTexts(OrderedDictionary<string, ReadOnlyMemory<byte>> values) => _values = values;

    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> All => _values;

    /// <summary>Of properties with the same name the last one counts.</summary>
    /// <exception cref="Refusal">It is not strict JSON, no object, or too large in some way.</exception>
    public static PropertyTexts Parse(ReadOnlyMemory<byte> utf8)
    {
        // One level more than allowed, so that the error is ours and not the reader's.
        var json = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = DepthMax + 1 });
        try
        {
            return Read(ref json, utf8);
        }
        catch (JsonException exception)
        {
            throw Refusal.Invalid("The request body is not valid JSON "
                + $"(line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader accepts the escape \ud800 as a token, but cannot make a string of it.
            throw Refusal.Invalid("The request body must not contain half of a surrogate pair");
        }
    }

    /// <summary>Null when it is not there.</summary>
    public ReadOnlyMemory<byte>? Find(string name) =>
        _values.TryGetValue(name, out var value) ? value : default(ReadOnlyMemory<byte>?);

    /// <summary>Null when it is not there, null, or something else than such a SID.</summary>
    public Sid? FindSid(string name, SidKind kind) =>
        Find(name) is { } text && TextOf(text.Span) is { } value && Sid.TryParse(value, kind, out var sid) ? sid : null;

    /// <summary>The value as a document of its own; the caller disposes of it. Null when it is not there.</summary>
    public JsonDocument? Read(string name) => Find(name) is { } text ? JsonDocument.Parse(text, Options) : null;

    /// <summary>These, with every one of the others whole in the place of its namesake.</summary>
    public PropertyTexts With(PropertyTexts others)
    {
        var values = new OrderedDictionary<string, ReadOnlyMemory<byte>>(_values);
        foreach (var (name, value) in others._values)
        {
            values[name] = value;
        }

        return values.Count <= CountMax ? new PropertyTexts(values) : throw TooMany();
    }

    public PropertyTexts Without(IEnumerable<string> names)
    {
        var values = new OrderedDictionary<string, ReadOnlyMemory<byte>>(_values);
        foreach (var name in names)
        {
            values.Remove(name);
        }

        return new PropertyTexts(values);
    }

    public string ToText()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in _values)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static JsonDocumentOptions Options => new() { MaxDepth = DepthMax };

    private static PropertyTexts Read(ref Utf8JsonReader json, ReadOnlyMemory<byte> utf8)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw Refusal.Invalid("The request body must be a JSON object");
        }

        var values = new OrderedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var name = json.GetString()!;
            json.Read();
            var start = (int)json.TokenStartIndex;
            PassValue(ref json);
            values[name] = utf8[start..(int)json.BytesConsumed];
            if (values.Count > CountMax)
            {
                throw TooMany();
            }
        }

        // Nothing may follow the object; the reader throws when something does.
        json.Read();
        return new PropertyTexts(values);
    }

    private static void PassValue(ref Utf8JsonReader json)
    {
        var depth = json.CurrentDepth;
        do
        {
            if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                && json.CurrentDepth >= DepthMax)
            {
                throw Refusal.Invalid($"The request body must not be nested deeper than {DepthMax} levels");
            }

            if (json.ValueIsEscaped)
            {
                _ = json.GetString();
            }
        }
        while ((json.CurrentDepth > depth || json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            && json.Read());
    }

    private static string? TextOf(ReadOnlySpan<byte> value)
    {
        var json = new Utf8JsonReader(value);
        return json.Read() && json.TokenType == JsonTokenType.String ? json.GetString() : null;
    }

    private static Refusal TooMany() => Refusal.Invalid($"A configuration has at most {CountMax} properties");
}
