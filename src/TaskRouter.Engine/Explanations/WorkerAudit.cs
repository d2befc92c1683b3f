using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Explanations;

/// <summary>
/// Looks at every worker once: counts, and remembers of each no more than what decides who is shown. Reasons are found
/// for those alone.
/// </summary>
/// <param name="ahead">The task that comes first of those waiting before this one.</param>
internal sealed class WorkerAudit(IWorkspaceView view, WorkerTerms terms, RoutingTask? ahead, DateTimeOffset now)
{
    private readonly List<Finding> _findings = [];
    private readonly List<RankedWorker> _free = [];
    private readonly int[] _byVerdict = new int[Enum.GetValues<WorkerVerdict>().Length];

    // By clause: who fails it, who fails nothing else, and which of those are available.
    private readonly int[] _failing = new int[terms.ClauseCount];
    private readonly int[] _missing = new int[terms.ClauseCount];
    private readonly int[] _missingAvailable = new int[terms.ClauseCount];
    private readonly Dictionary<Sid, Reservation> _holders = [];
    private readonly TaskChannel? _channel =
        terms.Task is { } task ? view.FindTaskChannel(task.TaskChannelSid) : null;

    private WorkerReasons? _reasons;
    private int _inQueue;

    // Between two changes nobody is free for a waiting task, so whoever is free was passed over for another.
    private bool IsOffered => terms.Task?.AssignmentStatus == AssignmentStatus.Reserved;

    /// <param name="only">The one worker to show; null for the closest.</param>
    public WorkersExplanation Explain(int shownMax, Sid? only)
    {
        if (terms.Task is { } task)
        {
            foreach (var reservation in view.ReservationsOfTask(task.Sid).Where(each => each.IsActive))
            {
                _holders[reservation.WorkerSid] = reservation;
            }
        }

        foreach (var worker in view.Workers)
        {
            Judge(worker);
        }

        _reasons = new WorkerReasons(view, terms, _channel, ahead, now);
        var ranks = Ranks();
        var shown = _findings.Where(finding => only is null || finding.Worker.Sid == only)
            .OrderBy(finding => finding.Verdict)
            .ThenBy(finding => ranks.GetValueOrDefault(finding.Worker.Sid))
            .ThenBy(finding => finding.Misses)
            .ThenBy(finding => finding.Worker.Sid)
            .Take(shownMax);
        return new WorkersExplanation(
            _findings.Count,
            _inQueue,
            CountsByVerdict(),
            [.. NearMisses()],
            [.. shown.Select(finding => Show(finding, ranks))],
            Summary());
    }

    private Dictionary<WorkerVerdict, int> CountsByVerdict() => _byVerdict
        .Select((count, verdict) => (count, verdict))
        .Where(pair => pair.count > 0)
        .ToDictionary(pair => (WorkerVerdict)pair.verdict, pair => pair.count);

    private void Judge(Worker worker)
    {
        if (terms.DirectWorkerSid is { } only && only != worker.Sid)
        {
            return;
        }

        var document = WorkerDocuments.Of(worker, view, terms.UsesChannels);
        var (inQueue, misses) = Ask(worker, document);
        _inQueue += inQueue ? 1 : 0;
        var verdict = _holders.GetValueOrDefault(worker.Sid) is { } held
            ? held.Status == ReservationStatus.Pending ? WorkerVerdict.Offered : WorkerVerdict.Assigned
            : !inQueue ? WorkerVerdict.NotInQueue
            : misses > 0 ? WorkerVerdict.NotInStep
            : VerdictOfMatching(worker, document);
        _byVerdict[(int)verdict]++;
        _findings.Add(new Finding(worker, verdict, misses));
    }

    private (bool InQueue, int Misses) Ask(Worker worker, WorkerDocument document)
    {
        var (ofQueue, ofStep, last) = (0, terms.AllowsKnown(worker) ? 0 : 1, -1);
        for (var index = 0; index < terms.ClauseCount; index++)
        {
            if (!terms.IsTrue(index, document))
            {
                _failing[index]++;
                last = index;
                (ofQueue, ofStep) = index < terms.QueueClauses.Count ? (ofQueue + 1, ofStep) : (ofQueue, ofStep + 1);
            }
        }

        if (ofQueue + ofStep == 1 && last >= 0)
        {
            _missing[last]++;
            _missingAvailable[last] += view.FindActivity(worker.ActivitySid) is { Available: true } ? 1 : 0;
        }

        return (ofQueue == 0, ofQueue + ofStep);
    }

