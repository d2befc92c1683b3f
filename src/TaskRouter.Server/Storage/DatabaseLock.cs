namespace TaskRouter.Server.Storage;

/// <summary>
/// Held by the one process that serves a database, for as long as it lives. It keeps a second one waiting, and nothing
/// more: that who has lost the database writes nothing is proved by the epoch in every transaction.
/// </summary>
internal abstract class DatabaseLock : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>
    /// True when this process has the lock, from before or from now on; false when another has it. Throws when the
    /// database does not answer.
    /// </summary>
    public async Task<bool> TryTakeAsync(CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return await TryTakeAloneAsync(stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    public virtual ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One call at a time.</summary>
    protected abstract ValueTask<bool> TryTakeAloneAsync(CancellationToken stop);
}

/// <summary>Another process serves this database.</summary>
internal sealed class DatabaseTakenException() : Exception("Another process serves this database.");
