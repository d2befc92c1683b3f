using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// Every command ends by settling: pairs are made until there is none. Between commands the free lists are kept up.
public sealed partial class Router
{
    private readonly List<WorkerPool> _regrouped = [];

    /// <summary>Matches until nothing moves: first pairs, then steps that want to be skipped, then again.</summary>
    private void Settle()
    {
        if (_workspace is null)
        {
            return;
        }

        do
        {
            while (_matcher.Next(Workspace.PrioritizeQueueOrder) is { } pairing)
            {
                Reserve(pairing.Task, pairing.Workers);
            }
        }
        while (SkipSteps());
    }

    private WorkerState? Find(KnownWorker known)
    {
        Sid? sid = known.IsName ? _workerNames.Find(known.Value)
            : Sid.TryParse(known.Value, SidKind.Worker, out var parsed) ? parsed : null;
        return sid is { } found ? _workers.GetValueOrDefault(found) : null;
    }

    /// <summary>
    /// Takes the worker out of every free list. Called before anything changes that the lists are ordered by;
    /// <see cref="Relist"/> follows.
    /// </summary>
    private static void Unlist(WorkerState worker)
    {
        foreach (var channel in worker.Channels)
        {
            if (!channel.IsListed)
            {
                continue;
            }

            channel.IsListed = false;
            var free = FreeWorker.Of(channel);
            foreach (var pool in worker.Pools)
            {
                pool.Find(channel.Channel)?.Remove(free);
            }
        }
    }

    /// <summary>Puts the worker into the free lists of every channel it is free on, and has it matched again.</summary>
    private void Relist(WorkerState worker)
    {
        foreach (var channel in worker.Channels)
        {
            if (channel.IsListed || !channel.IsFree(Workspace.MultiTaskEnabled))
            {
                continue;
            }

            channel.IsListed = true;
            var free = FreeWorker.Of(channel);
            foreach (var pool in worker.Pools)
            {
                pool.Find(channel.Channel)?.Add(free);
            }
        }

        _matcher.Touch(worker);
    }

    private void RelistAll(IEnumerable<WorkerState> workers)
    {
        foreach (var worker in workers)
        {
            Unlist(worker);
            Relist(worker);
        }
    }

    /// <summary>Finds the worker's pools anew. Unlists the worker if they change.</summary>
    private void Regroup(WorkerState worker)
    {
        // Those it may have left, and those it may come to.
        _regrouped.Clear();
        _regrouped.AddRange(worker.Pools);
        _pools.AddCandidates(worker.Document.Attributes, _regrouped);
        Regroup(worker, _regrouped);
    }

    /// <summary>Asks these pools again whether the worker belongs. Unlists the worker if the answer changes.</summary>
    private static void Regroup(WorkerState worker, List<WorkerPool> pools)
    {
        foreach (var pool in pools)
        {
            var isMember = pool.Members.Contains(worker);
            if (pool.Accepts(worker) != isMember)
            {
                Unlist(worker);
                if (isMember)
                {
                    pool.Leave(worker);
                }
                else
                {
                    pool.Join(worker);
                }
            }
        }
    }
}
