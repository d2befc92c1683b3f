using System.Globalization;
using TaskRouter.Server.Tests.Api;

namespace TaskRouter.Server.Tests.Contract;

/// <summary>Right and wrong values for the parameters of the contract, and paths that lead to something.</summary>
internal static class ContractValues
{
    private const string Digits = "0123456789abcdef0123456789abcdef";

    // Twilio's document has them as plain texts, and says in prose which they may be.
    private static readonly string[] Words =
    [
        "DequeueRecord", "CallRecord", "DequeueStatusCallbackEvent", "Beep", "ConferenceRecord", "ConferenceTrim",
        "RecordingChannels", "Region", "JitterBufferSize",
    ];

    public static string PathOf(ContractOperation operation, TestWorkspace workspace)
    {
        var segments = operation.Path.Split('/');
        for (var index = 1; index < segments.Length; index++)
        {
            if (segments[index].StartsWith('{'))
            {
                segments[index] = SidIn(segments[index - 1], operation, workspace);
            }
        }

        return string.Join('/', segments);
    }

    // Statistics of queues have no SID beside those of the queues.
    private static string KindIn(ContractOperation operation) =>
        ContractTable.Resources[operation.Resource!].FirstOrDefault(field => field.Name == "sid")?.Type[4..] ?? "WQ";

    public static string ValidOf(ContractOperation operation, ContractParameter parameter, TestWorkspace workspace) =>
        (operation.Id, parameter.Name) switch
        {
            (_, "FriendlyName" or "UniqueName") => Guid.NewGuid().ToString("N"),
            (_, "Configuration") =>
                $$$$"""{"task_routing":{"default_filter":{"queue":"{{{{workspace.QueueSid}}}}"}}}""",
            (_, "TaskChannel") => "default",
            (_, "SplitByWaitTime") => "5, 30",
            ("ListEvent", "StartDate" or "EndDate") => "2020-01-02T03:04:05Z",

            // Statistics go 30 days back.
            (_, "StartDate") => DateTime.UtcNow.AddDays(-1).ToString("s", CultureInfo.InvariantCulture) + "Z",
            (_, "EndDate") => DateTime.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z",
            (_, "RoutingTarget") => workspace.WorkerSid,
            (_, "Template") => "FIFO",
            (_, "Instruction") => "accept",
            (_, "Page") => "0",
            (_, "PageToken") => "PA" + KindIn(operation) + workspace.TaskSid[2..],
            (_, "RejectPendingReservations") => "false",
            (_, "DequeueRecord" or "CallRecord") => "record-from-answer",
            (_, "DequeueStatusCallbackEvent") => "ringing",
            (_, "Beep") => "onEnter",
            (_, "ConferenceRecord") => "record-from-start",
            (_, "ConferenceTrim") => "do-not-trim",
            (_, "RecordingChannels") => "dual",
            (_, "Region") => "ie1",
            (_, "JitterBufferSize") => "off",
            ("ListTask", "Ordering") => "Priority:desc,DateCreated:asc",
            ("ListWorker", "Ordering") => "DateStatusChanged:desc",
            ("ListTaskQueue", "Ordering") => "DateUpdated",
            ("UpdateTask", "AssignmentStatus") => "canceled",
            ("UpdateTaskReservation" or "UpdateWorkerReservation", "ReservationStatus") => "accepted",
            _ => ValidOf(parameter, workspace),
        };

