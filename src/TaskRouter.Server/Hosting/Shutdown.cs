namespace TaskRouter.Server.Hosting;

/// <summary>How long a server that stops waits for what is under way.</summary>
internal static class Shutdown
{
    /// <summary>Whether the work ended within a moment, and before the host lost its patience.</summary>
    public static async Task<bool> EndsInTimeAsync(
        this Task work, TimeSpan moment, TimeProvider time, CancellationToken impatience)
    {
        using var passed = new CancellationTokenSource(moment, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(passed.Token, impatience);
        try
        {
            await work.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