    private WorkerVerdict VerdictOfMatching(Worker worker, WorkerDocument document)
    {
        var load = WorkerLoad.Of(worker, view, _channel);
        if (terms.Task is { IgnoreCapacity: true } && terms.DirectWorkerSid is not null)
        {
            return WorkerVerdict.Free;
        }

        if (!load.IsAvailable)
        {
            return WorkerVerdict.Unavailable;
        }

        if (!load.HasRoom)
        {
            return WorkerVerdict.Busy;
        }

        _free.Add(new RankedWorker(worker, document, load.IdleSince));
        return IsOffered ? WorkerVerdict.RankedLower : WorkerVerdict.Free;
    }

    private Dictionary<Sid, int> Ranks()
    {
        _free.Sort(new RankedWorkers(terms.Step?.OrderBy));
        var offers = _holders.Values.Count(holder => holder.Status == ReservationStatus.Pending);
        return _free.Select((free, index) => (free.Worker.Sid, Rank: offers + index + 1))
            .ToDictionary(free => free.Sid, free => free.Rank);
    }

    private WorkerExplanation Show(Finding finding, Dictionary<Sid, int> ranks)
    {
        var (worker, verdict, _) = finding;
        var document = WorkerDocuments.Of(worker, view, terms.UsesChannels);
        var hasIt = verdict is WorkerVerdict.Assigned or WorkerVerdict.Offered;
        return new WorkerExplanation(
            worker,
            view.FindActivity(worker.ActivitySid)?.FriendlyName,
            verdict,
            hasIt ? [] : _reasons!.Of(worker, document, verdict, ranks.GetValueOrDefault(worker.Sid)),
            hasIt ? [] : [.. _reasons!.WouldMatchIf(document)]);
    }

    private IEnumerable<NearMiss> NearMisses() => Enumerable.Range(0, terms.ClauseCount)
        .Where(index => _missing[index] > 0 && terms.Clause(index).Text.Length > 0)
        .OrderByDescending(index => _missing[index])
        .Take(WorkerReasons.ClausesMax)
        .Select(index => new NearMiss(
            ClauseText.Short(terms.Clause(index).Text),
            $"{ClauseText.Count(_missing[index], "worker")} {(_missing[index] == 1 ? "misses" : "miss")} only "
                + ClauseText.Short(terms.Clause(index).WantedText ?? terms.Clause(index).Text),
            _missing[index],
            _missingAvailable[index]));

    private string Summary()
    {
        var all = _findings.Count;
        int Of(WorkerVerdict verdict) => _byVerdict[(int)verdict];
        if (Of(WorkerVerdict.Offered) > 0)
        {
            return $"OFFERED: to {ClauseText.Count(Of(WorkerVerdict.Offered), "worker")}";
        }

        // Whoever hands a task over may not take it.
        var matching = all - Of(WorkerVerdict.NotInQueue) - Of(WorkerVerdict.NotInStep) - Of(WorkerVerdict.Assigned);
        if (matching == 0)
        {
            return $"NO_MATCHING_WORKER: {WhyNobodyMatches()}";
        }

        return Of(WorkerVerdict.Free) > 0
            ? $"MATCHING_WORKER: {Of(WorkerVerdict.Free)} of {all} workers free"
            : $"NO_FREE_WORKER: {matching} of {all} workers match; "
                + $"{Of(WorkerVerdict.Unavailable)} not available, {Of(WorkerVerdict.Busy)} busy";
    }

    private string WhyNobodyMatches()
    {
        var all = _findings.Count;
        if (all == 0)
        {
            return terms.DirectWorkerSid is null ? "there are no workers" : "the worker is gone";
        }

        if (terms.Known is { } known)
        {
            var name = known.Value.Length == 0 ? "" : ClauseText.Short(known.Value) + " ";
            return $"the known worker {name}does not match (0 of {all} workers)";
        }

        var worst = Enumerable.Range(0, terms.ClauseCount).MaxBy(index => _failing[index]);
        return terms.ClauseCount == 0 || _failing[worst] == 0
            ? $"nobody but who has the task already (0 of {all} workers)"
            : $"{ClauseText.Lack(terms.Clause(worst))} ({_failing[worst]} of {all} workers)";
    }

    private readonly record struct Finding(Worker Worker, WorkerVerdict Verdict, int Misses);
}
