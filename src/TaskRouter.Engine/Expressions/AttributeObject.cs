namespace TaskRouter.Engine.Expressions;

/// <summary>A JSON object inside a document.</summary>
internal sealed class AttributeObject(PropertyTable properties)
{
    public PropertyTable Properties => properties;

    public AttributeValue Find(string name) => properties.Find(name);
}

/// <summary>
/// The properties of an object as two arrays, names in ordinal order. A fraction of a dictionary's size; and since
/// workers look alike, most of them share one array of names, which then stays in the processor's cache.
/// </summary>
internal readonly struct PropertyTable(string[] names, AttributeValue[] values)
{
    // Below this many names a scan beats a binary search: most comparisons end at the reference or at the length.
    private const int ScannedMax = 16;

    public static PropertyTable Empty { get; } = new([], []);

    public ReadOnlySpan<string> Names => names;

    public ReadOnlySpan<AttributeValue> Values => values;

    /// <summary>The value of a property; missing when there is none of that name.</summary>
    public AttributeValue Find(string name)
    {
        if (names.Length > ScannedMax)
        {
            var found = Array.BinarySearch(names, name, StringComparer.Ordinal);
            return found < 0 ? default : values[found];
        }

        for (var index = 0; index < names.Length; index++)
        {
            if (string.Equals(names[index], name))
            {
                return values[index];
            }
        }

        return default;
    }
}
