using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// An agent hands its task to another one or to a queue. Only agents' clients can.
/// https://www.twilio.com/docs/taskrouter/js-sdk-v2/task
/// </summary>
internal static class AgentTransfers
{
    private static readonly SidParameter ReservationSid = new(
        "ReservationSid", "The agent's own reservation", SidKind.Reservation);

    private static readonly SidParameter TaskSid = new("TaskSid", "The task", SidKind.Task);
    private static readonly SidParameter To = new("To", "Who gets it", SidKind.Worker, SidKind.TaskQueue);
    private static readonly TextParameter Attributes = new("Attributes", "The task's new attributes");
    private static readonly NumberParameter Priority = new("Priority", "The task's new priority");

    private static readonly ChoiceParameter<TransferMode> Mode = new(
        "Mode", "Whether the agent stays on the task", ["WARM", "COLD"], WireNames.TransferModeOf);

    private static readonly TextParameter Status = new("TransferStatus", "canceled", "canceled");

    public static IReadOnlyList<AgentOperation> Operations { get; } =
    [
        new(
            "POST",
            "Workers/{workerSid}/Transfers",
            AgentRequests.Takes(ReservationSid, TaskSid, To, Attributes, Mode, Priority),
            StartAsync),
        new("POST", "Workers/{workerSid}/Transfers/{sid}", AgentRequests.Takes(TaskSid, Status), CancelAsync),
    ];

    private static async Task<Action<Utf8JsonWriter>> StartAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var workerSid = scope.SidOf("workerSid", SidKind.Worker);
        var reservationSid = Required(form, ReservationSid);
        if (scope.View.Reservations.Find(reservationSid)?.WorkerSid != workerSid)
        {
            throw Refusal.NotFound(
                $"/Workspaces/{scope.WorkspaceSid}/Workers/{workerSid}/Reservations/{reservationSid}");
        }

        return Show(scope, await scope.ExecuteAsync(new StartTransfer(
            Required(form, TaskSid),
            reservationSid,
            Required(form, To),
            form.Value(Mode) ?? TransferMode.Warm,
            form.Text(Attributes),
            form.Value(Priority))));
    }

    private static async Task<Action<Utf8JsonWriter>> CancelAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        if (form.Text(Status) != WireNames.Of(TransferStatus.Canceled))
        {
            throw Status.Refuse($"must be {WireNames.Of(TransferStatus.Canceled)}");
        }

        var sid = scope.SidOf("sid", SidKind.TaskTransfer);
        return scope.View.Transfers.Find(sid)?.InitiatingWorkerSid == scope.SidOf("workerSid", SidKind.Worker)
            ? Show(scope, await scope.ExecuteAsync(new CancelTransfer(Required(form, TaskSid), sid)))
            : throw scope.NotFound();
    }

    private static Action<Utf8JsonWriter> Show(Scope scope, TaskTransfer transfer) => json =>
        AgentJson.WriteTransfer(json, transfer, scope.AccountSid);

    private static Sid Required(Parameters form, SidParameter parameter) => form.Value(parameter)
        ?? throw Refusal.Invalid($"Missing required parameter {parameter.Name} in the post body");
}
