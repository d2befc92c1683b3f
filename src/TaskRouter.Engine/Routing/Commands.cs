using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// In every update null means "leave alone" and the empty text means "clear", as Twilio reads a form. IfVersion is the
// version that the caller has seen: another one now is refused with 412.

/// <summary>A wish to change one workspace. Applied by that workspace's single writer, whole or not at all.</summary>
public abstract record Command;

/// <summary>A command whose answer is the changed record.</summary>
public abstract record Command<TResult> : Command;

/// <summary>
/// The first command of a workspace: makes it with its activities, channels and what the template says.
/// </summary>
public sealed record CreateWorkspace(
    Sid AccountSid,
    Sid Sid,
    string FriendlyName,
    string? EventCallbackUrl = null,
    string? EventsFilter = null,
    bool MultiTaskEnabled = true,
    WorkspaceTemplate Template = WorkspaceTemplate.None,
    QueueOrder PrioritizeQueueOrder = QueueOrder.Fifo) : Command<Workspace>;

public enum WorkspaceTemplate
{
    None,
    Fifo,

    /// <summary>What Flex begins with: one more activity, and a queue for everybody.</summary>
    Flex,
}

public sealed record UpdateWorkspace(
    string? FriendlyName = null,
    Sid? DefaultActivitySid = null,
    Sid? TimeoutActivitySid = null,
    string? EventCallbackUrl = null,
    string? EventsFilter = null,
    bool? MultiTaskEnabled = null,
    QueueOrder? PrioritizeQueueOrder = null) : Command<Workspace>;

/// <summary>
/// The receiver of events is to hear of those from this one on, also of what happened before it had a URL.
/// </summary>
public sealed record ReplayEvents(long FromSequence) : Command<Workspace>;

public sealed record DeleteWorkspace : Command;

public sealed record CreateActivity(string FriendlyName, bool Available) : Command<Activity>;

public sealed record UpdateActivity(Sid Sid, string? FriendlyName) : Command<Activity>;

public sealed record DeleteActivity(Sid Sid) : Command;

public sealed record CreateTaskChannel(string FriendlyName, string UniqueName, bool ChannelOptimizedRouting)
    : Command<TaskChannel>;

public sealed record UpdateTaskChannel(Sid Sid, string? FriendlyName, bool? ChannelOptimizedRouting)
    : Command<TaskChannel>;

public sealed record DeleteTaskChannel(Sid Sid) : Command;

public sealed record CreateTaskQueue(
    string FriendlyName,
    string? TargetWorkers = null,
    int? MaxReservedWorkers = null,
    QueueOrder? TaskOrder = null,
    Sid? ReservationActivitySid = null,
    Sid? AssignmentActivitySid = null) : Command<TaskQueue>;

/// <param name="ReservationActivitySid">Null leaves it alone; <c>default(Sid)</c> clears it.</param>
/// <param name="AssignmentActivitySid">Null leaves it alone; <c>default(Sid)</c> clears it.</param>
public sealed record UpdateTaskQueue(
    Sid Sid,
    string? FriendlyName = null,
    string? TargetWorkers = null,
    int? MaxReservedWorkers = null,
    QueueOrder? TaskOrder = null,
    Sid? ReservationActivitySid = null,
    Sid? AssignmentActivitySid = null) : Command<TaskQueue>;

public sealed record DeleteTaskQueue(Sid Sid) : Command;

public sealed record CreateWorkflow(
    string FriendlyName,
    string Configuration,
    string? AssignmentCallbackUrl = null,
    string? FallbackAssignmentCallbackUrl = null,
    int? TaskReservationTimeoutSeconds = null) : Command<Workflow>;

public sealed record UpdateWorkflow(
    Sid Sid,
    string? FriendlyName = null,
    string? Configuration = null,
    string? AssignmentCallbackUrl = null,
    string? FallbackAssignmentCallbackUrl = null,
    int? TaskReservationTimeoutSeconds = null,
    bool ReEvaluateTasks = false) : Command<Workflow>;

public sealed record DeleteWorkflow(Sid Sid) : Command;

/// <param name="Channels">How channels of the worker begin; the others, and all when null, begin as usual.</param>
public sealed record CreateWorker(
    string FriendlyName,
    Sid? ActivitySid = null,
    string? Attributes = null,
    IReadOnlyList<ChannelStart>? Channels = null) : Command<Worker>;

/// <param name="UniqueName">Of a task channel; one that the workspace does not have is passed over.</param>
public sealed record ChannelStart(string UniqueName, int? Capacity, bool? Available);

