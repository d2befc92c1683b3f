using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskRouter.Server.Tests.Api;

/// <summary>
/// A workspace with one of everything, a second worker, a second workspace, a key and a deleted key; and tokens for it.
/// </summary>
internal sealed partial class MatrixScene
{
    private MatrixScene(TestWorkspace workspace) => Workspace = workspace;

    public TestWorkspace Workspace { get; }

    public string AccountSid { get; } = TestServer.Account.Sid.ToString();

    public string WorkspaceSid => Workspace.Sid;

    public string Path => Workspace.Path;

    public string OtherWorkspaceSid { get; private init; } = "";

    /// <summary>The worker that paths name and that has the reservation.</summary>
    public string Self => Workspace.WorkerSid;

    public string Other { get; private init; } = "";

    public string KeySid { get; private init; } = "";

    public string KeySecret { get; private init; } = "";

    public string DeletedKeySid { get; private init; } = "";

    public string DeletedKeySecret { get; private init; } = "";

    /// <summary>More than the workspace, to see that a token does not lead out of it.</summary>
    public object[] Everything { get; } =
        [TestTokens.Policy("GET", "/**"), TestTokens.Policy("POST", "/**"), TestTokens.Policy("DELETE", "/**")];

    public string KeysPath => $"/2010-04-01/Accounts/{AccountSid}/Keys";

    public static async Task<MatrixScene> CreateAsync(TestServer server)
    {
        var workspace = await TestWorkspace.CreateAsync(server);
        var worker = await workspace.PostAsync("/Workers", ("FriendlyName", "Bob"));
        var other = await server.PostAsync("/v1/Workspaces", ("FriendlyName", $"Other {Guid.NewGuid():N}"));
        await workspace.PostAsync("", ("EventCallbackUrl", "http://127.0.0.1:1/"));
        await MakeCallAndAlertAsync(workspace);
        await GiveSkillAsync(workspace);
        var scene = new MatrixScene(workspace);
        var key = (await server.PostAsync($"{scene.KeysPath}.json")).ShouldBe(HttpStatusCode.Created);
        var deleted = (await server.PostAsync($"{scene.KeysPath}.json")).ShouldBe(HttpStatusCode.Created);
        (await server.DeleteAsync($"{scene.KeysPath}/{deleted.Sid}.json")).ShouldBe(HttpStatusCode.NoContent);
        return new MatrixScene(workspace)
        {
            Other = worker.ShouldBe(HttpStatusCode.Created).Sid,
            OtherWorkspaceSid = other.ShouldBe(HttpStatusCode.Created).Sid,
            KeySid = key.Sid,
            KeySecret = key.String("secret"),
            DeletedKeySid = deleted.Sid,
            DeletedKeySecret = deleted.String("secret"),
        };
    }

    /// <summary>A call leaves the reservation as it is; that nobody takes the events is an alert.</summary>
    private static async Task MakeCallAndAlertAsync(TestWorkspace workspace)
    {
        var call = await workspace.PostAsync(
            $"/Tasks/{workspace.TaskSid}/Reservations/{workspace.ReservationSid}",
            ("Instruction", "redirect"),
            ("RedirectCallSid", "CA" + new string('0', 32)),
            ("RedirectUrl", "http://127.0.0.1:1/"));
        call.ShouldBe(HttpStatusCode.OK);
        await workspace.Server.UntilAsync($"/ext{workspace.Path}/Calls", "calls");
        await workspace.Server.UntilAsync("/ext/v1/Alerts", "alerts");
    }

    private static async Task GiveSkillAsync(TestWorkspace workspace)
    {
        (await workspace.Server.PostJsonAsync("/v1/Configuration", new
        {
            account_sid = TestServer.Account.Sid.ToString(),
            taskrouter_workspace_sid = workspace.Sid,
            taskrouter_skills = new[] { new { name = "Matrix", multivalue = false } },
        })).ShouldBe(HttpStatusCode.OK);
        var skills = $"/ext{workspace.Path}/Workers/{workspace.WorkerSid}/Skills";
        (await workspace.Server.PostAsync(skills, ("Name", "Matrix"))).ShouldBe(HttpStatusCode.Created);
    }

