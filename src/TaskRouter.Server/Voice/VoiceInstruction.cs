using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Voice;

/// <summary>
/// An instruction that connects calls, with everything checked: what a telephony is handed. One record for each, which
/// holds the one definition of its parameters.
/// </summary>
/// <param name="To">Who is called; null when nobody is.</param>
/// <param name="From">The caller's number that the called one sees.</param>
/// <param name="Accepts">Whether the reservation is accepted once the call is connected.</param>
internal abstract record VoiceInstruction(
    InstructionKind Kind, string? To, string? From, bool Accepts, InstructionValues Values)
{
    protected const int RingingMax = 999;

    /// <summary>Seconds that a phone rings, unless told otherwise.</summary>
    protected const int RingingDefault = 60;

    protected const int SipRingingMax = 600;

    protected static readonly string[] Progress = ["initiated", "ringing", "answered", "completed"];

    protected static VoiceParameter Ringing(string prefix, string meaning) =>
        VoiceParameter.Of(prefix, "Timeout", VoiceType.Number, meaning) with
        {
            Range = (1, RingingMax),
            Default = $"{RingingDefault}",
            Example = $"{RingingDefault}",
        };

    /// <summary>An activity that the workspace has.</summary>
    protected static void CheckActivity(
        VoiceParameter parameter, int code, InstructionValues values, InstructionSource given, CallScene scene)
    {
        if (values.Activity(parameter) is { } sid && !scene.HasActivity(sid))
        {
            throw new Refusal(400, code, $"Invalid {given.NameOf(parameter)}: there is no activity {sid}");
        }
    }

    /// <summary>The one who is called: as given, or the worker by its own attribute.</summary>
    protected static string TargetOf(
        VoiceParameter parameter, InstructionValues values, InstructionSource given, CallScene scene) =>
        values.Text(parameter) ?? scene.ContactUri ?? throw given.Refuse(
            parameter, $"it is not given, and the worker has no attribute {CallScene.ContactUriAttribute}");
}

/// <summary>What is known of an instruction before its parameters are read.</summary>
internal sealed record InstructionKind(
    string Name, IReadOnlyList<VoiceParameter> Takes, Func<InstructionSource, CallScene, VoiceInstruction> Read)
{
    /// <summary>Twilio's code when the reservation is in no status for it.</summary>
    public required int WrongStatusCode { get; init; }

    /// <summary>The same when that turns out while the call is being connected.</summary>
    public int LateCode { get; init; }

    /// <summary>Twilio's code when the telephony could not do it.</summary>
    public required int FailureCode { get; init; }

    /// <summary>Whether a worker who takes over may be connected by it.</summary>
    public bool IsForTransferees { get; init; }

    public IReadOnlyList<ReservationStatus> Statuses { get; init; } = [ReservationStatus.Pending];

    /// <summary>Whether an assignment callback may answer with it.</summary>
    public bool IsForCallbacks { get; init; } = true;
}