public sealed record UpdateWorker(
    Sid Sid,
    string? FriendlyName = null,
    Sid? ActivitySid = null,
    string? Attributes = null,
    bool RejectPendingReservations = false,
    int? IfVersion = null) : Command<Worker>;

/// <param name="Patch">A JSON merge patch: null removes, an object is merged, everything else replaces.</param>
public sealed record PatchWorkerAttributes(Sid Sid, string Patch, int? IfVersion = null) : Command<Worker>;

/// <summary>All of these changes, or none.</summary>
public sealed record ChangeWorkerSkills(Sid WorkerSid, IReadOnlyList<SkillChange> Changes, int? IfVersion = null)
    : Command<Worker>;

/// <summary>Gives skills to many workers. The answer says of each what is wrong with it, or null.</summary>
/// <param name="AllOrNothing">One that is wrong keeps the others from being made, too.</param>
/// <param name="IsDryRun">Only says what would be wrong.</param>
public sealed record AssignSkills(
    IReadOnlyList<SkillAssignment> Assignments, bool AllOrNothing, bool IsDryRun) : Command<IReadOnlyList<string?>>;

public sealed record SkillAssignment(string WorkerName, SkillChange Change);

/// <param name="Rule">What the skill's definition says; null for a skill that is not defined.</param>
public sealed record SkillChange(SkillAction Action, string Name, int? Level = null, SkillRule? Rule = null);

public sealed record SkillRule(bool HasLevels, double? Minimum, double? Maximum);

public enum SkillAction
{
    /// <summary>Enabled, whether the worker had it or not.</summary>
    Assign,
    SetLevel,
    Enable,

    /// <summary>The worker keeps it, with its level, where routing does not look.</summary>
    Disable,
    Remove,

    /// <summary>Changes nothing, and is refused as the others are when the worker lacks the skill.</summary>
    Keep,
}

public sealed record DeleteWorker(Sid Sid, int? IfVersion = null) : Command;

public sealed record UpdateWorkerChannel(Sid WorkerSid, Sid Sid, int? Capacity, bool? Available)
    : Command<WorkerChannel>;

/// <param name="TaskChannel">SID or unique name; null is the channel named "default".</param>
/// <param name="RoutingTarget">A worker, queue or workflow SID.</param>
/// <param name="IgnoreCapacity">Only with a worker as target, where null means true.</param>
public sealed record CreateTask(
    Sid? WorkflowSid = null,
    string? Attributes = null,
    int? Priority = null,
    int? TimeoutSeconds = null,
    string? TaskChannel = null,
    DateTimeOffset? VirtualStartAt = null,
    Sid? RoutingTarget = null,
    bool? IgnoreCapacity = null,
    Sid? TaskQueueSid = null) : Command<RoutingTask>;

public sealed record UpdateTask(
    Sid Sid,
    string? Attributes = null,
    AssignmentStatus? AssignmentStatus = null,
    string? Reason = null,
    int? Priority = null,
    string? TaskChannel = null,
    DateTimeOffset? VirtualStartAt = null,
    int? IfVersion = null) : Command<RoutingTask>;

public sealed record DeleteTask(Sid Sid, int? IfVersion = null) : Command;

/// <summary>Offers an assigned task to another worker, or to the workers of a queue.</summary>
/// <param name="ReservationSid">The accepted reservation of the worker who hands over.</param>
/// <param name="To">A worker or queue SID.</param>
public sealed record StartTransfer(
    Sid TaskSid,
    Sid ReservationSid,
    Sid To,
    TransferMode Mode = TransferMode.Warm,
    string? Attributes = null,
    int? Priority = null) : Command<TaskTransfer>;

public sealed record CancelTransfer(Sid TaskSid, Sid Sid) : Command<TaskTransfer>;

/// <param name="Status">Null changes nothing.</param>
/// <param name="WorkerActivitySid">Where a rejecting worker goes; null leaves it where it is.</param>
public sealed record UpdateReservation(
    Sid Sid, ReservationStatus? Status, Sid? WorkerActivitySid = null, int? IfVersion = null) : Command<Reservation>;

/// <summary>The assignment callback is over: answered, given up, or without an instruction.</summary>
/// <param name="Status">What the answer asks for: accepted, rejected, or null for nothing.</param>
public sealed record SettleAssignmentCallback(
    Sid ReservationSid, ReservationStatus? Status, Sid? WorkerActivitySid = null) : Command;
