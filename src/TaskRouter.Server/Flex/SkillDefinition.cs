using System.Text.Json;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Flex;

/// <summary>
/// An element of <c>taskrouter_skills</c>. What is stored is the text that was sent; this is how the server reads it.
/// https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api
/// </summary>
/// <param name="IsMultivalue">Whether workers have the skill at a level.</param>
/// <param name="Minimum">Of the level; null is as good as none.</param>
/// <param name="Maximum">Of the level; null is as good as none.</param>
internal sealed record SkillDefinition(string Name, bool IsMultivalue, double? Minimum, double? Maximum)
{
    public const int CountMax = 1_000;
    public const int NameMax = 128;

    public SkillRule Rule => new(IsMultivalue, Minimum, Maximum);

    /// <summary>For a queue's TargetWorkers.</summary>
    public string QueueExpression => $"routing.skills HAS {Quoted(Name)}";

    /// <summary>For a workflow's filter.</summary>
    public string WorkflowExpression => $"{Quoted(Name)} IN task.skillsNeeded";

    /// <summary>For a workflow's target, highest level first; null for a skill that cannot order.</summary>
    public string? OrderBy => IsMultivalue && IsPlain(Name) ? $"worker.routing.levels.{Name} DESC" : null;

    /// <summary>What Twilio stores and what then does not work as expected.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            if (Name.Any(char.IsWhiteSpace))
            {
                yield return "Skill names should not have spaces in them";
            }
        }
    }

    /// <summary>As a text of the expression language.</summary>
    public static string Quoted(string name) =>
        $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <exception cref="Refusal">Something is wrong with the list; the message says what and where.</exception>
    public static IReadOnlyList<SkillDefinition> ReadAll(JsonElement skills)
    {
        if (skills.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (skills.GetArrayLength() > CountMax)
        {
            throw Refusal.Invalid($"Invalid {ConfigurationField.Skills}: more than {CountMax} skills");
        }

        var read = skills.EnumerateArray().Select(Read).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < read.Count; index++)
        {
            if (!names.Add(read[index].Name))
            {
                throw Refuse(index, "name", $"'{read[index].Name}' is there twice");
            }
        }

        return read;
    }

    // What the expression language takes as a name after a dot.
    private static bool IsPlain(string name) =>
        !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    private static SkillDefinition Read(JsonElement skill, int index)
    {
        if (skill.ValueKind != JsonValueKind.Object)
        {
            throw Refuse(index, null, "must be an object");
        }

        var name = skill.TryGetProperty("name", out var given) && given.ValueKind == JsonValueKind.String
            ? given.GetString()!
            : throw Refuse(index, "name", "must be a string");
        if (string.IsNullOrWhiteSpace(name) || name.Length > NameMax)
        {
            throw Refuse(index, "name", $"must be between 1 and {NameMax} characters long");
        }

        var definition = new SkillDefinition(
            name,
            ReadFlag(skill, index),
            ReadBound(skill, "minimum", index),
            ReadBound(skill, "maximum", index));
        return definition.Minimum > definition.Maximum
            ? throw Refuse(index, "minimum", "must not be above the maximum")
            : definition;
    }

    private static bool ReadFlag(JsonElement skill, int index)
    {
        if (!skill.TryGetProperty("multivalue", out var value))
        {
            return false;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => throw Refuse(index, "multivalue", "must be true or false"),
        };
    }

    private static double? ReadBound(JsonElement skill, string name, int index)
    {
        if (!skill.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var bound) && double.IsFinite(bound)
            ? bound
            : throw Refuse(index, name, "must be a number or null");
    }

    private static Refusal Refuse(int index, string? property, string reason) => Refusal.Invalid(
        $"Invalid {ConfigurationField.Skills}[{index}]{(property is null ? "" : $".{property}")}: {reason}");
}
