using System.Globalization;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>Fields of records by the names that stories use, as text. Null for a name that is no field.</summary>
internal sealed class StoryFields(StoryWorld world)
{
    public string? Of(RoutingTask task, string field) => field switch
    {
        "priority" => Text(task.Priority),
        "queue" => world.Names.Of(task.TaskQueueSid),
        "workflow" => world.Names.Of(task.WorkflowSid),
        "channel" => world.Names.Of(task.TaskChannelSid),
        "filter" => Text(task.FilterIndex + 1),
        "step" => Text(task.StepIndex + 1),
        "attributes" => task.Attributes,
        "reason" => task.Reason ?? "none",
        "assignments" => Text(task.AssignmentCount),
        "timeout" => Text(task.TimeoutSeconds),
        "started" => Text(task.VirtualStartAt),
        "entered" => Text(task.QueueEnteredAt),
        "age" => Text(task.AgeAt(world.Now)),
        "version" => Text(task.Version),
        _ => null,
    };

    public string? Of(Reservation reservation, string field) => field switch
    {
        "timeout" => Text(reservation.TimeoutSeconds),
        "previous" => world.Names.Of(reservation.WorkerPreviousActivitySid),
        "callback" => YesOrNo(reservation.CallbackDue),
        "version" => Text(reservation.Version),
        _ => null,
    };

    public static string? Of(Worker worker, string field) => field switch
    {
        "name" => worker.FriendlyName,
        "attributes" => worker.Attributes,
        "changed" => Text(worker.StatusChangedAt),
        "version" => Text(worker.Version),
        _ => null,
    };

    public static string? Of(WorkerChannel channel, string field) => field switch
    {
        "capacity" => Text(channel.ConfiguredCapacity),
        "available" => YesOrNo(channel.Available),
        "assigned" => Text(channel.AssignedTasks),
        "active" => Text(channel.ActiveTasks),
        "free" => Text(channel.AvailableCapacityPercentage),
        "reserved" => Text(channel.LastReservedAt),
        _ => null,
    };

    public string? Of(Workspace workspace, string field) => field switch
    {
        "default" => world.Names.Of(workspace.DefaultActivitySid),
        "timeout" => world.Names.Of(workspace.TimeoutActivitySid),
        "order" => WireNames.Of(workspace.PrioritizeQueueOrder),
        "multitasking" => YesOrNo(workspace.MultiTaskEnabled),
        _ => null,
    };

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none";

    private static string Text(DateTimeOffset? instant) =>
        instant is { } given ? StoryFile.Text(given - StoryWorld.Start) : "none";

    private static string YesOrNo(bool value) => value ? "yes" : "no";
}
