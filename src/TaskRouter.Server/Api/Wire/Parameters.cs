using System.Globalization;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// The parameters of one request. Missing is null ("leave alone"), empty is "" ("clear"); unknown ones are never
/// asked for. What is wrong in form is refused here, what is wrong in substance by the engine.
/// </summary>
internal sealed class Parameters(IReadOnlyList<KeyValuePair<string, string>> pairs)
{
    /// <summary>Parameters in one request at most. The largest documented request has about 60.</summary>
    public const int CountMax = 200;

    public static readonly Parameters None = new([]);

    // Any of these, with a fraction of a second or none, and without a zone UTC is meant.
    private static readonly string[] InstantForms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd' 'HH:mmK",
        "yyyy-MM-dd",
    ];

    public IReadOnlyList<KeyValuePair<string, string>> Pairs { get; } = pairs;

    /// <summary>The value given last.</summary>
    public string? Text(string name)
    {
        for (var index = Pairs.Count - 1; index >= 0; index--)
        {
            if (Pairs[index].Key == name)
            {
                return Pairs[index].Value;
            }
        }

        return null;
    }

    /// <summary>A name as lists and unique indexes compare it: without regard to case.</summary>
    public string? NameKey(string name) => Text(name) is { } text ? NameKeys.Of(text) : null;

    public string Required(string name) =>
        Text(name) ?? throw Refusal.Invalid($"Missing required parameter {name} in the post body");

    public IEnumerable<string> All(string name) =>
        Pairs.Where(pair => pair.Key == name).Select(pair => pair.Value);

    /// <summary>True for <c>true</c>, <c>1</c> and <c>yes</c> in any case; every other text is false.</summary>
    public bool? Flag(string name) => Text(name) is { } text
        ? text.Equals("true", StringComparison.OrdinalIgnoreCase)
            || text.Equals("yes", StringComparison.OrdinalIgnoreCase)
            || text == "1"
        : null;

    public int? Number(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refusal.Invalid($"Invalid {name}: must be an integer from {int.MinValue} to {int.MaxValue}");
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(
            text,
            InstantForms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant)
            ? instant
            : throw Refusal.Invalid($"Invalid {name}: must be an ISO 8601 date and time");
    }

    /// <summary>A word of an enumeration, read by the reader that <see cref="WireNames"/> has for it.</summary>
    public T? Choice<T>(string name, Func<string, T?> read)
        where T : struct => Text(name) is { } text ? ChoiceOf(name, text, read) : null;

    public IEnumerable<T> Choices<T>(string name, Func<string, T?> read)
        where T : struct => All(name)
        .SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries))
        .Select(text => ChoiceOf(name, text, read));

    public Sid? Sid(string name, params ReadOnlySpan<SidKind> kinds)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return Engine.Model.Sid.TryParse(text, out var sid) && kinds.Contains(sid.Kind)
            ? sid
            : throw Refusal.Invalid($"Invalid {name}: '{Shortened(text)}' is not a SID of the expected kind");
    }

    /// <summary>As <see cref="Sid"/>, but empty is <c>default(Sid)</c>, which clears.</summary>
    public Sid? SidOrNone(string name, SidKind kind) => Text(name) is "" ? default(Sid) : Sid(name, kind);

    /// <summary>As <see cref="Sid"/>, but empty is as good as missing: there is nothing to clear yet.</summary>
    public Sid? SidIfAny(string name, SidKind kind) => Text(name) is "" ? null : Sid(name, kind);

    private static T ChoiceOf<T>(string name, string text, Func<string, T?> read)
        where T : struct =>
        read(text) ?? throw Refusal.Invalid($"Invalid {name}: '{Shortened(text)}' is not one of its values");

    private static string Shortened(string text) => text.Length <= 64 ? text : text[..64] + "...";
}