    public string Capability(
        string channel,
        string? workspaceSid = null,
        int expiresIn = 3_600,
        string? secret = null,
        params object[] policies)
    {
        var claims = TestTokens.Capability(workspaceSid ?? WorkspaceSid, channel, policies);
        claims["exp"] = TestTokens.Now + expiresIn;
        return TestTokens.Bearer(TestTokens.Sign(TestTokens.Header, claims, secret ?? TestServer.Account.AuthToken));
    }

    public string Access(string keySid, string secret, string workerSid, string role) => TestTokens.Bearer(
        TestTokens.Sign(TestTokens.AccessHeader, TestTokens.Access(keySid, WorkspaceSid, workerSid, role), secret));

    public string Unsigned()
    {
        var claims = TestTokens.Capability(WorkspaceSid, Self, Everything);
        var token = TestTokens.Sign(new { typ = "JWT", alg = "none" }, claims, "");
        return TestTokens.Bearer(token[..(token.LastIndexOf('.') + 1)]);
    }

    /// <summary>A valid body for every POST: what an operation does not know it ignores.</summary>
    public (string Name, string Value)[] Form() =>
    [
        ("FriendlyName", $"Matrix {Guid.NewGuid():N}"),
        ("UniqueName", $"{Guid.NewGuid():N}"),
        ("Attributes", "{}"),
        ("Name", "Matrix"),
        ("Assignments", "Alice,Matrix"),
        ("FromEventSid", Workspace.EventSid),
        ("Configuration", $$$$"""{"task_routing":{"default_filter":{"queue":"{{{{Workspace.QueueSid}}}}"}}}"""),
    ];

    /// <summary>
    /// The operation's path with a resource that exists: the first that the list at that place shows, or for a deletion
    /// a new one, so that nothing else needs it.
    /// </summary>
    public async Task<string> PathOfAsync(AuthorizationMatrixTests.Operation operation)
    {
        var path = operation.Route
            .Replace("{accountSid}", AccountSid, StringComparison.Ordinal)
            .Replace("{workspaceSid}", WorkspaceSid, StringComparison.Ordinal);
        var isDeletion = operation.Method == "DELETE";
        if (isDeletion && operation.Route.EndsWith("{workspaceSid}", StringComparison.Ordinal))
        {
            return Path;
        }

        while (Parameter().Match(path) is { Success: true } parameter)
        {
            // Keys are the only collection with an extension.
            var extension = path.EndsWith(".json", StringComparison.Ordinal) ? ".json" : "";
            var collection = path[..(parameter.Index - 1)] + extension;
            if (collection.StartsWith("/ext/v1/Workspaces", StringComparison.Ordinal)
                && collection.Split('/')[^1] is "Workers" or "Tasks" or "TaskQueues")
            {
                // What we add has these in its paths, and no lists of them.
                collection = collection["/ext".Length..];
            }

            var isLast = parameter.Index + parameter.Length + extension.Length == path.Length;
            var sid = isDeletion && isLast ? await CreateAsync(collection) : await FirstAsync(collection);
            path = path[..parameter.Index] + sid + path[(parameter.Index + parameter.Length)..];
        }

        return path;
    }

    private async Task<string> FirstAsync(string collection)
    {
        var list = (await Workspace.Server.GetAsync(collection)).ShouldBe(HttpStatusCode.OK).Json;
        var items = list.EnumerateObject().Single(property => property.Value.ValueKind == JsonValueKind.Array).Value;
        return IdentityOf(items.EnumerateArray().First());
    }

    private async Task<string> CreateAsync(string collection) =>
        (await Workspace.Server.PostAsync(collection, Form())).ShouldBe(HttpStatusCode.Created) is { } created
        && created.Json.TryGetProperty("sid", out _)
            ? created.Sid
            : await FirstAsync(collection);

    // Skills go by their names.
    private static string IdentityOf(JsonElement item) =>
        (item.TryGetProperty("sid", out var sid) ? sid : item.GetProperty("name")).GetString()!;

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
