using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TaskRouter.Engine.Expressions;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// The skills in a worker's attributes, as Flex keeps them: names and levels of the enabled ones under
/// <c>routing</c>, of the disabled ones under <c>disabled_skills</c>.
/// https://www.twilio.com/docs/flex/onboarding/configure-skill-based-routing
/// </summary>
internal sealed class WorkerSkills
{
    private readonly SkillGroup _enabled;
    private readonly SkillGroup _disabled;

    private WorkerSkills(JsonElement attributes)
    {
        _enabled = SkillGroup.Read(attributes, "routing");
        _disabled = SkillGroup.Read(attributes, "disabled_skills");
    }

    /// <summary>The attributes after these changes, everything else in them as it was written.</summary>
    /// <exception cref="Refusal">The attributes hold something else there, or a change cannot be made.</exception>
    public static string Change(string attributes, IReadOnlyList<SkillChange> changes, Func<string, Refusal> notFound)
    {
        using var document = JsonDocument.Parse(attributes);
        var skills = new WorkerSkills(document.RootElement);
        foreach (var change in changes)
        {
            skills.Apply(change, notFound);
        }

        return changes.All(change => change.Action == SkillAction.Keep)
            ? attributes
            : AttributePatch.Apply(attributes, skills.ToPatch());
    }

    private void Apply(SkillChange change, Func<string, Refusal> notFound)
    {
        var name = change.Name;
        var (holder, other) = _enabled.Has(name) ? (_enabled, _disabled) : (_disabled, _enabled);
        if (change.Action != SkillAction.Assign && !holder.Has(name))
        {
            throw notFound(name);
        }

        switch (change.Action)
        {
            case SkillAction.Assign:
                var assigned = LevelOf(change, holder);
                _disabled.Remove(name);
                _enabled.Put(name, assigned);
                break;
            case SkillAction.SetLevel:
                holder.Put(name, LevelOf(change, holder));
                break;
            case SkillAction.Remove:
                holder.Remove(name);
                other.Remove(name);
                break;
            case SkillAction.Enable when holder == _disabled:
            case SkillAction.Disable when holder == _enabled:
                var level = holder.LevelOf(name);
                holder.Remove(name);
                other.Put(name, level);
                break;
        }
    }

    // Flex: a skill without a definition has levels when the worker has it at one, from 0 and without an end.
    private static string? LevelOf(SkillChange change, SkillGroup holder)
    {
        var rule = change.Rule ?? new SkillRule(holder.LevelOf(change.Name) is not null, 0, null);
        if (!rule.HasLevels)
        {
            return change.Level is null
                ? null
                : throw Refusal.Invalid($"Invalid Level: skill '{change.Name}' has no levels");
        }

        var (minimum, maximum) = (rule.Minimum ?? double.MinValue, rule.Maximum ?? double.MaxValue);
        return change.Level is { } level && level >= minimum && level <= maximum
            ? level.ToString(CultureInfo.InvariantCulture)
            : throw Refusal.Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"Invalid Level: skill '{change.Name}' needs a level {RangeOf(rule)}"));
    }

    private static string RangeOf(SkillRule rule) => (rule.Minimum, rule.Maximum) switch
    {
        (null, null) => "that is a whole number",
        ({ } minimum, null) => string.Create(CultureInfo.InvariantCulture, $"from {minimum}"),
        (null, { } maximum) => string.Create(CultureInfo.InvariantCulture, $"up to {maximum}"),
        ({ } minimum, { } maximum) => string.Create(CultureInfo.InvariantCulture, $"from {minimum} to {maximum}"),
    };

    private string ToPatch()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, SkillGroup.Readable))
        {
            json.WriteStartObject();
            _enabled.Write(json);
            _disabled.Write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
