using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Api.Wire;

/// <summary>The few requests that Twilio takes as JSON.</summary>
internal static class JsonBody
{
    // Fifty SIDs are two kilobytes.
    private const int BytesMax = 64 * 1024;

    /// <summary>Null for an empty body.</summary>
    public static ValueTask<JsonDocument?> ReadAsync(HttpRequest request) => RequestBody.ReadAsync(
        request, BytesMax, false, static (request, _, body) => body.IsEmpty ? null : Parse(request, body));

    private static JsonDocument Parse(HttpRequest request, ReadOnlySequence<byte> body)
    {
        if (!request.HasJsonContentType())
        {
            throw new Refusal(415, Refusal.InvalidCode, $"The request body must be {MediaTypeNames.Application.Json}");
        }

        try
        {
            return ReadableJson.Parse(body.ToArray())
                ?? throw Refusal.Invalid("The request body must be UTF-8 without half of a surrogate pair");
        }
        catch (JsonException)
        {
            throw Refusal.Invalid("The request body must be JSON");
        }
    }
}
