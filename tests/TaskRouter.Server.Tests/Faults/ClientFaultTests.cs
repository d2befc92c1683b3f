using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>Clients that hold on to a server without using it: cut off by limits, and nobody else notices.</summary>
public sealed class ClientFaultTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Sluggish = 20;

    // The longest limit, half a minute for the head of a request, and a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly int IdleConnections = int.Parse(
        Environment.GetEnvironmentVariable("TASKROUTER_IDLE_CONNECTIONS") ?? "1000", CultureInfo.InvariantCulture);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Idle_and_sluggish_clients_are_cut_off_and_others_do_not_notice()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var names = (await workspace.GetAsync("/Activities")).Items("activities").Count;
        var idle = new List<TcpClient>();
        for (var opened = 0; opened < IdleConnections; opened++)
        {
            idle.Add(await ConnectAsync());
        }

        var head = $"POST {workspace.Path}/Activities HTTP/1.1\r\nHost: x\r\n{Credentials}"
            + "Content-Type: application/x-www-form-urlencoded\r\n";
        var dripping = Enumerable.Range(0, Sluggish).Select(index => DripAsync(
            index % 2 == 0 ? head + "Content-Length: 60000\r\n\r\nFriendlyName=" : head + "X-Slow: ")).ToList();
        var served = 0;
        while (!dripping.TrueForAll(client => client.IsCompleted))
        {
            (await workspace.GetAsync("")).ShouldBe(HttpStatusCode.OK);
            (await workspace.PostAsync("/Tasks", ("WorkflowSid", workspace.WorkflowSid)))
                .ShouldBe(HttpStatusCode.Created);
            served++;
            await Task.Delay(100, Stop);
        }

        // Each was cut off by the server, and none has made anything.
        (await Task.WhenAll(dripping)).ShouldAllBe(isCut => isCut);
        served.ShouldBeGreaterThan(10);
        (await workspace.GetAsync("/Activities")).Items("activities").Count.ShouldBe(names);
        idle.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Requests_sent_without_waiting_are_answered_in_order()
    {
        const int Requests = 50;
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var text = new StringBuilder();
        for (var number = 0; number < Requests; number++)
        {
            var body = $"FriendlyName=Pipelined+{number}";
            var close = number == Requests - 1 ? "Connection: close\r\n" : "";
            text.Append(CultureInfo.InvariantCulture, $"POST {workspace.Path}/Activities HTTP/1.1\r\nHost: x\r\n");
            text.Append(CultureInfo.InvariantCulture, $"{Credentials}{close}Content-Length: {body.Length}\r\n");
            text.Append("Content-Type: application/x-www-form-urlencoded\r\n\r\n").Append(body);
        }

        var answer = await ExchangeAsync(text.ToString());

        var places = Enumerable.Range(0, Requests)
            .Select(number => answer.IndexOf($"\"Pipelined {number}\"", StringComparison.Ordinal))
            .ToList();
        places.ShouldAllBe(place => place > 0);
        places.ShouldBe(places.Order());
    }

    [Theory]
    [InlineData(1, 40_000)]
    [InlineData(200, 10)]
    public async Task Giant_heads_are_refused(int headers, int length)
    {
        var text = new StringBuilder($"GET /v1/Workspaces HTTP/1.1\r\nHost: x\r\n{Credentials}");
        for (var number = 0; number < headers; number++)
        {
            text.Append(CultureInfo.InvariantCulture, $"X-Giant-{number}: {new string('x', length)}\r\n");
        }

        (await ExchangeAsync(text.Append("\r\n").ToString())).ShouldStartWith("HTTP/1.1 431");
        (await fixture.Server.GetAsync("/readyz")).ShouldBe(HttpStatusCode.OK);
    }

    private static string Credentials => $"Authorization: {TestServer.Basic(TestServer.Account)}\r\n";

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(fixture.Server.Url.Host, fixture.Server.Url.Port, Stop);
        return client;
    }

    /// <summary>Begins a request and goes on by one byte a second. True when the server loses its patience.</summary>
    private async Task<bool> DripAsync(string beginning)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        var closed = UntilClosedAsync(stream);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), Stop);
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience;)
            {
                if (await Task.WhenAny(closed, Task.Delay(TimeSpan.FromSeconds(1), Stop)) == closed)
                {
                    return true;
                }

                await stream.WriteAsync("x"u8.ToArray(), Stop);
            }
        }
        catch (IOException)
        {
            return true;
        }

        return false;
    }

    private static async Task UntilClosedAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, Stop) > 0)
            {
                // A refusal, 408 for example.
            }
        }
        catch (IOException)
        {
            // Closed the hard way.
        }
    }

    /// <summary>Everything the server says until it closes.</summary>
    private async Task<string> ExchangeAsync(string request)
    {
        using var client = await ConnectAsync();
        using var deadline = new CancellationTokenSource(Patience);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), deadline.Token);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(deadline.Token);
    }
}
