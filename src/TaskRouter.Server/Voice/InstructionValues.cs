using System.Globalization;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Voice;

/// <summary>The values of one instruction's parameters: valid, and with the defaults of what was not given.</summary>
internal sealed class InstructionValues(IReadOnlyList<(VoiceParameter Parameter, string Value)> values)
{
    /// <summary>Everything that may be written down, by its key.</summary>
    public IEnumerable<KeyValuePair<string, string>> Shown => values
        .Where(pair => !pair.Parameter.IsSecret)
        .Select(pair => KeyValuePair.Create(pair.Parameter.Key, pair.Value));

    public string? Text(VoiceParameter parameter)
    {
        foreach (var (other, value) in values)
        {
            if (other.Name == parameter.Name)
            {
                return value;
            }
        }

        return null;
    }

    public int? Number(VoiceParameter parameter) =>
        Text(parameter) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public bool Flag(VoiceParameter parameter) => Text(parameter) == "true";

    public Sid? Activity(VoiceParameter parameter) =>
        Sid.TryParse(Text(parameter), SidKind.Activity, out var sid) ? sid : null;

    public InstructionValues With(VoiceParameter parameter, string value) => new(
        [.. values.Where(pair => pair.Parameter.Name != parameter.Name), (parameter, value)]);
}
