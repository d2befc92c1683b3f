namespace TaskRouter.Engine.Routing;

/// <summary>Free workers in order: thousands of such lists, most of which are not in the processor's cache.</summary>
internal sealed class FreeList : SortedRuns<FreeWorker>
{
    public FreeList(WorkerOrder order)
        : base(order)
    {
    }

    public FreeList(IEnumerable<FreeWorker> workers, WorkerOrder order)
        : base(workers, order)
    {
    }
}
