using System.Globalization;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// A place in an ordered list: a row's sort keys, then its SID. It outlives the row, so a page starts at the right
/// place even when the row it started from has been deleted.
/// </summary>
/// <param name="First">Ordered before the SID; 0 in a list in order of creation.</param>
/// <param name="Second">Ordered between the two.</param>
internal readonly record struct Cursor(Sid Sid, long First = 0, long Second = 0)
{
    /// <summary>The place between this row and the next.</summary>
    public Cursor JustAfter => this with { Sid = Sid with { Low = Sid.Low + 1 } };

    /// <summary>The place between this row and the one before.</summary>
    public Cursor JustBefore => this with { Sid = Sid with { Low = Sid.Low - 1 } };
}

/// <summary>
/// What a page URL carries, opaque to clients: <c>PA</c> for the page after a row or <c>PB</c> for the one before, its
/// SID, and its sort keys where the list is not in order of creation.
/// </summary>
internal sealed record PageToken(bool Forward, Cursor Cursor)
{
    public static PageToken? Parse(string text)
    {
        var parts = text.Split('.');
        if (parts.Length is not (1 or 3)
            || !(parts[0].StartsWith("PA", StringComparison.Ordinal)
                || parts[0].StartsWith("PB", StringComparison.Ordinal))
            || !Sid.TryParse(parts[0][2..], out var sid))
        {
            return null;
        }

        var (first, second) = (0L, 0L);
        return parts.Length == 1 || (IsKey(parts[1], out first) && IsKey(parts[2], out second))
            ? new PageToken(parts[0][1] == 'A', new Cursor(sid, first, second))
            : null;
    }

    public override string ToString()
    {
        var keys = Cursor is { First: 0, Second: 0 }
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $".{Cursor.First:x}.{Cursor.Second:x}");
        return $"{(Forward ? "PA" : "PB")}{Cursor.Sid}{keys}";
    }

    private static bool IsKey(string text, out long key) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);
}
