using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api.Contract;

/// <summary>
/// One parameter: the handler reads it by this definition and the OpenAPI document is written from it. A parameter that
/// an operation does not list is never seen by its handler.
/// </summary>
/// <param name="Meaning">For people, in the OpenAPI document.</param>
internal abstract record Parameter(string Name, string Meaning, Shape Shape)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(Name);

    public bool IsRequired { get; init; }

    /// <summary>May be given more than once.</summary>
    public bool IsList { get; init; }

    public bool IsCalled(ReadOnlySpan<byte> name) => name.SequenceEqual(_name);

    /// <summary>Refuses a value that is wrong in form, for parameters that nobody reads yet.</summary>
    public abstract void Check(string text);

    public Refusal Refuse(string reason) => Refusal.Invalid($"Invalid {Name}: {reason}");

    protected static string Shortened(string text) => text.Length <= 64 ? text : text[..64] + "...";
}

/// <summary>A parameter that is more than text.</summary>
internal abstract record Parameter<T>(string Name, string Meaning, Shape Shape) : Parameter(Name, Meaning, Shape)
{
    public abstract T Read(string text);

    /// <summary>The same for a value in a query.</summary>
    public virtual T ReadFilter(string text) => Read(text);

    public override void Check(string text) => _ = Read(text);
}

internal sealed record TextParameter(string Name, string Meaning, Shape Shape) : Parameter(Name, Meaning, Shape)
{
    public TextParameter(string name, string meaning, string example = "text")
        : this(name, meaning, Shape.Text with { Example = example })
    {
    }

    // An empty text is a parameter that is not used.
    public override void Check(string text)
    {
        if (Shape.Values.Count > 0 && text.Length > 0
            && !Shape.Values.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            throw Refuse($"'{Shortened(text)}' is not one of {string.Join(", ", Shape.Values)}");
        }

        if (Shape.Format == Shape.Url.Format && text.Length > 0
            && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            throw Refuse("must be an http or https URL");
        }

        if (Shape.Pattern is { } pattern && text.Length > 0
            && !Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))
        {
            throw Refuse($"'{Shortened(text)}' is not a SID of the expected kind");
        }
    }
}

/// <summary>
/// True for <c>true</c>, <c>1</c> and <c>yes</c> in any case; every other text is false.
/// https://www.twilio.com/docs/taskrouter/api/activity
/// </summary>
internal sealed record FlagParameter(string Name, string Meaning) : Parameter<bool>(Name, Meaning, Shape.Flag)
{
    public override bool Read(string text) => text.Equals("true", StringComparison.OrdinalIgnoreCase)
        || text.Equals("yes", StringComparison.OrdinalIgnoreCase)
        || text == "1";
}

/// <summary>
/// The range is for people: the engine, which knows the limits that are set, refuses what exceeds it.
/// </summary>
internal sealed record NumberParameter(string Name, string Meaning, Shape Shape) : Parameter<int>(Name, Meaning, Shape)
{
    public NumberParameter(string name, string meaning)
        : this(name, meaning, Shape.Integer)
    {
    }

    public override int Read(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refuse($"must be an integer from {Shape.Min ?? int.MinValue} to {Shape.Max ?? int.MaxValue}");

    public override void Check(string text)
    {
        var number = Read(text);
        if (number < Shape.Min || number > Shape.Max)
        {
            throw Refuse($"must be from {Shape.Min} to {Shape.Max}");
        }
    }
}

internal sealed record InstantParameter(string Name, string Meaning)
    : Parameter<DateTimeOffset>(Name, Meaning, Shape.Instant)
{
    private const int FractionMax = 7;

    // Any of these, with a fraction of a second or none, and without a zone UTC is meant.
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd' 'HH:mmK",
        "yyyy-MM-dd",
    ];

    /// <summary>
    /// Whether it ends a window and belongs to it. Answers show whole seconds of what is kept in milliseconds, so
    /// without a fraction it stands for all of its second.
    /// </summary>
    public bool IsLast { get; init; }

    public override DateTimeOffset Read(string text)
    {
        if (!DateTimeOffset.TryParseExact(
            Shorten(text),
            Forms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant))
        {
            throw Refuse("must be an ISO 8601 date and time");
        }

        return IsLast && !text.Contains('.') ? instant.AddMilliseconds(999) : instant;
    }

    // Some clients write nanoseconds, which no instant here holds.
    private static string Shorten(string text)
    {
        var fraction = text.IndexOf('.', StringComparison.Ordinal) + 1;
        var end = fraction;
        while (fraction > 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - fraction > FractionMax ? text[..(fraction + FractionMax)] + text[end..] : text;
    }
}

internal sealed record SidParameter(string Name, string Meaning, params SidKind[] Kinds)
    : Parameter<Sid>(Name, Meaning, Shape.Sid(Kinds))
{
    public override Sid Read(string text) => Sid.TryParse(text, out var sid) && Kinds.Contains(sid.Kind)
        ? sid
        : throw Refuse($"'{Shortened(text)}' is not a SID of the expected kind");

    // Upper-case digits have the form that Twilio publishes, but nothing here has such a SID.
    public override Sid ReadFilter(string text) =>
        text.Length == Sid.TextLength && Sid.TryParse(text[..2] + text[2..].ToLowerInvariant(), out var sid)
            && sid.ToString() != text && Kinds.Contains(sid.Kind)
            ? sid with { High = ulong.MaxValue, Low = ulong.MaxValue }
            : Read(text);
}

/// <summary>A word of an enumeration, read by the reader that <see cref="WireNames"/> has for it.</summary>
internal sealed record ChoiceParameter<T>(
    string Name, string Meaning, IReadOnlyList<string> Values, Func<string, T?> ValueOf)
    : Parameter<T>(Name, Meaning, Shape.OneOf(Values))
    where T : struct
{
    public override T Read(string text) =>
        ValueOf(text) ?? throw Refuse($"'{Shortened(text)}' is not one of {string.Join(", ", Values)}");
}

/// <summary>The order of a list: one or two of these keys, each ascending or descending.</summary>
internal sealed record OrderingParameter(string Meaning, params string[] Keys)
    : Parameter<Ordering>("Ordering", Meaning, Shape.Text with { Example = Keys[0] + ":asc" })
{
    public override Ordering Read(string text) => Ordering.Parse(text, Keys);
}
