using System.Text.Json;

namespace TaskRouter.Server.Tests.Kill;

/// <summary>Where the clients work: one queue that offers a task to three workers, and two workflows into it.</summary>
internal sealed class KillWorkspace
{
    private const int OfferedAtOnce = 3;

    private KillWorkspace(string sid) => Sid = sid;

    public string Sid { get; }

    public string QueueSid { get; private set; } = "";

    /// <summary>Its reservations wait two minutes.</summary>
    public string PatientWorkflowSid { get; private set; } = "";

    /// <summary>Its reservations time out after a second.</summary>
    public string HastyWorkflowSid { get; private set; } = "";

    public List<string> WorkerSids { get; } = [];

    public static async Task<KillWorkspace> CreateAsync(HttpClient http, int workers)
    {
        var workspace = new KillWorkspace(await MakeAsync(http, "/v1/Workspaces", ("FriendlyName", "Kill")));
        var available = await workspace.CreateAsync(
            http, "Activities", ("FriendlyName", "Ready"), ("Available", "true"));

        // Workers stay available when they miss an offer: the load must not dry up.
        await PostAsync(http, $"/v1/Workspaces/{workspace.Sid}", ("TimeoutActivitySid", available));
        workspace.QueueSid = await workspace.CreateAsync(
            http, "TaskQueues", ("FriendlyName", "All"), ("MaxReservedWorkers", $"{OfferedAtOnce}"));
        workspace.PatientWorkflowSid = await workspace.CreateWorkflowAsync(http, "Patient", 120);
        workspace.HastyWorkflowSid = await workspace.CreateWorkflowAsync(http, "Hasty", 1);
        for (var number = 0; number < workers; number++)
        {
            var worker = await workspace.CreateAsync(
                http, "Workers", ("FriendlyName", $"Worker {number}"), ("ActivitySid", available));
            await PostAsync(
                http, workspace.Path($"Workers/{worker}/Channels/default"), ("Capacity", $"{1 + (number % 3)}"));
            workspace.WorkerSids.Add(worker);
        }

        return workspace;
    }

    public string Path(string resource) => $"/v1/Workspaces/{Sid}/{resource}";

    public static FormUrlEncodedContent Form(params (string Name, string Value)[] parameters) =>
        new(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));

    public Task<string> CreateAsync(HttpClient http, string collection, params (string, string)[] parameters) =>
        MakeAsync(http, Path(collection), parameters);

    public Task<string> CreateWorkflowAsync(HttpClient http, string name, int reservationTimeout) => CreateAsync(
        http,
        "Workflows",
        ("FriendlyName", name),
        ("TaskReservationTimeout", $"{reservationTimeout}"),
        ("Configuration", $$"""{ "task_routing": { "default_filter": { "queue": "{{QueueSid}}" } } }"""));

    private static async Task<string> MakeAsync(HttpClient http, string path, params (string, string)[] parameters) =>
        (await PostAsync(http, path, parameters)).GetProperty("sid").GetString()!;

    private static async Task<JsonElement> PostAsync(
        HttpClient http, string path, params (string, string)[] parameters)
    {
        using var answer = await http.PostAsync(path, Form(parameters));
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(body)
            : throw new InvalidOperationException($"POST {path}: {(int)answer.StatusCode} {body}");
    }
}
