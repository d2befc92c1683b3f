using System.Text.Json;

namespace TaskRouter.Server;

/// <summary>
/// JSON whose names and texts can all be read as strings. The parser takes bytes that are no UTF-8, and the escape of
/// half a surrogate pair; whoever then asks for the text of it gets an exception.
/// </summary>
internal static class ReadableJson
{
    /// <summary>Null when something in it cannot be read.</summary>
    /// <exception cref="JsonException">It is not strict JSON.</exception>
    public static JsonDocument? Parse(byte[] utf8) => IsReadable(utf8) ? JsonDocument.Parse(utf8) : null;

    private static bool IsReadable(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        try
        {
            while (json.Read())
            {
                if (json.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                {
                    _ = json.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
