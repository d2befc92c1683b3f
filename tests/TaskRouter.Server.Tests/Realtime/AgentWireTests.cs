using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Realtime;

/// <summary>
/// The SDK's release 3, byte by byte: it asks by fetch and listens by the WebSocket that browsers and Node have. It
/// differs from release 2 in the type of the body, in what it accepts, and in its offer of compression.
/// </summary>
public sealed class AgentWireTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task Requests_by_fetch_are_answered_in_json_one_after_the_other_on_one_connection()
    {
        var scene = await AgentScene.CreateAsync(_server);
        using var wire = await ConnectAsync();
        var body = Envelope(scene, "GET", $"Workers/{scene.Workspace.WorkerSid}");

        for (var time = 0; time < 3; time++)
        {
            var (head, json) = await AskAsync(wire, FetchHead(body), body);

            head.ShouldStartWith("HTTP/1.1 200 OK\r\n");
            head.ShouldContain("Content-Type: application/json\r\n");
            json.GetProperty("payload").GetProperty("sid").GetString().ShouldBe(scene.Workspace.WorkerSid);
        }
    }

    [Theory]
    [InlineData("GET", "Workers/{worker}/Nothing", "", 404)]
    [InlineData("GET", "Workers/WK00000000000000000000000000000000", "", 403)]
    [InlineData("POST", "Workers/{worker}", "If-Match: 99\r\n", 412)]
    [InlineData("POST", "Workers/{worker}", "apiVersion: v3\r\n", 400)]
    public async Task Refusals_are_json_with_a_message_or_this_release_would_call_them_unknown(
        string method, string path, string header, int status)
    {
        var scene = await AgentScene.CreateAsync(_server);
        using var wire = await ConnectAsync();
        var workerSid = scene.Workspace.WorkerSid;
        var body = Envelope(scene, method, path.Replace("{worker}", workerSid, StringComparison.Ordinal));
        var version = header.StartsWith("apiVersion", StringComparison.Ordinal) ? "" : "apiVersion: v1\r\n";

        var (head, json) = await AskAsync(wire, FetchHead(body, version + header), body);

        head.ShouldStartWith($"HTTP/1.1 {status} ");
        json.GetProperty("message").GetString().ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task A_browser_that_asks_first_may_send_every_header_of_this_release()
    {
        using var wire = await ConnectAsync();

        await wire.WriteAsync(Encoding.ASCII.GetBytes(
            "OPTIONS /v1/wschannels HTTP/1.1\r\nHost: localhost\r\nOrigin: https://agents.example\r\n"
            + "Access-Control-Request-Method: POST\r\n"
            + "Access-Control-Request-Headers: apiversion,clientversion,if-match\r\n\r\n"));
        var head = await ReadHeadAsync(wire);

        head.ShouldStartWith("HTTP/1.1 204 ");
        var allowed = Header(head, "Access-Control-Allow-Headers").ToLowerInvariant().Split(", ");
        new[] { "apiversion", "clientversion", "if-match", "content-type" }.ShouldBeSubsetOf(allowed);
        Header(head, "Access-Control-Allow-Origin").ShouldBe("*");
    }

    [Fact]
    public async Task A_socket_that_offers_compression_gets_plain_whole_text_frames()
    {
        var scene = await AgentScene.CreateAsync(_server);
        using var wire = await ConnectAsync();
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

        await wire.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /v1/wschannels?token={scene.Token()}&closeExistingSessions=false&clientVersion=3.1.0-dev HTTP/1.1\r\n"
            + "host: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            + $"sec-websocket-key: {key}\r\nsec-websocket-version: 13\r\n"
            + "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n"
            + "accept: */*\r\naccept-language: *\r\nsec-fetch-mode: websocket\r\nuser-agent: node\r\n\r\n"));
        var head = await ReadHeadAsync(wire);
        head.ShouldStartWith("HTTP/1.1 101 ");
        Header(head, "Sec-WebSocket-Accept").ShouldBe(AcceptOf(key));
        head.ShouldNotContain("Sec-WebSocket-Extensions");

        var init = await ReadFrameAsync(wire);
        init.GetProperty("event_type").GetString().ShouldBe("init");
        await scene.ListAsync();
        await scene.AskAsync("POST", $"Workers/{scene.Workspace.WorkerSid}", new { Attributes = new { a = 2 } });
        var told = await ReadFrameAsync(wire);
        told.GetProperty("event_type").GetString().ShouldBe("worker.attributes.update");

        // disconnect() closes without a code: an empty close frame, masked as all of a client's are.
        await wire.WriteAsync(new byte[] { 0x88, 0x80, 1, 2, 3, 4 });
        (await ReadAsync(wire, 1))[0].ShouldBe((byte)0x88);
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_server.Url.Host, _server.Url.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static string Envelope(AgentScene scene, string method, string path) => JsonSerializer.Serialize(new
    {
        url = $"Workspaces/{scene.Workspace.Sid}/{path}",
        method,
        @params = new { Attributes = new { } },
        token = scene.Token(),
    });

    private static string FetchHead(string body, string headers = "apiVersion: v1\r\n") =>
        "POST /v1/wschannels HTTP/1.1\r\nhost: localhost\r\nconnection: keep-alive\r\n" + headers
        + "clientVersion: 3.1.0-dev\r\ncontent-type: text/plain;charset=UTF-8\r\naccept: */*\r\n"
        + "accept-language: *\r\nsec-fetch-mode: cors\r\nuser-agent: node\r\naccept-encoding: gzip, deflate\r\n"
        + $"content-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n";

    private static async Task<(string Head, JsonElement Json)> AskAsync(NetworkStream wire, string head, string body)
    {
        await wire.WriteAsync(Encoding.UTF8.GetBytes(head + body));
        var answer = await ReadHeadAsync(wire);
        var length = int.Parse(Header(answer, "Content-Length"), System.Globalization.CultureInfo.InvariantCulture);
        return (answer, JsonDocument.Parse(await ReadAsync(wire, length)).RootElement);
    }

    private static async Task<string> ReadHeadAsync(NetworkStream wire)
    {
        var head = new StringBuilder();
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
        {
            head.Append((char)(await ReadAsync(wire, 1))[0]);
        }

        return head.ToString();
    }

    /// <summary>One frame from the server: final, text, without reserved bits and without a mask.</summary>
    private static async Task<JsonElement> ReadFrameAsync(NetworkStream wire)
    {
        while (true)
        {
            var start = await ReadAsync(wire, 2);
            start[1].ShouldBeLessThan((byte)127, "short and unmasked");
            var length = start[1] < 126 ? start[1] : BitConverter.ToUInt16([.. (await ReadAsync(wire, 2)).Reverse()]);
            var payload = await ReadAsync(wire, length);
            if (start[0] != 0x89)
            {
                start[0].ShouldBe((byte)0x81);
                var text = Encoding.UTF8.GetString(payload);
                if (!string.IsNullOrWhiteSpace(text))
                {
                    return JsonDocument.Parse(text).RootElement;
                }
            }
        }
    }

    private static async Task<byte[]> ReadAsync(NetworkStream wire, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var bytes = new byte[count];
        await wire.ReadExactlyAsync(bytes, patience.Token);
        return bytes;
    }

    private static string Header(string head, string name) => head.Split("\r\n")
        .Single(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

    // RFC 6455, 4.2.2: SHA-1 is what the protocol asks for, and no secret depends on it.
    private static string AcceptOf(string key)
    {
#pragma warning disable CA5350
        return Convert.ToBase64String(SHA1.HashData(
            Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }
}
