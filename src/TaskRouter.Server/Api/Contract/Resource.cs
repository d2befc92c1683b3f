using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Api.Contract;

/// <summary>
/// The documented fields of a resource, in their order. What writes the resource stands beside this list; a contract
/// test holds the two to each other and to Twilio's.
/// </summary>
/// <param name="Name">As in Twilio's own OpenAPI document.</param>
/// <param name="Singular">For people, with its article.</param>
internal sealed record Resource(string Name, string Singular, string Plural, params Field[] Fields)
{
    /// <summary>Whether it answers with an ETag.</summary>
    public bool HasVersions { get; init; }
}

/// <summary>One key of a resource's JSON. It is always there, null where it has no value.</summary>
internal sealed record Field(string Name, Shape Shape, bool CanBeNull = false)
{
    /// <summary>The keys of the object that <c>links</c> is.</summary>
    public IReadOnlyList<string> Keys { get; private init; } = [];

    public static Field Sid(string name, SidKind kind, bool canBeNull = false) => new(name, Shape.Sid(kind), canBeNull);

    /// <summary>A SID of several kinds.</summary>
    public static Field AnySid(string name, SidKind kind) => new(name, Shape.Sid(kind) with { Pattern = null });

    /// <summary>An object whose keys differ from one to the next.</summary>
    public static Field Map(string name) => new(name, new Shape("object") { Example = "" });

    public static Field Objects(string name) => new(name, new Shape("array") { Example = "" });

    /// <summary>An object that its writer shapes.</summary>
    public static Field Any(string name) => Map(name) with { CanBeNull = true };

    /// <summary>A list of whatever its writer puts in.</summary>
    public static Field List(string name, bool canBeNull = false) =>
        new(name, new Shape("list") { Example = "" }, canBeNull);

    public static Field Text(string name, string example, bool canBeNull = false) =>
        new(name, Shape.Text with { Example = example }, canBeNull);

    public static Field Integer(string name, string example = "0") =>
        new(name, Shape.Integer with { Example = example });

    public static Field Flag(string name) => new(name, Shape.Flag);

    public static Field Instant(string name, bool canBeNull = false) => new(name, Shape.Instant, canBeNull);

    public static Field Url(string name, bool canBeNull = false) => new(name, Shape.Url, canBeNull);

    public static Field OneOf(string name, IReadOnlyList<string> values) => new(name, Shape.OneOf(values));

    public static Field Links(params IReadOnlyList<string> keys) =>
        new("links", new Shape("object") { Format = "uri-map", Example = "" }) { Keys = keys };

    /// <summary>The resource's own address.</summary>
    public static Field Address(string path) => new(
        "url", Shape.Url with { Example = "https://taskrouter.example.com/v1/Workspaces" + path });
}
