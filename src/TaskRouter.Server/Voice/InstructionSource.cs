using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Voice;

/// <summary>
/// An instruction's parameters as somebody sent them: a form's or a JSON object's. Everything behind it is the same for
/// both.
/// </summary>
internal abstract class InstructionSource
{
    /// <summary>Every parameter that is given or has a default.</summary>
    /// <exception cref="Refusal">One is not as it must be; it has the parameter's code.</exception>
    public InstructionValues Read(IReadOnlyList<VoiceParameter> takes)
    {
        var values = new List<(VoiceParameter, string)>();
        foreach (var parameter in takes)
        {
            if (TextOf(parameter) is { } text && (text.Length > 0 || parameter.RefusesEmpty))
            {
                values.Add((parameter, Checked(parameter, text)));
            }
            else if (parameter.Default is { } byDefault)
            {
                values.Add((parameter, byDefault));
            }
        }

        return new InstructionValues(values);
    }

    public Refusal Refuse(VoiceParameter parameter, string reason) =>
        new(400, parameter.Code, $"Invalid {NameOf(parameter)}: {reason}");

    public Refusal Missing(VoiceParameter parameter) =>
        new(400, parameter.Code, $"Missing {NameOf(parameter)}");

    /// <summary>The name that the sender knows.</summary>
    public abstract string NameOf(VoiceParameter parameter);

    /// <summary>Null when it is not given; several values stand between commas.</summary>
    protected abstract string? TextOf(VoiceParameter parameter);

    private string Checked(VoiceParameter parameter, string text)
    {
        var fault = text.Length == 0 ? "must not be empty" : parameter.FaultOf(text);
        return fault is null ? parameter.Canonical(text) : throw Refuse(parameter, fault);
    }
}
