using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;

namespace TaskRouter.Engine.Routing;

internal sealed class ActivityState(Activity record)
{
    public Activity Record { get; set; } = record;

    /// <summary>One text for the documents of all workers in it.</summary>
    public string SidText { get; } = record.Sid.ToString();

    /// <summary>Workers in this activity.</summary>
    public int Workers { get; set; }
}

internal sealed class TaskChannelState(TaskChannel record)
{
    public TaskChannel Record { get; set; } = record;

    /// <summary>Tasks on this channel that have not ended.</summary>
    public int OpenTasks { get; set; }
}

internal sealed class QueueState(TaskQueue record, WorkerPool pool)
{
    public TaskQueue Record { get; set; } = record;

    public WorkerPool Pool { get; set; } = pool;

    public Dictionary<LineKey, WaitingLine> Lines { get; } = [];

    /// <summary>Tasks of this queue that have not ended.</summary>
    public int OpenTasks { get; set; }
}

internal sealed class WorkflowState(Workflow record)
{
    public Workflow Record { get; set; } = record;

    /// <summary>The configuration that new tasks enter with.</summary>
    public required WorkflowVersionState Current { get; set; }

    /// <summary>Replaced configurations that tasks still follow.</summary>
    public List<WorkflowVersionState> Replaced { get; } = [];

    /// <summary>Tasks of this workflow that have not ended.</summary>
    public HashSet<TaskState> OpenTasks { get; } = [];
}

/// <summary>One configuration of a workflow. Tasks keep the one they entered with.</summary>
internal sealed class WorkflowVersionState(WorkflowState workflow, int version, WorkflowConfiguration configuration)
{
    public WorkflowState Workflow { get; } = workflow;

    public int Version { get; } = version;

    public WorkflowConfiguration Configuration { get; } = configuration;

    /// <summary>Tasks that follow it and have not ended.</summary>
    public int OpenTasks { get; set; }
}
