using System.Globalization;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// Versions of tasks, workers and reservations as ETag and If-Match.
/// https://www.twilio.com/docs/usage/mutation-and-conflict-resolution
/// </summary>
internal static class Revision
{
    // No record has it, so the engine refuses it with 412 after having looked whether the record exists.
    private const int NeverCurrent = -1;

    public static void Give(HttpResponse response, int version) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>
    /// The version the caller has seen; null when any will do. Clients send it quoted, weak and bare.
    /// </summary>
    public static int? Wanted(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count > 1 || header.ToString().Contains(','))
        {
            throw Refusal.Invalid("Invalid If-Match: must hold one version");
        }

        var text = header.ToString().AsSpan().Trim();
        if (text.IsEmpty || text is "*")
        {
            return null;
        }

        var tag = text.StartsWith("W/", StringComparison.Ordinal) ? text[2..] : text;
        if (tag.Length >= 2 && tag[0] == '"' && tag[^1] == '"')
        {
            tag = tag[1..^1];
        }

        return int.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : NeverCurrent;
    }
}
