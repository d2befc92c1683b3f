using System.Net;
using System.Text.Json;
using TaskRouter.Server.Tests.Callbacks;

namespace TaskRouter.Server.Tests.Voice;

/// <summary>A workspace in which one task is offered to one worker, as an application for voice has it.</summary>
internal sealed class VoiceScene(TestServer server, string path, string workerSid, string taskSid)
{
    public const string CallSid = "CA0123456789abcdef0123456789abcdef";

    public const string Worker = """{"contact_uri":"client:alice"}""";

    public const string Task = $$"""{"call_sid":"{{CallSid}}","from":"+15550199"}""";

    public string Path => path;

    public string WorkerSid => workerSid;

    public string TaskSid => taskSid;

    public string ReservationPath { get; private set; } = "";

    public string ReservationSid => ReservationPath[^34..];

    public string CallsPath => $"/ext{path}/Calls";

    /// <param name="server">Where the workspace is made.</param>
    /// <param name="worker">The worker's attributes.</param>
    /// <param name="task">The task's.</param>
    /// <param name="callbackUrl">Asked what to do with the offer; null leaves it to the test.</param>
    /// <param name="fallbackUrl">Asked when that one fails.</param>
    public static async Task<VoiceScene> CreateAsync(
        TestServer server,
        string worker = Worker,
        string task = Task,
        string? callbackUrl = null,
        string? fallbackUrl = null)
    {
        var workspace = (await server.PostAsync(
            "/v1/Workspaces", ("FriendlyName", $"Voice {Guid.NewGuid():N}"), ("Template", "FIFO")))
            .ShouldBe(HttpStatusCode.Created).Sid;
        var path = $"/v1/Workspaces/{workspace}";
        var workflows = await server.GetAsync($"{path}/Workflows");
        var workflow = workflows.Items("workflows")[0].GetProperty("sid").GetString();
        await server.PostAsync(
            $"{path}/Workflows/{workflow}",
            ("AssignmentCallbackUrl", callbackUrl ?? ""),
            ("FallbackAssignmentCallbackUrl", fallbackUrl ?? ""));
        var available = (await server.GetAsync($"{path}/Activities?FriendlyName=Available"))
            .Items("activities").Single().GetProperty("sid").GetString()!;
        var workerSid = (await server.PostAsync(
            $"{path}/Workers", ("FriendlyName", "Alice"), ("ActivitySid", available), ("Attributes", worker)))
            .ShouldBe(HttpStatusCode.Created).Sid;
        var taskSid = (await server.PostAsync($"{path}/Tasks", ("Attributes", task)))
            .ShouldBe(HttpStatusCode.Created).Sid;
        var scene = new VoiceScene(server, path, workerSid, taskSid);
        var reservations = $"{path}/Tasks/{taskSid}/Reservations";
        var reservation = (await server.GetAsync(reservations)).Items("reservations").Single();
        scene.ReservationPath = $"{reservations}/{reservation.GetProperty("sid").GetString()}";
        return scene;
    }

    /// <summary>A receiver that answers each callback with what the task's attribute <c>answer</c> holds.</summary>
    public static Task<HttpReceiver> StartReceiverAsync() => HttpReceiver.StartAsync(async context =>
    {
        var form = await context.Request.ReadFormAsync();
        using var attributes = JsonDocument.Parse(form["TaskAttributes"].ToString());
        await HttpReceiver.Json(attributes.RootElement.GetProperty("answer").GetRawText())(context);
    });

    /// <summary>Attributes with an answer in them.</summary>
    public static string WithAnswer(string attributes, string answer) =>
        $$"""{{{attributes.Trim('{', '}')}}{{(attributes.Length > 2 ? "," : "")}}"answer":{{answer}}}""";

    public Task<Answer> InstructAsync(string instruction, params (string Name, string Value)[] parameters) =>
        server.PostAsync(ReservationPath, [("Instruction", instruction), .. parameters]);

    public async Task<string> StatusAsync() => (await server.GetAsync(ReservationPath)).String("reservation_status");

    public async Task<JsonElement> UntilCalledAsync() => (await server.UntilAsync(CallsPath, "calls"))[0];

    public async Task<IReadOnlyList<JsonElement>> UntilAlertsAsync(int count = 1) =>
        await server.UntilAsync($"/ext/v1/Alerts?WorkspaceSid={path[^34..]}", "alerts", count);

    public async Task<List<string>> EventTypesAsync() =>
        [.. (await server.GetAsync($"{path}/Events?PageSize=100")).Items("events")
            .Select(row => row.GetProperty("event_type").GetString()!).Reverse()];
}
