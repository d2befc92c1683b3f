using System.Globalization;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Api.Contract;

/// <summary>
/// What a value looks like on the wire, in the words of JSON Schema. https://spec.openapis.org/oas/v3.0.3#data-types
/// </summary>
internal sealed record Shape(string Type)
{
    // Which one is seen in examples does not matter, that it is one and the same makes them read as one story.
    private const string ExampleDigits = "0192a7c4e5f67a8b9c0d1e2f3a4b5c6d";

    public static readonly Shape Text = new("string") { Example = "text" };
    public static readonly Shape Integer = new("integer") { Example = "0" };
    public static readonly Shape Flag = new("boolean") { Example = "true" };
    public static readonly Shape Instant = new("string") { Format = "date-time", Example = "2026-01-02T03:04:05Z" };
    public static readonly Shape Url = new("string") { Format = "uri", Example = "https://example.com/assignment" };

    public static readonly Shape Method = new("string")
    {
        Format = "http-method",
        Values = ["GET", "POST"],
        Example = "POST",
    };

    public string? Format { get; init; }

    /// <summary>Only for SIDs; of several kinds for none.</summary>
    public string? Pattern { get; init; }

    public IReadOnlyList<string> Values { get; init; } = [];

    public long? Min { get; init; }

    public long? Max { get; init; }

    /// <summary>As it is sent.</summary>
    public required string Example { get; init; }

    public static Shape Sid(params IReadOnlyList<SidKind> kinds) => new("string")
    {
        Pattern = kinds.Count == 1 ? $"^{PrefixOf(kinds[0])}[0-9a-fA-F]{{32}}$" : null,
        Example = PrefixOf(kinds[0]) + ExampleDigits,
    };

    public static Shape Range(long min, long? max) =>
        Integer with { Min = min, Max = max, Example = min.ToString(CultureInfo.InvariantCulture) };

    public static Shape OneOf(params IReadOnlyList<string> values) =>
        new("string") { Values = values, Example = values[0] };

    private static string PrefixOf(SidKind kind) => new([(char)((ushort)kind >> 8), (char)((ushort)kind & 0xFF)]);
}
