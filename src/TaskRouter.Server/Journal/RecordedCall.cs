using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Journal;

/// <summary>What became of an instruction to connect a call.</summary>
internal enum CallOutcome
{
    /// <summary>Connected, and the reservation accepted.</summary>
    Accepted,

    /// <summary>Connected; the instruction did not ask for more.</summary>
    Connected,

    /// <summary>Connected, but somebody or something had ended the reservation meanwhile.</summary>
    Late,

    /// <summary>The telephony did not do it.</summary>
    Failed,
}

/// <summary>A call that an instruction has asked for. Its SID carries its time.</summary>
internal sealed record RecordedCall
{
    public required Sid WorkspaceSid { get; init; }

    public required Sid Sid { get; init; }

    public required Sid TaskSid { get; init; }

    public required Sid ReservationSid { get; init; }

    public required Sid WorkerSid { get; init; }

    public required string Instruction { get; init; }

    public string? To { get; init; }

    public string? From { get; init; }

    public required CallOutcome Outcome { get; init; }

    /// <summary>Every parameter with its value, as one JSON object of texts; without secrets.</summary>
    public required string Parameters { get; init; }

    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Sid.UnixMilliseconds);
}
