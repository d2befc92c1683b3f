using System.Text.Json;

namespace TaskRouter.Server.Access;

/// <summary>
/// One line of a token: which requests it allows, or forbids. Matched by path alone, because every client library
/// writes Twilio's own host into it. Letter case is ignored as routing ignores it, or a prohibition could be evaded.
/// https://www.twilio.com/docs/taskrouter/js-sdk/workspace#construct-jwt
/// </summary>
internal sealed record Policy(string Method, string[] Path, bool IsAllowed)
{
    private const string AnySegment = "*";
    private const string AnyDepth = "**";

    /// <summary>What the query must hold; a null value stands for any.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Query { get; init; } = [];

    /// <summary>The same for the form.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Form { get; init; } = [];

    public static Policy Allow(string method, string path) => new(method, Split(path), IsAllowed: true);

    /// <summary>As a token carries it; null when it is none.</summary>
    public static Policy? Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object
            || Text(json, "url") is not { } url
            || Text(json, "method") is not { } method
            || !json.TryGetProperty("allow", out var allow)
            || allow.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            || ReadFilter(json, "query_filter") is not { } query
            || ReadFilter(json, "post_filter") is not { } form)
        {
            return null;
        }

        return new Policy(method.ToUpperInvariant(), Split(PathOf(url)), allow.GetBoolean())
        {
            Query = query,
            Form = form,
        };
    }

    /// <summary>Whether it speaks of such requests, as far as method and path tell.</summary>
    public bool Covers(string method, string[] path) =>
        (Method == method || (Method == HttpMethods.Get && method == HttpMethods.Head)) && Covers(path);

    /// <summary>The segments of a path, without regard to slashes at its end.</summary>
    public static string[] Split(string path) => path.Trim('/').Split('/');

    // "**" takes as few segments as it can; when the rest does not fit, the last one takes one more. No recursion: the
    // time is bounded by the product of both lengths.
    private bool Covers(string[] path)
    {
        var (here, there) = (0, 0);
        var (depth, retry) = (-1, 0);
        while (there < path.Length)
        {
            if (here < Path.Length && Path[here] == AnyDepth)
            {
                (depth, retry) = (here++, there);
            }
            else if (here < Path.Length && IsSegment(Path[here], path[there]))
            {
                here++;
                there++;
            }
            else if (depth >= 0)
            {
                (here, there) = (depth + 1, ++retry);
            }
            else
            {
                return false;
            }
        }

        return Path.AsSpan(here).IndexOfAnyExcept(AnyDepth) < 0;
    }

    private static bool IsSegment(string pattern, string segment) =>
        pattern == AnySegment || pattern.Equals(segment, StringComparison.OrdinalIgnoreCase);

    private static string PathOf(string url)
    {
        var address = url.Split('?', '#')[0];
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : address.IndexOf('/', scheme + 3);
        return start < 0 ? "" : address[start..];
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>
    /// <c>{"Name":{"required":true}}</c> asks for a parameter, <c>{"Name":"value"}</c> for its value.
    /// </summary>
    private static List<KeyValuePair<string, string?>>? ReadFilter(JsonElement json, string name)
    {
        var filter = new List<KeyValuePair<string, string?>>();
        if (!json.TryGetProperty(name, out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return filter;
        }

        // PHP writes an empty object as an empty array.
        if (given.ValueKind == JsonValueKind.Array && given.GetArrayLength() == 0)
        {
            return filter;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var wish in given.EnumerateObject())
        {
            switch (wish.Value.ValueKind)
            {
                case JsonValueKind.String:
                    filter.Add(new(wish.Name, wish.Value.GetString()));
                    break;
                case JsonValueKind.Object when wish.Value.TryGetProperty("required", out var required)
                    && required.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    if (required.GetBoolean())
                    {
                        filter.Add(new(wish.Name, null));
                    }

                    break;
                default:
                    return null;
            }
        }

        return filter;
    }
}
