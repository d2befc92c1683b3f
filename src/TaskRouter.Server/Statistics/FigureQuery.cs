using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Statistics;

/// <summary>What cumulative figures are asked for; null asks for all.</summary>
internal sealed record FigureQuery(Sid WorkspaceSid, TimeWindow Window)
{
    public Sid? WorkflowSid { get; init; }

    /// <summary>With queues, every figure is read for each of them.</summary>
    public IReadOnlyCollection<Sid>? TaskQueueSids { get; init; }

    public Sid? TaskChannelSid { get; init; }

    /// <summary>Whether to read how long each of those accepted and canceled has waited.</summary>
    public bool SplitsWaits { get; init; }
}
