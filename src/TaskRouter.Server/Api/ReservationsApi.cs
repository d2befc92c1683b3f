using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Voice;

namespace TaskRouter.Server.Api;

/// <summary>
/// One reservation at two addresses: below its task and below its worker. Only the parent and <c>url</c> differ.
/// https://www.twilio.com/docs/taskrouter/api/reservations
/// </summary>
internal static partial class ReservationsApi
{
    // https://www.twilio.com/docs/api/errors/55555
    private const int InstructionCode = 55555;

    public static void MapOfTask(Routes reservations)
    {
        reservations.Get(
            "", Operation.List("ListTaskReservation", "reservations", OfTaskShown, OfStatus, OfWorker), ListOfTask);
        reservations.Get(
            "/{sid}",
            Operation.Fetch("FetchTaskReservation", OfTaskShown),
            scope => Answer(scope, GetOfTask(scope), WriteOfTask));
        reservations.Post(
            "/{sid}",
            Operation.Update(
                "UpdateTaskReservation",
                OfTaskShown,
                [.. UpdatedOfTask]),
            async scope => Answer(scope, await UpdateOfTaskAsync(scope), WriteOfTask));
    }

    public static void MapOfWorker(Routes reservations)
    {
        reservations.Get(
            "", Operation.List("ListWorkerReservation", "reservations", OfWorkerShown, OfStatus), ListOfWorker);
        reservations.Get(
            "/{sid}",
            Operation.Fetch("FetchWorkerReservation", OfWorkerShown),
            scope => Answer(scope, GetOfWorker(scope), WriteOfWorker));
        reservations.Post(
            "/{sid}",
            Operation.Update("UpdateWorkerReservation", OfWorkerShown, [.. UpdatedOfWorker]),
            async scope => Answer(scope, await UpdateOfWorkerAsync(scope), WriteOfWorker));
    }

    public static Task<Reservation> UpdateOfTaskAsync(Scope scope) =>
        UpdateAsync(scope, GetOfTask(scope), isOfTask: true);

    public static Task<Reservation> UpdateOfWorkerAsync(Scope scope) =>
        UpdateAsync(scope, GetOfWorker(scope), isOfTask: false);

    private static void ListOfTask(Scope scope)
    {
        var taskSid = scope.SidOf("taskSid", SidKind.Task);
        if (scope.View.Tasks.Find(taskSid) is null)
        {
            throw scope.NotFound();
        }

        var query = scope.ReadQuery();
        var status = query.Value(OfStatus);
        var workerSid = query.Value(OfWorker);
        var rows = new CreationOrder<Reservation>(scope.View.ReservationsOfTask(taskSid), row => row.Sid, reservation =>
            (status is null || reservation.Status == status)
            && (workerSid is null || reservation.WorkerSid == workerSid));
        Page.Answer(scope, query, "reservations", rows, WriteOfTask);
    }

    private static void ListOfWorker(Scope scope)
    {
        var workerSid = WorkerOf(scope);
        var query = scope.ReadQuery();
        var status = query.Value(OfStatus);
        var all = scope.View.ReservationsOfWorker(workerSid);
        var rows = new CreationOrder<Reservation>(all, row => row.Sid, reservation =>
            status is null || reservation.Status == status);
        Page.Answer(scope, query, "reservations", rows, WriteOfWorker);
    }

    private static Reservation GetOfTask(Scope scope)
    {
        var taskSid = scope.SidOf("taskSid", SidKind.Task);
        return Find(scope) is { } reservation && reservation.TaskSid == taskSid ? reservation : throw scope.NotFound();
    }

    public static Reservation GetOfWorker(Scope scope)
    {
        var workerSid = WorkerOf(scope);
        return Find(scope) is { } reservation && reservation.WorkerSid == workerSid
            ? reservation
            : throw scope.NotFound();
    }

    private static Sid WorkerOf(Scope scope)
    {
        var sid = scope.SidOf("workerSid", SidKind.Worker);
        return scope.View.Workers.Find(sid) is null ? throw scope.NotFound() : sid;
    }

