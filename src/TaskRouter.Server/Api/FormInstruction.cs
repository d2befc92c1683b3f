using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Voice;

namespace TaskRouter.Server.Api;

/// <summary>An instruction in an update of a reservation.</summary>
internal sealed class FormInstruction(Parameters form) : InstructionSource
{
    public override string NameOf(VoiceParameter parameter) => parameter.Name;

    // Agents' applications have DequeueStatusCallbackEvents, where the REST API has one Event after the other.
    protected override string? TextOf(VoiceParameter parameter) => parameter.IsList
        ? form.Joined(parameter.Name) ?? form.Joined(parameter.Name + "s")
        : form.Given.LastOrDefault(pair => pair.Name == parameter.Name).Value;
}
