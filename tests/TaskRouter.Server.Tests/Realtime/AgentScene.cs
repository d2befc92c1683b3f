using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Realtime;
using TaskRouter.Server.Tests.Api;

namespace TaskRouter.Server.Tests.Realtime;

/// <summary>A workspace whose worker has an offer, the key that signs tokens, and sockets without a client.</summary>
internal sealed class AgentScene
{
    private AgentScene(TestWorkspace workspace) => Workspace = workspace;

    public TestWorkspace Workspace { get; }

    public string KeySid { get; private init; } = "";

    public string KeySecret { get; private init; } = "";

    private TestServer Server => Workspace.Server;

    private string RelativePath => $"Workspaces/{Workspace.Sid}";

    public static async Task<AgentScene> CreateAsync(TestServer server)
    {
        var key = (await server.PostAsync($"/2010-04-01/Accounts/{TestServer.Account.Sid}/Keys.json"))
            .ShouldBe(HttpStatusCode.Created);
        return new AgentScene(await TestWorkspace.CreateAsync(server))
        {
            KeySid = key.Sid,
            KeySecret = key.String("secret"),
        };
    }

    public string Token(
        string role = "worker", long expiresIn = 3_600, string? workerSid = null, string? secret = null)
    {
        var claims = TestTokens.Access(KeySid, Workspace.Sid, workerSid ?? Workspace.WorkerSid, role);
        claims["exp"] = TestTokens.Now + expiresIn;
        return TestTokens.Sign(TestTokens.AccessHeader, claims, secret ?? KeySecret);
    }

    public Task<ClientWebSocket> ConnectAsync(string? token = null, string query = "") =>
        ConnectAsync(Server, AgentApi.Path, token ?? Token(), $"&clientVersion=2.1.1{query}");

    /// <summary>Of either generation: they have paths of their own.</summary>
    public static async Task<ClientWebSocket> ConnectAsync(TestServer server, string path, string token, string query)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        var url = new UriBuilder(server.Url) { Scheme = "ws", Path = path, Query = $"token={token}{query}" };
        try
        {
            await socket.ConnectAsync(url.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The test looks at the status.
        }

        return socket;
    }

    /// <summary>A socket whose client knows its reservations: what follows, it is told.</summary>
    public async Task<ClientWebSocket> ListenAsync()
    {
        var socket = await ConnectAsync();
        (await ReadAsync(socket)).GetProperty("event_type").GetString().ShouldBe("init");
        await ListAsync();
        return socket;
    }

    public async Task<Answer> ListAsync() => (await PostAsync(
        "GET", $"Workers/{Workspace.WorkerSid}/Reservations", new { Active = "true", PageSize = 1000 }, "v2"))
        .ShouldBe(HttpStatusCode.OK);

    /// <summary>The payload of the answer, which has to be a good one.</summary>
    public async Task<JsonElement> AskAsync(
        string method, string path, object? parameters = null, string version = "v1")
    {
        var answer = (await PostAsync(method, path, parameters, version)).ShouldBe(HttpStatusCode.OK);
        answer.Json.GetProperty("event_type").ValueKind.ShouldBe(JsonValueKind.Null);
        return answer.Json.GetProperty("payload");
    }

    public Task<Answer> PostAsync(
        string method, string path, object? parameters = null, string version = "v1", string? token = null) =>
        PostRawAsync(
            JsonSerializer.Serialize(new
            {
                url = $"{RelativePath}/{path}",
                method,
                @params = parameters ?? new { },
                token = token ?? Token(),
            }),
            version);

    public Task<Answer> PostRawAsync(string body, string version = "v1", string type = "text/plain")
    {
        var content = new StringContent(body, Encoding.UTF8, type);
        content.Headers.TryAddWithoutValidation("apiVersion", version);
        return Server.SendAsync(HttpMethod.Post, AgentApi.Path, content, authorization: null);
    }

    /// <summary>The next event; heartbeats are passed over.</summary>
    public static async Task<JsonElement> ReadAsync(WebSocket socket)
    {
        while (true)
        {
            var text = await ReadTextAsync(socket);
            text.ShouldNotBeNull("the socket was closed: " + socket.CloseStatusDescription);
            if (!string.IsNullOrWhiteSpace(text))
            {
                return JsonDocument.Parse(text).RootElement;
            }
        }
    }

    public static async Task<string> ReadTypeAsync(WebSocket socket) =>
        (await ReadAsync(socket)).GetProperty("event_type").GetString()!;

    /// <summary>The next frame, which must be text; null for the close.</summary>
    public static async Task<string?> ReadTextAsync(WebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var (buffer, length) = (new byte[64 * 1024], 0);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            part.MessageType.ShouldBe(WebSocketMessageType.Text);
            length += part.Count;
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
    }

    /// <summary>The reason of the close, with everything before it passed over.</summary>
    public static async Task<string> ReadCloseAsync(WebSocket socket)
    {
        while (await ReadTextAsync(socket) is not null)
        {
        }

        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.PolicyViolation);
        return socket.CloseStatusDescription!;
    }
}
