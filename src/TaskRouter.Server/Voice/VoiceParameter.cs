using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Voice;

internal enum VoiceType
{
    Text,
    Url,

    /// <summary>One of <see cref="VoiceParameter.Words"/>.</summary>
    Word,
    Flag,
    Number,
    CallSid,
    ActivitySid,
}

/// <summary>
/// One parameter of an instruction that connects calls: its name in a form, its key in the answer to an assignment
/// callback, and what it may be. https://www.twilio.com/docs/taskrouter/api/reservations#reservation-instructions
/// </summary>
internal sealed record VoiceParameter
{
    /// <summary>Of any text, so that no call remembers a megabyte.</summary>
    public const int TextMax = 2_048;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private VoiceParameter(string name, string key, VoiceType type, string meaning) =>
        (Name, Key, Type, Meaning) = (name, key, type, meaning);

    /// <summary>As a form has it: <c>DequeuePostWorkActivitySid</c>.</summary>
    public string Name { get; }

    /// <summary>As JSON has it: <c>post_work_activity_sid</c>.</summary>
    public string Key { get; }

    public VoiceType Type { get; }

    /// <summary>For people, in the OpenAPI document.</summary>
    public string Meaning { get; }

    /// <summary>Twilio's code for a value that will not do. https://www.twilio.com/docs/api/errors</summary>
    public int Code { get; init; } = Refusal.InvalidCode;

    public IReadOnlyList<string> Words { get; init; } = [];

    public (int Min, int Max) Range { get; init; } = (int.MinValue, int.MaxValue);

    /// <summary>What counts when nothing is given.</summary>
    public string? Default { get; init; }

    public string Example { get; init; } = "text";

    /// <summary>Several values: the name repeated, an array, or one text with commas.</summary>
    public bool IsList { get; init; }

    /// <summary>Empty is a mistake of its own, and not as good as nothing.</summary>
    public bool RefusesEmpty { get; init; }

    /// <summary>Goes to the telephony and is written down nowhere.</summary>
    public bool IsSecret { get; init; }

    /// <param name="prefix">What the form's name has in front; JSON says it by the instruction.</param>
    public static VoiceParameter Of(string prefix, string word, VoiceType type, string meaning) => new(
        prefix + word, JsonNamingPolicy.SnakeCaseLower.ConvertName(word), type, meaning);

    /// <summary>What is wrong about a text; null for nothing.</summary>
    public string? FaultOf(string text)
    {
        if (text.Length > TextMax)
        {
            return $"longer than {TextMax} characters";
        }

        return Items(text).Select(FaultOfOne).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>A text without fault, as every reader may rely on it.</summary>
    public string Canonical(string text) => string.Join(',', Items(text).Select(CanonicalOne));

    private string[] Items(string text) =>
        IsList ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text];

    private string? FaultOfOne(string text) => Type switch
    {
        VoiceType.Text => text.Any(char.IsControl) ? "has control characters" : null,
        VoiceType.Url => IsUrl(text) ? null : "must be an http or https URL",
        VoiceType.Word => WordOf(text) is null ? $"must be one of {string.Join(", ", Words)}" : null,
        VoiceType.Number => NumberOf(text) is { } number && number >= Range.Min && number <= Range.Max
            ? null
            : $"must be an integer from {Range.Min} to {Range.Max}",
        VoiceType.CallSid => IsCallSid(text) ? null : "must be the SID of a call",
        VoiceType.ActivitySid => Sid.TryParse(text, SidKind.Activity, out _) ? null : "must be the SID of an activity",
        _ => null,
    };

    private string CanonicalOne(string text) => Type switch
    {
        VoiceType.Word => WordOf(text)!,
        VoiceType.Flag => IsTrue(text) ? "true" : "false",
        VoiceType.Number => NumberOf(text)!.Value.ToString(CultureInfo.InvariantCulture),
        _ => text,
    };

    private string? WordOf(string text) =>
        Words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase));

    // As every other flag of the API: what is not true is false.
    private static bool IsTrue(string text) => text.Equals("true", StringComparison.OrdinalIgnoreCase)
        || text.Equals("yes", StringComparison.OrdinalIgnoreCase)
        || text == "1";

    private static int? NumberOf(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    // The telephony's, not ours: its digits may be upper-case.
    private static bool IsCallSid(string text) => text.Length == Sid.TextLength
        && text.StartsWith("CA", StringComparison.Ordinal)
        && text.AsSpan(2).IndexOfAnyExcept(HexDigits) < 0;
}
