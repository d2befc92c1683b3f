using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Hosting;

/// <summary>For commands that nobody waits for, but that must not get lost.</summary>
internal static class PatientCommands
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Insists until the workspace has taken the command or refused it: an answer that was given must not get lost
    /// because the inbox was full or the disk failed for a moment.
    /// </summary>
    /// <returns>The refusal; null when the command was taken.</returns>
    /// <exception cref="WorkspaceUnavailableException">The workspace is no longer served here.</exception>
    public static async Task<Refusal?> InsistAsync(
        this WorkspaceLoop loop, Command command, Actor? actor, TimeProvider time, CancellationToken stop)
    {
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = pause < PauseMax ? pause * 2 : PauseMax)
        {
            try
            {
                await loop.ExecuteAsync(command, actor).WaitAsync(stop);
                return null;
            }
            catch (Refusal refusal)
            {
                return refusal;
            }
            catch (WorkspaceUnavailableException) when (!loop.Completion.IsCompleted)
            {
                await Task.Delay(pause, time, stop);
            }
        }
    }
}
