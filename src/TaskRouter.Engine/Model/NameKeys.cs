using System.Diagnostics;

namespace TaskRouter.Engine.Model;

/// <summary>
/// The one rule for "the same name": names are unique without regard to case, and the key is both what memory looks
/// up and what the database's unique indexes hold, so that the two can never disagree.
/// </summary>
public static class NameKeys
{
    public static string Of(string friendlyName) => friendlyName.ToLowerInvariant();

    // The stored key is derived again from the name when a row is read; reading it back only proves that it is there.
    internal static void Check(string value) => Debug.Assert(value is not null, "a row without its name key");
}
