using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// What agents do to the legs of a task's call. Without a telephony there are no legs: these are checked and answered,
/// and change nothing. https://www.twilio.com/docs/taskrouter/js-sdk-v2/task
/// </summary>
internal static class Participants
{
    private static readonly SidParameter ReservationSid = new(
        "ReservationSid", "The agent's own reservation", SidKind.Reservation);

    private static readonly SidParameter TaskSid = new("TaskSid", "The task", SidKind.Task);

    private static readonly SidParameter TargetWorkerSid = new(
        "TargetWorkerSid", "Whose leg it is about", SidKind.Worker);

    private static readonly TextParameter HoldUrl = new("HoldUrl", "What is heard on hold", Shape.Url);
    private static readonly TextParameter HoldMethod = new("HoldMethod", "How HoldUrl is asked", Shape.Method);

    public static IReadOnlyList<AgentOperation> Operations { get; } =
    [
        new("POST", "Workers/{workerSid}/WorkerParticipant", AgentRequests.Takes(ReservationSid), UpdateOwnAsync),
        new(
            "POST",
            "Workers/{workerSid}/CustomerParticipant",
            AgentRequests.Takes(TaskSid, HoldUrl, HoldMethod),
            UpdateCustomerAsync),
        new(
            "POST",
            "Workers/{workerSid}/KickWorkerParticipant",
            AgentRequests.Takes(TaskSid, TargetWorkerSid),
            UpdateOtherAsync),
        new(
            "POST",
            "Workers/{workerSid}/HoldWorkerParticipant",
            AgentRequests.Takes(TaskSid, TargetWorkerSid, HoldUrl, HoldMethod),
            UpdateOtherAsync),
    ];

    private static async Task<Action<Utf8JsonWriter>> UpdateOwnAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var sid = form.Value(ReservationSid) ?? throw Missing(ReservationSid);
        var workerSid = scope.SidOf("workerSid", SidKind.Worker);
        var reservation = scope.View.Reservations.Find(sid);
        if (reservation is null || reservation.WorkerSid != workerSid)
        {
            throw Refusal.NotFound($"/Workspaces/{scope.WorkspaceSid}/Workers/{workerSid}/Reservations/{sid}");
        }

        return reservation.Status == ReservationStatus.Accepted
            ? AgentRequests.ShowChanged(reservation, scope)
            : throw Refusal.Invalid($"Worker {workerSid} takes no part in a call of reservation {sid}");
    }

    private static async Task<Action<Utf8JsonWriter>> UpdateCustomerAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        form.CheckAll();
        return AgentRequests.Show(TaskOf(scope, form, scope.SidOf("workerSid", SidKind.Worker)), scope);
    }

    private static async Task<Action<Utf8JsonWriter>> UpdateOtherAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        form.CheckAll();
        TaskOf(scope, form, scope.SidOf("workerSid", SidKind.Worker));
        return AgentRequests.Show(
            TaskOf(scope, form, form.Value(TargetWorkerSid) ?? throw Missing(TargetWorkerSid)), scope);
    }

    /// <summary>The task, of which the worker must have an accepted reservation.</summary>
    private static RoutingTask TaskOf(Scope scope, Parameters form, Sid workerSid)
    {
        var sid = form.Value(TaskSid) ?? throw Missing(TaskSid);
        var task = scope.View.Tasks.Find(sid)
            ?? throw Refusal.NotFound($"/Workspaces/{scope.WorkspaceSid}/Tasks/{sid}");
        var takesPart = scope.View.ReservationsOfTask(sid).After(null).Any(reservation =>
            reservation.WorkerSid == workerSid && reservation.Status == ReservationStatus.Accepted);
        return takesPart
            ? task
            : throw Refusal.Invalid($"Worker {workerSid} takes no part in a call of task {sid}");
    }

    private static Refusal Missing(SidParameter parameter) =>
        Refusal.Invalid($"Missing required parameter {parameter.Name} in the post body");
}
