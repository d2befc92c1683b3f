using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskRouter.Engine.Routing;

/// <summary>An object of attributes that holds <c>skills</c> and their <c>levels</c>, and what becomes of it.</summary>
internal sealed class SkillGroup
{
    private const string Skills = "skills";
    private const string Levels = "levels";

    /// <summary>Quotes and letters stay readable in what is written.</summary>
    public static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _name;
    private readonly List<string> _skills = [];

    // The text of each level: a number that was sent as 3.0 stays it.
    private readonly Dictionary<string, string> _levels = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedLevels = new(StringComparer.Ordinal);
    private bool _hasChangedSkills = true;

    private SkillGroup(string name) => _name = name;

    /// <exception cref="Refusal">Something else stands there.</exception>
    public static SkillGroup Read(JsonElement attributes, string name)
    {
        var group = new SkillGroup(name);
        if (Find(attributes, name, JsonValueKind.Object, name) is { } own)
        {
            group.Read(own);
        }

        return group;
    }

    public bool Has(string skill) => _skills.Contains(skill, StringComparer.Ordinal);

    public string? LevelOf(string skill) => _levels.GetValueOrDefault(skill);

    public void Put(string skill, string? level)
    {
        if (!Has(skill))
        {
            _skills.Add(skill);
            _hasChangedSkills = true;
        }

        SetLevel(skill, level);
    }

    public void Remove(string skill)
    {
        _hasChangedSkills |= _skills.RemoveAll(other => other == skill) > 0;
        SetLevel(skill, null);
    }

    /// <summary>As a member of a merge patch that makes the group what it is now.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(_name);
        if (_hasChangedSkills)
        {
            json.WriteStartArray(Skills);
            foreach (var skill in _skills)
            {
                json.WriteStringValue(skill);
            }

            json.WriteEndArray();
        }

        json.WriteStartObject(Levels);
        foreach (var skill in _changedLevels)
        {
            json.WritePropertyName(skill);
            json.WriteRawValue(_levels.GetValueOrDefault(skill, "null"));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void SetLevel(string skill, string? level)
    {
        if (level == LevelOf(skill))
        {
            return;
        }

        _changedLevels.Add(skill);
        if (level is null)
        {
            _levels.Remove(skill);
        }
        else
        {
            _levels[skill] = level;
        }
    }

    private void Read(JsonElement own)
    {
        if (Find(own, Skills, JsonValueKind.Array, _name) is { } skills)
        {
            foreach (var skill in skills.EnumerateArray())
            {
                _skills.Add(skill.ValueKind == JsonValueKind.String ? skill.GetString()! : throw Mismatch(_name));
            }

            _hasChangedSkills = false;
        }

        if (Find(own, Levels, JsonValueKind.Object, _name) is { } levels)
        {
            foreach (var level in levels.EnumerateObject())
            {
                _levels[level.Name] = level.Value.GetRawText();
            }
        }
    }

    private static JsonElement? Find(JsonElement parent, string name, JsonValueKind kind, string group) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == kind ? value
        : throw Mismatch(group);

    private static Refusal Mismatch(string group) => Refusal.Invalid(
        $"Skills schema mismatch: '{group}' in the worker's attributes does not hold skills and their levels");
}
