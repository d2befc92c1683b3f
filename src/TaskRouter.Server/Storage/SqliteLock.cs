namespace TaskRouter.Server.Storage;

/// <summary>A file beside the database that this process has open and locked. The system lets go of it.</summary>
internal sealed class SqliteLock(StorageOptions options) : DatabaseLock
{
    public const string FileName = "taskrouter.lock";

    private FileStream? _file;

    public override async ValueTask DisposeAsync()
    {
        await (_file?.DisposeAsync() ?? ValueTask.CompletedTask);
        await base.DisposeAsync();
    }

    protected override ValueTask<bool> TryTakeAloneAsync(CancellationToken stop)
    {
        if (_file is not null)
        {
            return ValueTask.FromResult(true);
        }

        Directory.CreateDirectory(options.DataDirectory);
        var path = Path.Combine(options.DataDirectory, FileName);
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return ValueTask.FromResult(true);
        }
        catch (IOException) when (IsLocked(path))
        {
            return ValueTask.FromResult(false);
        }
    }

    // Opening fails for other reasons as well, and those must be told: whoever may share it can still open it.
    private static bool IsLocked(string path)
    {
        try
        {
            using var shared = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return false;
        }
        catch (IOException)
        {
            return File.Exists(path);
        }
    }
}
