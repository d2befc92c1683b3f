using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Voice;

/// <summary>
/// What connects calls. A bridge to a telephone system takes the place of <see cref="NoTelephony"/>, which connects
/// nobody, so that applications that were written for voice run to their end without one.
/// </summary>
internal interface ITelephony
{
    /// <summary>
    /// Connects; completes when the worker has answered, or when it is certain that nobody will. Called after the
    /// instruction's sender has its answer, at most <see cref="Switchboard.CallsMax"/> times at once.
    /// </summary>
    /// <returns>Null when connected, else why not, for people.</returns>
    Task<string?> ConnectAsync(VoiceCall call, CancellationToken stop);
}

/// <summary>An instruction that was found valid, and whom it is about.</summary>
internal sealed record VoiceCall(Sid AccountSid, Reservation Reservation, VoiceInstruction Instruction);

/// <summary>Dials nothing, and says that everybody answered.</summary>
internal sealed class NoTelephony : ITelephony
{
    public Task<string?> ConnectAsync(VoiceCall call, CancellationToken stop) => Task.FromResult<string?>(null);
}
