namespace TaskRouter.Server.Hosting;

/// <summary>
/// Gives memory back when a large workspace is gone. The collector by itself lets it lie for as long as little is
/// allocated, and hundreds of megabytes stay resident.
/// </summary>
internal static class Heap
{
    // Fewer rows are not worth a pause: this many are about 20 MB.
    private const int ManyRows = 10_000;

    // Whoever deleted the workspace has let go of it by then.
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Collects, compacts and returns to the system what is free. Everything pauses meanwhile, for a few milliseconds
    /// with each megabyte that stays; so it has to be less than what goes.
    /// </summary>
    /// <param name="gone">Rows that were in memory and are not any more.</param>
    /// <param name="left">Rows that stay.</param>
    public static async Task GiveBackAsync(int gone, int left, TimeProvider time)
    {
        if (gone >= ManyRows && gone > left)
        {
            await Task.Delay(LastLook, time);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
