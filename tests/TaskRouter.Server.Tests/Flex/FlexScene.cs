using System.Net;
using System.Text.Json;

namespace TaskRouter.Server.Tests.Flex;

/// <summary>A workspace from the FLEX template that the account's configuration is about.</summary>
internal sealed class FlexScene
{
    private FlexScene(TestServer server, string sid) => (Server, Sid) = (server, sid);

    public static string AccountSid { get; } = TestServer.Account.Sid.ToString();

    public TestServer Server { get; }

    public string Sid { get; }

    public string Path => $"/v1/Workspaces/{Sid}";

    public static async Task<FlexScene> CreateAsync(TestServer server, string skills = "[]")
    {
        var created = await server.PostAsync(
            "/v1/Workspaces", ("FriendlyName", $"Flex {Guid.NewGuid():N}"), ("Template", "FLEX"));
        var scene = new FlexScene(server, created.ShouldBe(HttpStatusCode.Created).Sid);
        await scene.ConfigureAsync($$"""
            "taskrouter_workspace_sid":"{{scene.Sid}}","taskrouter_skills":{{skills}},
            "taskrouter_worker_attributes":null,"taskrouter_worker_channels":null
            """);
        return scene;
    }

    /// <summary>Posts properties, written as they stand in an object.</summary>
    public static Task<Answer> PostAsync(TestServer server, string properties, string? ifMatch = null) =>
        server.PostJsonAsync("/v1/Configuration", $$"""{"account_sid":"{{AccountSid}}",{{properties}}}""", ifMatch);

    public async Task<JsonElement> ConfigureAsync(string properties) =>
        (await PostAsync(Server, properties)).ShouldBe(HttpStatusCode.OK).Json;

    public async Task<string> WorkerAsync(string attributes, string name = "Alice") =>
        (await Server.PostAsync($"{Path}/Workers", ("FriendlyName", name), ("Attributes", attributes)))
            .ShouldBe(HttpStatusCode.Created).Sid;

    public async Task<string> AttributesAsync(string workerSid) =>
        (await Server.GetAsync($"{Path}/Workers/{workerSid}")).ShouldBe(HttpStatusCode.OK).String("attributes");

    public async Task<string> SidAsync(string collection, string name) =>
        (await Server.GetAsync($"{Path}/{collection}")).ShouldBe(HttpStatusCode.OK).Json.EnumerateObject()
            .Single(property => property.Value.ValueKind == JsonValueKind.Array).Value.EnumerateArray()
            .Single(item => item.GetProperty("friendly_name").GetString() == name).GetProperty("sid").GetString()!;
}
