using System.Buffers;
using System.Text.Json;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Api.Wire;

/// <summary>The few requests that Twilio takes as JSON.</summary>
internal static class JsonBody
{
    // Fifty SIDs are two kilobytes.
    private const int BytesMax = 64 * 1024;

    /// <summary>Null for an empty body. A longer one is read to its end all the same, as forms are.</summary>
    public static async ValueTask<JsonDocument?> ReadAsync(HttpRequest request)
    {
        var reader = request.BodyReader;
        for (var isTooLong = false; ;)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            isTooLong |= read.Buffer.Length > BytesMax;
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(isTooLong ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return isTooLong ? throw Refusals.TooLarge() : read.Buffer.IsEmpty ? null : Parse(request, read.Buffer);
            }
            finally
            {
                reader.AdvanceTo(read.Buffer.End);
            }
        }
    }

    private static JsonDocument Parse(HttpRequest request, ReadOnlySequence<byte> body)
    {
        if (!request.HasJsonContentType())
        {
            throw new Refusal(415, Refusal.InvalidCode, $"The request body must be {WireJson.ContentType}");
        }

        try
        {
            return JsonDocument.Parse(body.ToArray());
        }
        catch (JsonException)
        {
            throw Refusal.Invalid("The request body must be JSON");
        }
    }
}
