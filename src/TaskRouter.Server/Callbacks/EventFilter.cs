using TaskRouter.Server.Events;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// Which types of events a workspace's receiver wants. https://www.twilio.com/docs/taskrouter/api/workspace
/// </summary>
internal static class EventFilter
{
    /// <summary>
    /// The types that an EventsFilter names: null for all, when it names nothing. Names of no event are left out.
    /// </summary>
    public static IReadOnlyCollection<string>? TypesOf(string? filter)
    {
        var names = (filter ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0
            ? null
            : [.. EventGroupsOfType.Types.Intersect(names, StringComparer.OrdinalIgnoreCase)];
    }
}
