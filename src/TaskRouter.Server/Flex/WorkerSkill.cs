using System.Text.Json;

namespace TaskRouter.Server.Flex;

/// <summary>
/// A skill in a worker's attributes. https://www.twilio.com/docs/flex/onboarding/configure-skill-based-routing
/// </summary>
/// <param name="Level">Its text; null when the worker has the skill without a level.</param>
internal sealed record WorkerSkill(string Name, string? Level, bool IsEnabled)
{
    public const string Enabled = "routing";
    public const string Disabled = "disabled_skills";

    /// <summary>The enabled ones first. What is not shaped as Flex shapes it holds none.</summary>
    public static IReadOnlyList<WorkerSkill> ReadAll(string attributes)
    {
        using var document = JsonDocument.Parse(attributes);
        return [.. Read(document.RootElement, Enabled, true), .. Read(document.RootElement, Disabled, false)];
    }

    private static IEnumerable<string> NamesIn(JsonElement attributes, string group) =>
        Find(attributes, group) is { } own && Find(own, "skills") is { ValueKind: JsonValueKind.Array } skills
            ? skills.EnumerateArray()
                .Where(skill => skill.ValueKind == JsonValueKind.String)
                .Select(skill => skill.GetString()!)
            : [];

    private static IEnumerable<WorkerSkill> Read(JsonElement attributes, string group, bool isEnabled)
    {
        var levels = Find(attributes, group) is { } own ? Find(own, "levels") : null;
        return NamesIn(attributes, group).Select(name => new WorkerSkill(
            name,
            levels is { } given && Find(given, name) is { ValueKind: JsonValueKind.Number } level
                ? level.GetRawText()
                : null,
            isEnabled));
    }

    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : null;
}