    private static Reservation? Find(Scope scope) =>
        scope.View.Reservations.Find(scope.SidOf("sid", SidKind.Reservation));

    private static async Task<Reservation> UpdateAsync(Scope scope, Reservation current, bool isOfTask)
    {
        var form = await scope.ReadFormAsync();
        if (InstructionReader.Find(form.Text(Instruction) ?? "") is { } kind
            && (isOfTask || kind != Supervise.Definition))
        {
            return await ConnectAsync(scope, current, kind, form);
        }

        form.CheckAll();
        return await scope.ExecuteAsync(new UpdateReservation(
            current.Sid,
            Status: form.Text(Instruction) is { Length: > 0 } instruction
                ? StatusOf(instruction)
                : form.Value(Status),
            WorkerActivitySid: form.SidIfAny(WorkerActivitySid),
            IfVersion: Revision.Wanted(scope.Context.Request)));
    }

    /// <summary>
    /// Answers with the reservation as it is. The call begins when the answer is out, so its sender sees the acceptance
    /// as everybody does: by an event or by looking again.
    /// </summary>
    private static async Task<Reservation> ConnectAsync(
        Scope scope, Reservation current, InstructionKind kind, Parameters form)
    {
        var given = new FormInstruction(form);
        var instruction = InstructionReader.Read(kind, given, new CallScene(scope.View, current));
        form.CheckAll();
        var reservation = await scope.ExecuteAsync(new UpdateReservation(
            current.Sid, Status: null, IfVersion: Revision.Wanted(scope.Context.Request)));
        var (loop, actor, switchboard) = (scope.Loop, scope.Actor, scope.Switchboard);
        scope.Context.Response.OnCompleted(() =>
        {
            switchboard.Begin(loop, reservation, instruction, actor);
            return Task.CompletedTask;
        });
        return reservation;
    }

    private static ReservationStatus StatusOf(string instruction) => instruction.ToUpperInvariant() switch
    {
        "ACCEPT" => ReservationStatus.Accepted,
        "REJECT" => ReservationStatus.Rejected,
        _ => throw new Refusal(400, InstructionCode, "Invalid Instruction: unknown, or not possible here"),
    };

    private static void Answer(Scope scope, Reservation reservation, Action<Utf8JsonWriter, Reservation, Scope> write)
    {
        Revision.Give(scope.Context.Response, reservation.Version);
        scope.Answer(StatusCodes.Status200OK, reservation, write);
    }

    private static void WriteOfTask(Utf8JsonWriter json, Reservation reservation, Scope scope) => Write(
        json, reservation, scope, scope.Url("/Tasks/"u8, reservation.TaskSid, "/Reservations/"u8, reservation.Sid));

    private static void WriteOfWorker(Utf8JsonWriter json, Reservation reservation, Scope scope) => Write(
        json, reservation, scope, scope.Url("/Workers/"u8, reservation.WorkerSid, "/Reservations/"u8, reservation.Sid));

    private static void Write(Utf8JsonWriter json, Reservation reservation, Scope scope, ReadOnlySpan<byte> url)
    {
        json.WriteStartObject();
        json.WriteString("url"u8, url);
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteInstant("date_created"u8, reservation.CreatedAt);
        json.WriteInstant("date_updated"u8, reservation.UpdatedAt);
        json.WriteString("reservation_status"u8, WireNames.Of(reservation.Status));
        json.WriteSid("sid"u8, reservation.Sid);
        json.WriteSid("task_sid"u8, reservation.TaskSid);
        json.WriteString("worker_name"u8, scope.View.Workers.Find(reservation.WorkerSid)?.FriendlyName);
        json.WriteSid("worker_sid"u8, reservation.WorkerSid);
        json.WriteSid("workspace_sid"u8, reservation.WorkspaceSid);
        json.WriteStartObject("links"u8);
        json.WriteLink("task"u8, scope, "/Tasks/"u8, reservation.TaskSid);
        json.WriteLink("worker"u8, scope, "/Workers/"u8, reservation.WorkerSid);
        json.WriteUrl("workspace"u8, scope.Url());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
