using System.Buffers;
using System.Text;
using System.Text.Json;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// A request of an agent's client: one JSON object in the body of a POST, which names what would be path, method, form
/// and credentials elsewhere. JSON whatever its Content-Type says: the client calls it a form.
/// </summary>
internal sealed record Envelope(
    string Url, string Method, string Token, IReadOnlyList<KeyValuePair<string, string>> Given)
{
    /// <summary>What older clients want to find in the answer again.</summary>
    public string? EventType { get; private init; }

    /// <summary>The longest is a task with attributes as long as they may be, beside a token.</summary>
    public const int BytesMax = 256 * 1024;

    // Attributes stand inside the params, which stand inside the envelope.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AttributeDocument.DepthMax + 3 };

    public static ValueTask<Envelope> ReadAsync(HttpRequest request, int bytesMax) =>
        RequestBody.ReadAsync(request, Math.Min(bytesMax, BytesMax), state: 0, static (_, _, body) => Parse(body));

    /// <summary>As a form of this operation; what it does not take is there, but its handler does not see it.</summary>
    public Parameters FormOf(AgentOperation operation) => new(
    [
        .. Given.Select(pair =>
        {
            var name = operation.NameOf(pair.Key);
            return new GivenParameter(operation.Takes.Find(Encoding.UTF8.GetBytes(name)), name, pair.Value);
        }),
    ]);

    private static Envelope Parse(ReadOnlySequence<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, Options);
            return Read(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is well-formed JSON with a text that is not Unicode.
            throw Refusal.Invalid("The request body must be a JSON object of url, method, params and token");
        }
    }

    private static Envelope Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException();
        }

        var given = new List<KeyValuePair<string, string>>();
        if (json.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object)
        {
            foreach (var parameter in parameters.EnumerateObject())
            {
                AddTo(given, parameter.Name, parameter.Value);
            }
        }

        return given.Count <= Parameters.CountMax
            ? new Envelope(
                Text(json, "url"), Text(json, "method").ToUpperInvariant(), Text(json, "token"), given)
            {
                EventType = Text(json, "event_type") is { Length: > 0 } type ? type : null,
            }
            : throw Refusal.Invalid($"Too many parameters: more than {Parameters.CountMax}");
    }

    private static void AddTo(List<KeyValuePair<string, string>> given, string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                break;

            // A list of words is one parameter for each of them.
            case JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String):
                given.AddRange(value.EnumerateArray().Select(item =>
                    KeyValuePair.Create(Checked(name), Checked(item.GetString()!))));
                break;

            case JsonValueKind.String:
                given.Add(new(Checked(name), Checked(value.GetString()!)));
                break;

            // Attributes come as an object, flags and numbers as themselves: their text is what a form would hold.
            default:
                given.Add(new(Checked(name), value.GetRawText()));
                break;
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? Checked(value.GetString()!)
            : "";

    private static string Checked(string text) => text.Contains('\0')
        ? throw Refusal.Invalid("Parameters must be UTF-8 text without U+0000")
        : text;
}
