using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// The <c>Ordering</c> of a list: one or two keys, each ascending or descending, the order of creation last.
/// https://www.twilio.com/docs/taskrouter/api/task#list-action-parameters
/// </summary>
internal sealed class Ordering
{
    private const string DateCreated = "DateCreated";
    private const string VirtualStartTime = "VirtualStartTime";

    private readonly (string Key, bool Descending)[] _keys;

    private Ordering((string Key, bool Descending)[] keys) => _keys = keys;

    public static Ordering Parse(string text, string[] keys)
    {
        var parsed = text.Split(',').Select(part => ParseKey(part.Trim(), keys)).ToArray();
        var names = parsed.Select(key => key.Key).ToHashSet(StringComparer.Ordinal);
        return parsed.Length > 2 || names.Count < parsed.Length || names.IsSupersetOf([DateCreated, VirtualStartTime])
            ? throw Refusal.Invalid("Invalid Ordering: these keys cannot be combined")
            : new Ordering(parsed);
    }

    /// <summary>
    /// The row's place in this order. A key that descends is complemented, so that all places ascend.
    /// </summary>
    public Cursor CursorOf(Sid sid, Func<string, long> valueOf) =>
        new(sid, Value(0, valueOf), _keys.Length > 1 ? Value(1, valueOf) : 0);

    private long Value(int index, Func<string, long> valueOf)
    {
        var value = valueOf(_keys[index].Key);
        return _keys[index].Descending ? ~value : value;
    }

    private static (string Key, bool Descending) ParseKey(string text, string[] keys)
    {
        var parts = text.Split(':');
        var key = keys.FirstOrDefault(key => key.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
        var direction = parts.Length == 2 ? parts[1].ToUpperInvariant() : parts.Length == 1 ? "ASC" : "";
        return key is not null && direction is ("ASC" or "DESC")
            ? (key, direction == "DESC")
            : throw Refusal.Invalid($"Invalid Ordering: must be {string.Join(", ", keys)}, followed by :asc or :desc");
    }
}
