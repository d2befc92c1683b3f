using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Voice;

/// <summary>
/// Lets a supervisor take part in a worker's call. The reservation stays as it is.
/// https://www.twilio.com/docs/taskrouter/api/reservations#reservation-instructions
/// </summary>
internal sealed record Supervise : VoiceInstruction
{
    private const int NoFromCode = 40148;

    public static readonly VoiceParameter Supervisor = VoiceParameter.Of(
        "", "Supervisor", VoiceType.Text, "supervise: the supervising worker's SID, or a contact URI") with
    {
        Code = 40147,
        Example = "client:Carol",
    };

    public static readonly VoiceParameter Mode = VoiceParameter.Of(
        "", "SupervisorMode", VoiceType.Word, "supervise: how the supervisor takes part") with
    {
        Words = ["monitor", "whisper", "barge"],
        Default = "monitor",
    };

    public static readonly InstructionKind Definition = new("supervise", [Mode, Supervisor], Read)
    {
        WrongStatusCode = 40146,
        FailureCode = 40146,
        IsForTransferees = true,
        IsForCallbacks = false,
        Statuses = [ReservationStatus.Accepted, ReservationStatus.Wrapping],
    };

    private Supervise(string to, string from, InstructionValues values)
        : base(Definition, to, from, Accepts: false, values)
    {
    }

    private static Supervise Read(InstructionSource given, CallScene scene)
    {
        var values = given.Read(Definition.Takes);
        var supervisor = values.Text(Supervisor) ?? throw given.Missing(Supervisor);
        var to = !Sid.TryParse(supervisor, SidKind.Worker, out var sid) ? supervisor
            : scene.ContactUriOf(sid) ?? throw given.Refuse(
                Supervisor, $"worker {sid} has no attribute {CallScene.ContactUriAttribute}");
        var from = scene.TaskAttribute("from")
            ?? throw new Refusal(400, NoFromCode, "The task has no attribute from: nobody's number can be shown");
        return new Supervise(to, from, values);
    }
}
