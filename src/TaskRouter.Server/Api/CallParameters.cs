using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Voice;

namespace TaskRouter.Server.Api;

/// <summary>
/// What the instructions that connect calls take, as parameters of an update.
/// https://www.twilio.com/docs/taskrouter/api/reservations#reservation-instructions
/// </summary>
internal static class CallParameters
{
    /// <summary>Of both kinds of address that a reservation has.</summary>
    public static readonly IReadOnlyList<Parameter> OfEveryReservation =
    [
        .. InstructionReader.Kinds.Where(kind => kind != Supervise.Definition).SelectMany(Of),
    ];

    /// <summary>Of the address below the task.</summary>
    public static readonly IReadOnlyList<Parameter> OfSupervision = [.. Of(Supervise.Definition)];

    private static IEnumerable<Parameter> Of(InstructionKind kind) =>
        kind.Takes.Select(definition => new CallParameter(definition) { IsList = definition.IsList });
}

/// <summary>One of them. Its form is checked whether or not an instruction asks for it.</summary>
internal sealed record CallParameter(VoiceParameter Definition)
    : Parameter(Definition.Name, Definition.Meaning, ShapeOf(Definition))
{
    public override void Check(string text)
    {
        if (Definition.FaultOf(text) is { } fault)
        {
            throw Refuse(fault);
        }
    }

    private static Shape ShapeOf(VoiceParameter definition) => definition.Type switch
    {
        VoiceType.Url => Shape.Url,
        VoiceType.Word when definition.Words is ["GET", "POST"] => Shape.Method,
        VoiceType.Word => Shape.OneOf(definition.Words),
        VoiceType.Flag => Shape.Flag,
        VoiceType.Number => Shape.Range(definition.Range.Min, definition.Range.Max) with
        {
            Example = definition.Example,
        },
        VoiceType.CallSid => Shape.Sid(SidKind.Call),
        VoiceType.ActivitySid => Shape.Sid(SidKind.Activity),
        _ => Shape.Text with { Example = definition.Example },
    };
}
