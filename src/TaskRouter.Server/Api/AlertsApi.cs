using System.Globalization;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api;

/// <summary>
/// What went wrong without anybody waiting for an answer: callbacks and what came of their answers. Twilio has alerts
/// in another product, whose fields these are. https://www.twilio.com/docs/usage/monitor-alert
/// </summary>
internal static class AlertsApi
{
    private static readonly string[] Levels = ["error", "warning", "notice", "debug"];

    private static readonly ChoiceParameter<AlertLevel> LogLevel = new(
        "LogLevel", "Only of this level", Levels, text => Enum.TryParse<AlertLevel>(
            Levels.FirstOrDefault(level => level.Equals(text, StringComparison.OrdinalIgnoreCase)),
            ignoreCase: true,
            out var level)
                ? level
                : null);

    private static readonly NumberParameter ErrorCode = new("ErrorCode", "Only with this code");

    private static readonly SidParameter WorkspaceSid = new(
        "WorkspaceSid", "Only of this workspace", SidKind.Workspace);

    private static readonly InstantParameter StartDate = new("StartDate", "The first instant");

    private static readonly InstantParameter EndDate = new("EndDate", "The last instant") { IsLast = true };

    private static readonly Resource Shown = new(
        "alert",
        "an alert",
        "alerts, newest first",
        Field.Sid("account_sid", SidKind.Account),
        Field.Text("alert_text", "the answer has no instruction"),
        Field.Instant("date_created"),
        Field.Instant("date_generated"),
        Field.Text("error_code", "40005"),
        Field.OneOf("log_level", Levels),
        Field.Url("more_info"),
        Field.Text("request_method", "POST", canBeNull: true),
        Field.Text("request_url", "https://example.com/assignment", canBeNull: true),
        Field.Text("request_variables", "TaskSid=WT...", canBeNull: true),
        new("resource_sid", Shape.Sid(SidKind.Reservation) with { Pattern = null }, CanBeNull: true),
        Field.Text("response_body", "{}", canBeNull: true),
        Field.Text("response_headers", "Content-Type=application%2Fjson", canBeNull: true),
        Field.Sid("service_sid", SidKind.Workspace, canBeNull: true),
        Field.Sid("sid", SidKind.Alert),
        new("url", Shape.Url with { Example = "https://taskrouter.example.com/ext/v1/Alerts/NO..." }));

    public static void Map(Routes alerts)
    {
        alerts.Get(
            "",
            Operation.List("ListAlert", "alerts", Shown, LogLevel, ErrorCode, WorkspaceSid, StartDate, EndDate),
            ListAsync);
        alerts.Get("/{sid}", Operation.Fetch("FetchAlert", Shown), FetchAsync);
    }

    private static Task ListAsync(Scope scope)
    {
        var query = scope.ReadQuery();
        var wanted = new AlertQuery(scope.AccountSid)
        {
            Level = query.Value(LogLevel),
            Code = query.Value(ErrorCode),
            WorkspaceSid = query.Value(WorkspaceSid),
            Start = query.Value(StartDate),
            End = query.Value(EndDate),
        };
        if (wanted.Start > wanted.End)
        {
            throw StartDate.Refuse("must not be after EndDate");
        }

        var stop = scope.Context.RequestAborted;
        var rows = new JournalOrder<Alert>(
            (from, older, count) => scope.Journal.ReadAsync(wanted, from, older, count, stop), row => row.Sid);
        return Page.AnswerAsync(scope, query, "alerts", rows, Write);
    }

    private static async Task FetchAsync(Scope scope)
    {
        var sid = scope.SidOf("sid", SidKind.Alert);
        var found = await scope.Journal.FindAlertAsync(scope.AccountSid, sid, scope.Context.RequestAborted);
        scope.Answer(StatusCodes.Status200OK, found ?? throw scope.NotFound(), Write);
    }

    private static void Write(Utf8JsonWriter json, Alert alert, Scope scope)
    {
        var code = alert.Code.ToString(CultureInfo.InvariantCulture);
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, alert.AccountSid);
        json.WriteString("alert_text"u8, alert.Text);
        json.WriteInstant("date_created"u8, alert.At);
        json.WriteInstant("date_generated"u8, alert.At);
        json.WriteString("error_code"u8, code);
        json.WriteString("log_level"u8, Levels[(int)alert.Level]);
        json.WriteString("more_info"u8, $"https://www.twilio.com/docs/errors/{code}");
        json.WriteString("request_method"u8, alert.RequestMethod);
        json.WriteString("request_url"u8, alert.RequestUrl);
        json.WriteString("request_variables"u8, alert.RequestVariables);
        json.WriteSid("resource_sid"u8, alert.ResourceSid);
        json.WriteString("response_body"u8, alert.ResponseBody);
        json.WriteString("response_headers"u8, alert.ResponseHeaders);
        json.WriteSid("service_sid"u8, alert.WorkspaceSid);
        json.WriteSid("sid"u8, alert.Sid);
        json.WriteString("url"u8, $"{scope.Origin}/ext/v1/Alerts/{alert.Sid}");
        json.WriteEndObject();
    }
}