    /// <summary>Each with what is wrong about it; empty for a type that takes every text.</summary>
    public static IEnumerable<(string Value, string Fault)> InvalidOf(ContractParameter parameter)
    {
        if (parameter.Type.StartsWith("sid:", StringComparison.Ordinal))
        {
            return
            [
                (parameter.Type[4..] + "1", "too short"), ("ZZ" + Digits, "another kind"), ("Alice", "no SID"),
                // Calls are not ours: upper-case digits may be right. As a filter they find nothing.
                .. parameter.Type == "sid:CA" || parameter.Where == "query"
                    ? []
                    : new[] { (parameter.Type[4..] + Digits.ToUpperInvariant(), "no SID of ours") },
            ];
        }

        var wrong = parameter switch
        {
            { Name: "PageToken" } => [("PA1", "no token"), ("PAWT" + Digits + ".1", "half a token")],
            { Name: "RoutingTarget", Where: "form" } => [("Alice", "no SID"), ("WA" + Digits, "another kind")],
            { Name: "Template" or "Instruction" } => [("nonsense", "unknown word")],
            _ when Words.Contains(parameter.Name) => [("nonsense", "unknown word")],
            { Name: "SplitByWaitTime" } => [("5,x", "no number"), ("0", "too small"), ("5,,30", "a gap")],
            { Type: "integer" } => Integers(parameter),
            { Type: "date-time" } => [("yesterday", "no date"), ("2026-13-01T00:00:00Z", "no month")],
            { Type: "uri" } => [("ftp://example.com/", "another scheme"), ("/here", "relative")],
            _ when parameter.Type.StartsWith("enum:", StringComparison.Ordinal) => [("nonsense", "unknown word")],
            _ when parameter.Rules.Contains("json") => [("nonsense", "no JSON"), ("[1]", "no object")],
            _ when parameter.Rules.Contains("expression") => [("a ==", "no expression")],
            _ when parameter.Rules.Contains("ordering") =>
                [("Color", "unknown key"), ("DateCreated:up", "no direction")],
            _ => Array.Empty<(string, string)>(),
        };
        return parameter is { Type: "string", Range: { Max: { } max } }
            ? [.. wrong, (new string('x', (int)max + 1), "too long"), ("", "empty")]
            : wrong;
    }

    private static string ValidOf(ContractParameter parameter, TestWorkspace workspace) => parameter switch
    {
        { Type: "sid:AC" } => TestServer.Account.Sid.ToString(),
        { Type: "sid:WA" } => workspace.ActivitySid,
        { Type: "sid:WK" } => workspace.WorkerSid,
        { Type: "sid:WQ" } => workspace.QueueSid,
        { Type: "sid:WW" } => workspace.WorkflowSid,
        { Type: "sid:WT" } => workspace.TaskSid,
        { Type: "sid:WR" } => workspace.ReservationSid,
        { Type: "sid:EV" } => workspace.EventSid,
        { Type: "sid:CA" } => "CA" + Digits,
        { Type: "integer" } => (parameter.Range?.Min ?? 1).ToString(CultureInfo.InvariantCulture),
        { Type: "boolean" } => "true",
        { Type: "date-time" } => "2020-01-02T03:04:05Z",
        // Nobody listens there, and no test may disturb anybody else.
        { Type: "uri" } => "http://127.0.0.1:1/callback",
        _ when parameter.Type.StartsWith("enum:", StringComparison.Ordinal) =>
            parameter.Type[5..].Split('|')[0].Replace("[]", "", StringComparison.Ordinal),
        { Name: "AssignmentStatus" } => "pending",
        _ when parameter.Rules.Contains("json") => """{"a":1}""",
        _ when parameter.Rules.Contains("expression") => "a == 1",
        _ => "text",
    };

    private static (string Value, string Fault)[] Integers(ContractParameter parameter)
    {
        (string, string)[] never =
        [
            ("many", "a word"), ("1.5", "a fraction"), ("1e3", "an exponent"), ("٣", "other digits"),
            (new string('9', 400), "400 digits"), ("9223372036854775808", "beyond 64 bits"),
        ];

        // Large pages are clamped, and pages are only counted: https://www.twilio.com/docs/usage/twilios-response
        if (parameter.Name is "PageSize" or "Page")
        {
            return [.. never[..4], (parameter.Name == "PageSize" ? "0" : "-1", "too small")];
        }

        return parameter.Range is not { } range ? never :
        [
            .. never,
            ((range.Min - 1).ToString(CultureInfo.InvariantCulture), "too small"),
            (((range.Max ?? int.MaxValue) + 1).ToString(CultureInfo.InvariantCulture), "too large"),
        ];
    }

    private static string SidIn(string collection, ContractOperation operation, TestWorkspace workspace) =>
        collection switch
        {
            "Workspaces" => workspace.Sid,
            "Activities" => workspace.ActivitySid,
            "TaskChannels" => workspace.ChannelSid,
            "TaskQueues" => workspace.QueueSid,
            "Workflows" => workspace.WorkflowSid,
            "Workers" => workspace.WorkerSid,
            "Channels" => workspace.WorkerChannelSid,
            "Tasks" => workspace.TaskSid,
            "Reservations" => workspace.ReservationSid,
            "Events" => workspace.EventSid,
            _ => throw new InvalidOperationException($"{operation.Id}: what is in {collection}?"),
        };
}
