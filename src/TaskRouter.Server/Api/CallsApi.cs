using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api;

/// <summary>
/// The calls that instructions have asked for, and what became of them. Without a telephony nobody was dialled: this
/// is where an application's author sees who would have been. Not in Twilio's API.
/// </summary>
internal static class CallsApi
{
    private static readonly string[] Outcomes = ["accepted", "connected", "late", "failed"];

    private static readonly SidParameter TaskSid = new("TaskSid", "Only of this task", SidKind.Task);

    private static readonly SidParameter ReservationSid = new(
        "ReservationSid", "Only of this reservation", SidKind.Reservation);

    private static readonly SidParameter WorkerSid = new("WorkerSid", "Only to this worker", SidKind.Worker);

    private static readonly Resource Shown = new(
        "call",
        "a call",
        "calls, newest first",
        Field.Sid("account_sid", SidKind.Account),
        Field.Instant("date_created"),
        Field.Text("from", "+15550100", canBeNull: true),
        Field.Text("instruction", "dequeue"),
        Field.OneOf("outcome", Outcomes),
        Field.Map("parameters"),
        Field.Sid("reservation_sid", SidKind.Reservation),
        Field.Sid("sid", SidKind.Call),
        Field.Sid("task_sid", SidKind.Task),
        Field.Text("to", "client:Alice", canBeNull: true),
        Field.Sid("worker_sid", SidKind.Worker),
        Field.Sid("workspace_sid", SidKind.Workspace),
        new("url", Shape.Url with { Example = "https://taskrouter.example.com/ext/v1/Workspaces/WS.../Calls/CA..." }));

    public static void Map(Routes calls)
    {
        calls.Get(
            "", Operation.List("ListCall", "calls", Shown, TaskSid, ReservationSid, WorkerSid), ListAsync);
        calls.Get("/{sid}", Operation.Fetch("FetchCall", Shown), FetchAsync);
    }

    private static Task ListAsync(Scope scope)
    {
        var query = scope.ReadQuery();
        var wanted = new CallQuery(scope.WorkspaceSid)
        {
            TaskSid = query.Value(TaskSid),
            ReservationSid = query.Value(ReservationSid),
            WorkerSid = query.Value(WorkerSid),
        };
        var stop = scope.Context.RequestAborted;
        var rows = new JournalOrder<RecordedCall>(
            (from, older, count) => scope.Journal.ReadAsync(wanted, from, older, count, stop), row => row.Sid);
        return Page.AnswerAsync(scope, query, "calls", rows, Write);
    }

    private static async Task FetchAsync(Scope scope)
    {
        var sid = scope.SidOf("sid", SidKind.Call);
        var found = await scope.Journal.FindCallAsync(scope.WorkspaceSid, sid, scope.Context.RequestAborted);
        scope.Answer(StatusCodes.Status200OK, found ?? throw scope.NotFound(), Write);
    }

    private static void Write(Utf8JsonWriter json, RecordedCall call, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteInstant("date_created"u8, call.At);
        json.WriteString("from"u8, call.From);
        json.WriteString("instruction"u8, call.Instruction);
        json.WriteString("outcome"u8, Outcomes[(int)call.Outcome]);

        // The very text that was written: an object of strings.
        json.WritePropertyName("parameters"u8);
        json.WriteRawValue(call.Parameters, skipInputValidation: true);
        json.WriteSid("reservation_sid"u8, call.ReservationSid);
        json.WriteSid("sid"u8, call.Sid);
        json.WriteSid("task_sid"u8, call.TaskSid);
        json.WriteString("to"u8, call.To);
        json.WriteSid("worker_sid"u8, call.WorkerSid);
        json.WriteSid("workspace_sid"u8, call.WorkspaceSid);
        json.WriteString("url"u8, $"{scope.Origin}/ext/v1/Workspaces/{call.WorkspaceSid}/Calls/{call.Sid}");
        json.WriteEndObject();
    }
}
