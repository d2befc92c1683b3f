using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Hostile;

/// <summary>Requests that break off, lie about their length, or hide another request in themselves.</summary>
public sealed class TransportTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Nothing_comes_of_a_request_that_breaks_off()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var before = await NamesAsync(workspace);
        var request = Post(workspace.Path + "/Activities", "FriendlyName=Broken", "");

        for (var length = 1; length < request.Length; length += 7)
        {
            using var client = await ConnectAsync();
            await client.GetStream().WriteAsync(request.AsMemory(0, length), TestContext.Current.CancellationToken);
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        (await NamesAsync(workspace)).ShouldBe(before);
    }

    [Fact]
    public async Task A_client_that_does_not_wait_for_the_answer_makes_one_thing_or_none()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        for (var index = 0; index < 20; index++)
        {
            using var client = await ConnectAsync();
            await client.GetStream().WriteAsync(
                Post(workspace.Path + "/Activities", $"FriendlyName=Hasty+{index}", ""),
                TestContext.Current.CancellationToken);
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        var names = await NamesAsync(workspace);
        names.ShouldBeUnique();
        (await fixture.Server.GetAsync("/readyz")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n")]
    [InlineData("Content-Length: 4\r\nContent-Length: 400\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n")]
    public async Task A_request_hidden_in_another_is_never_run(string lengths)
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var activity = await workspace.PostAsync("/Activities", ("FriendlyName", "Prey"));
        var hidden = $"DELETE {workspace.Path}/Activities/{activity.Sid} HTTP/1.1\r\nHost: x\r\n{Credentials}\r\n";
        var outer = $"POST {workspace.Path}/Activities HTTP/1.1\r\nHost: x\r\n{Credentials}{FormType}{lengths}\r\n";

        var answer = await ExchangeAsync(Encoding.ASCII.GetBytes($"{outer}0\r\n\r\n{hidden}"));

        answer.ShouldStartWith("HTTP/1.1 4");
        (await workspace.GetAsync($"/Activities/{activity.Sid}")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ten_announced_gigabytes_are_refused_before_they_are_sent()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        var answer = await ExchangeAsync(Encoding.ASCII.GetBytes(
            $"POST {workspace.Path}/Activities HTTP/1.1\r\nHost: x\r\n{Credentials}{FormType}"
            + "Content-Length: 10000000000\r\n\r\nFriendlyName="));

        answer.ShouldStartWith("HTTP/1.1 413");
    }

    [Fact]
    public async Task A_compressed_body_is_not_unpacked()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[32 * 1024 * 1024], TestContext.Current.CancellationToken);
        }

        var body = Encoding.Latin1.GetString(packed.ToArray());
        var answer = await ExchangeAsync(Post(workspace.Path + "/Activities", body, "Content-Encoding: gzip\r\n"));

        answer.ShouldStartWith("HTTP/1.1 4");
        answer.ShouldContain("\"more_info\"");
    }

    private static string Credentials => $"Authorization: {TestServer.Basic(TestServer.Account)}\r\n";

    private static string FormType =>
        "Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n";

    private static byte[] Post(string path, string body, string headers) => Encoding.Latin1.GetBytes(
        string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: x\r\n{Credentials}{FormType}{headers}Content-Length: {body.Length}\r\n\r\n")
        + body);

    private static async Task<List<string>> NamesAsync(TestWorkspace workspace) =>
        [.. (await workspace.GetAsync("/Activities?PageSize=1000")).Items("activities")
            .Select(activity => activity.GetProperty("friendly_name").GetString()!)];

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(fixture.Server.Url.Host, fixture.Server.Url.Port);
        return client;
    }

    /// <summary>Everything the server says until it closes, as every request here asks it to.</summary>
    private async Task<string> ExchangeAsync(byte[] request)
    {
        using var client = await ConnectAsync();
        using var deadline = new CancellationTokenSource(Patience);
        await client.GetStream().WriteAsync(request, deadline.Token);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(deadline.Token);
    }
}
