namespace TaskRouter.Engine.Expressions;

/// <summary>A JSON object as two arrays, names in ordinal order. A fraction of a dictionary's size.</summary>
internal sealed class AttributeObject(string[] names, AttributeValue[] values)
{
    // Below this many names a scan beats a binary search: most comparisons end at the reference or at the length.
    private const int ScannedMax = 16;

    public static AttributeObject Empty { get; } = new([], []);

    /// <summary>The value of a property; missing when there is none of that name.</summary>
    public AttributeValue Find(string name)
    {
        if (names.Length > ScannedMax)
        {
            var index = Array.BinarySearch(names, name, StringComparer.Ordinal);
            return index < 0 ? default : values[index];
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
