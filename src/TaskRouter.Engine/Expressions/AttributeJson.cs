using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskRouter.Engine.Expressions;

/// <summary>Values as JSON again, for those who are shown what an expression has read.</summary>
internal static class AttributeJson
{
    // For people: quotes and letters stay readable.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>A missing value is null; the result is null when it would be longer than so many characters.</summary>
    public static string? ToJson(this AttributeValue value, int lengthMax)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Readable);
        Write(json, value);
        json.Flush();
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return text.Length > lengthMax ? null : text;
    }

    private static void Write(Utf8JsonWriter json, AttributeValue value)
    {
        if (value.AsArray is { } elements)
        {
            json.WriteStartArray();
            foreach (var element in elements)
            {
                Write(json, element);
            }

            json.WriteEndArray();
        }
        else if (value.AsObject is { } own)
        {
            Write(json, own.Properties);
        }
        else
        {
            WriteScalar(json, value);
        }
    }

    private static void Write(Utf8JsonWriter json, PropertyTable properties)
    {
        json.WriteStartObject();
        for (var index = 0; index < properties.Names.Length; index++)
        {
            json.WritePropertyName(properties.Names[index]);
            Write(json, properties.Values[index]);
        }

        json.WriteEndObject();
    }

    private static void WriteScalar(Utf8JsonWriter json, AttributeValue value)
    {
        if (value.AsText is { } text)
        {
            json.WriteStringValue(text);
        }
        else if (value.AsInteger is { } integer)
        {
            json.WriteNumberValue(integer);
        }
        else if (value.AsNumber is { } number)
        {
            WriteNumber(json, number);
        }
        else if (value.Kind is JsonValueKind.True or JsonValueKind.False)
        {
            json.WriteBooleanValue(value.Kind == JsonValueKind.True);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    // A number beyond every double has been read as infinite, which JSON does not have.
    private static void WriteNumber(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        }
    }
}
