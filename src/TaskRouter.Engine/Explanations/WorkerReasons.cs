using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Explanations;

/// <summary>Everything that speaks against one worker, not only the first thing.</summary>
internal sealed class WorkerReasons(
    IWorkspaceView view, WorkerTerms terms, TaskChannel? channel, RoutingTask? ahead, DateTimeOffset now)
{
    /// <summary>False clauses that are told of, and near misses.</summary>
    public const int ClausesMax = 8;

    private const string FlexSkills = "routing.skills";

    public IReadOnlyList<Reason> Of(Worker worker, WorkerDocument document, WorkerVerdict verdict, int rank)
    {
        var reasons = new List<Reason>();
        reasons.AddRange(FalseClauses(document).Select(index => ReasonOf(index, document)));
        if (!terms.AllowsKnown(worker))
        {
            reasons.Add(new Reason(ReasonCode.StepExpressionFalse)
            {
                Clause = KnownWorkerText(terms),
                Wanted = AttributeValue.Of(terms.Known!.Value.Value).ToJson(ClauseText.LengthMax),
            });
        }

        if (terms.Task is not { IgnoreCapacity: true } || terms.DirectWorkerSid is null)
        {
            AddLoad(reasons, worker);
        }

        if (verdict == WorkerVerdict.Busy && ahead is not null)
        {
            reasons.Add(new Reason(ReasonCode.TaskAhead)
            {
                TaskSid = ahead.Sid,
                Priority = ahead.Priority,
                Age = ahead.AgeAt(now),
            });
        }

        if (verdict == WorkerVerdict.RankedLower)
        {
            reasons.Add(new Reason(ReasonCode.RankedLower)
            {
                Rank = rank,
                Key = terms.Step?.OrderBy is { } order ? ClauseText.Short(order.Text) : "idle",
            });
        }

        return reasons;
    }

    public IEnumerable<string> WouldMatchIf(WorkerDocument document) =>
        FalseClauses(document).Select(index => terms.Clause(index) is var clause && clause is
        {
            IsMembership: true, WantedText: { } wanted, Name: { } name,
        }
            ? ClauseText.Short(Addition(name, wanted, document))
            : ClauseText.Short(clause.Text)).Where(text => text.Length > 0);

    /// <summary>As the workflow's configuration says it.</summary>
    public static string? KnownWorkerText(WorkerTerms terms) => terms.Step is not { } step ? null
        : step.KnownWorkerSid is { } sid ? $"known_worker_sid == {sid.Text}"
        : step.KnownWorkerName is { } name ? $"known_worker_friendly_name == {name.Text}"
        : null;

    private static string Addition(string name, string wanted, WorkerDocument document)
    {
        var isSkill = name is FlexSkills or "worker." + FlexSkills;
        var isDisabled = isSkill && document.Attributes.TextsAt("disabled_skills", "skills").Contains(wanted);
        return isDisabled ? $"enable skill {wanted}" : isSkill ? $"add skill {wanted}" : $"add {wanted} to {name}";
    }

    private IEnumerable<int> FalseClauses(WorkerDocument document) => Enumerable.Range(0, terms.ClauseCount)
        .Where(index => !terms.IsTrue(index, document))
        .Take(ClausesMax);

    private Reason ReasonOf(int index, WorkerDocument document)
    {
        var clause = terms.Clause(index);
        var isOfQueue = index < terms.QueueClauses.Count;
        var task = isOfQueue ? null : terms.Attributes;
        return new Reason(isOfQueue ? ReasonCode.QueueExpressionFalse : ReasonCode.StepExpressionFalse)
        {
            Clause = ClauseText.Short(clause.Text),
            Actual = clause.Actual(task, document, ClauseText.LengthMax),
            Wanted = clause.Wanted(task, document, ClauseText.LengthMax),
        };
    }

    private void AddLoad(List<Reason> reasons, Worker worker)
    {
        var load = WorkerLoad.Of(worker, view, channel);
        if (load.Activity is not { Available: true })
        {
            reasons.Add(new Reason(ReasonCode.ActivityUnavailable)
            {
                Name = load.Activity?.FriendlyName,
                Since = worker.StatusChangedAt,
            });
        }

        if (!load.IsOpen)
        {
            reasons.Add(new Reason(ReasonCode.ChannelUnavailable) { Name = channel?.UniqueName });
        }

        if (load.IsOpen && !load.HasRoom)
        {
            reasons.Add(new Reason(ReasonCode.NoCapacity)
            {
                Name = channel?.UniqueName,
                ConfiguredCapacity = load.Channel?.ConfiguredCapacity,
                ActiveTasks = load.Channel?.ActiveTasks,
            });
            AddPendingOffer(reasons, worker);
        }
    }

    private void AddPendingOffer(List<Reason> reasons, Worker worker)
    {
        var anyChannel = channel is null || !view.Workspace.MultiTaskEnabled;
        var offer = view.ReservationsOfWorker(worker.Sid).FirstOrDefault(reservation =>
            reservation.Status == ReservationStatus.Pending
            && (anyChannel || reservation.TaskChannelSid == channel!.Sid));
        if (offer is not null)
        {
            reasons.Add(new Reason(ReasonCode.PendingOffer) { TaskSid = offer.TaskSid, Since = offer.CreatedAt });
        }
    }
}
