using System.Runtime.InteropServices;
using System.Text.Json;

namespace TaskRouter.Engine.Expressions;

/// <summary>Reads UTF-8 JSON into attribute objects. Recursion is bounded by the depth a document may have.</summary>
internal ref struct AttributeReader
{
    public const string LoneSurrogate = "must not contain half of a surrogate pair";

    // Stacks shared by all levels: each object and array takes off what it has put on.
    private readonly List<Property> _properties = [];
    private readonly List<AttributeValue> _elements = [];
    private Utf8JsonReader _json;
    private string? _error;

    // One level more than allowed, so that the error is ours and not the reader's.
    private AttributeReader(ReadOnlySpan<byte> utf8) =>
        _json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = AttributeDocument.DepthMax + 1 });

    /// <summary>The root object, or null and what is wrong with the text.</summary>
    public static PropertyTable? Read(ReadOnlySpan<byte> utf8, out string? error)
    {
        var reader = new AttributeReader(utf8);
        PropertyTable? root = null;
        try
        {
            root = reader.ReadRoot();
            error = reader._error;
        }
        catch (JsonException exception)
        {
            error = $"is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})";
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader accepts the escape \ud800 as a token, but cannot make a string of it.
            error = LoneSurrogate;
        }

        return error is null ? root : null;
    }

    private PropertyTable? ReadRoot()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _error = "must be a JSON object";
            return null;
        }

        var root = ReadObject();
        while (_error is null && _json.Read())
        {
            // Nothing may follow the object; the reader throws when something does.
        }

        return root;
    }

    private AttributeValue ReadValue(StringPool? pool = null)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                return AttributeValue.Of(new AttributeObject(ReadObject()));
            case JsonTokenType.StartArray:
                return AttributeValue.Of(ReadArray());
            case JsonTokenType.String:
                return AttributeValue.Of(ReadString(pool));
            case JsonTokenType.Number:
                return _json.TryGetInt64(out var integer)
                    ? AttributeValue.Of(integer)
                    : AttributeValue.Of(_json.GetDouble());
            case JsonTokenType.Null:
                return AttributeValue.Null;
            default:
                return AttributeValue.Of(_json.TokenType == JsonTokenType.True);
        }
    }

    private PropertyTable ReadObject()
    {
        var start = _properties.Count;
        while (CanDescend() && _json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadString(StringPool.Names);
            _json.Read();
            var value = ReadValue();
            _properties.Add(new Property(name, _properties.Count, value));
        }

        var properties = CollectionsMarshal.AsSpan(_properties)[start..];
        var result = properties.IsEmpty ? PropertyTable.Empty : Sorted(properties);
        _properties.RemoveRange(start, _properties.Count - start);
        return result;
    }

    private AttributeValue[] ReadArray()
    {
        var start = _elements.Count;
        while (CanDescend() && _json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            _elements.Add(ReadValue(StringPool.Elements));
        }

        var result = _elements.Count == start ? [] : CollectionsMarshal.AsSpan(_elements)[start..].ToArray();
        _elements.RemoveRange(start, _elements.Count - start);
        return result;
    }

    // False ends every level's loop, so a document that is too deep is left as soon as that shows.
    private bool CanDescend()
    {
        var opens = _json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (opens && _json.CurrentDepth >= AttributeDocument.DepthMax)
        {
            _error = $"must not be nested deeper than {AttributeDocument.DepthMax} levels";
        }

        return _error is null;
    }

    private readonly string ReadString(StringPool? pool)
    {
        if (pool is null || _json.ValueSpan.Length > StringPool.LengthMax)
        {
            return _json.GetString()!;
        }

        Span<char> buffer = stackalloc char[StringPool.LengthMax];
        return pool.Get(buffer[.._json.CopyString(buffer)]);
    }

    private static PropertyTable Sorted(Span<Property> properties)
    {
        properties.Sort(static (x, y) => string.CompareOrdinal(x.Name, y.Name) is not 0 and var byName
            ? byName
            : x.Order.CompareTo(y.Order));
        var names = new string[properties.Length];
        var values = new AttributeValue[properties.Length];
        var count = 0;
        foreach (var property in properties)
        {
            // Of equal names the last in the text is the last of the run.
            var isRepeated = count > 0 && names[count - 1] == property.Name;
            var index = isRepeated ? count - 1 : count++;
            names[index] = property.Name;
            values[index] = property.Value;
        }

        Array.Resize(ref names, count);
        Array.Resize(ref values, count);
        return new PropertyTable(NameListPool.Get(names), values);
    }

    private readonly record struct Property(string Name, int Order, AttributeValue Value);
}
