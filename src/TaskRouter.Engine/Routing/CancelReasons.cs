using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// Why the router canceled a task by itself: the task's <c>reason</c>, in Twilio's words where it has some.
/// </summary>
public static class CancelReasons
{
    public const string TimeToLive = "Task TTL Exceeded";
    public const string AssignmentCount = "Max assignment count exceeded";
    public const string WorkflowTimeout = "Workflow timeout";
    public const string WorkflowSkipped = "Workflow skipped";
    public const string TargetNotReservedInTime = "RoutingTarget SLA for Reservation creation was not met";

    public static string TargetUnavailable(Sid workerSid) =>
        $"RoutingTarget not available for Reservation acceptance: {workerSid}";
}
