using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Voice;

/// <summary>Which instructions connect calls, and when they may.</summary>
internal static class InstructionReader
{
    private const int TransfereeCode = 40151;

    /// <summary>For every reservation, wherever the instruction comes from.</summary>
    public static IReadOnlyList<InstructionKind> Kinds { get; } =
        [Dequeue.Definition, Call.Definition, Redirect.Definition, Conference.Definition, Supervise.Definition];

    /// <summary>Names are read in any letter case; null for one that connects no calls.</summary>
    public static InstructionKind? Find(string name) =>
        Kinds.FirstOrDefault(kind => kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="Refusal">It cannot be done; with the code that Twilio has for the reason.</exception>
    public static VoiceInstruction Read(InstructionKind kind, InstructionSource given, CallScene scene)
    {
        var reservation = scene.Reservation;
        if (scene.IsOfTransferee && !kind.IsForTransferees)
        {
            throw new Refusal(
                400, TransfereeCode, $"Instruction {kind.Name} is not possible while the task is being transferred");
        }

        if (!kind.Statuses.Contains(reservation.Status))
        {
            throw new Refusal(
                400,
                kind.WrongStatusCode,
                $"Instruction {kind.Name} is not possible because the reservation is "
                + WireNames.Of(reservation.Status));
        }

        return kind.Read(given, scene);
    }
}
