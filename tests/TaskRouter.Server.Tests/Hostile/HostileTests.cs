using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Hostile;

/// <summary>
/// Thousands of bad requests over all operations: no 5xx, no hang, always the error object, bounded memory. A failure
/// names seed and index; TASKROUTER_HOSTILE_SEED and TASKROUTER_HOSTILE_REQUESTS make another or a longer run.
/// </summary>
[Collection(nameof(MeasuredCollection))]
public sealed class HostileTests(ITestOutputHelper output)
{
    private const int Connections = 8;
    private const int RequestsOfWorkspace = 500;

    /// <summary>
    /// What the heap may gain however many requests there were: buffers that Kestrel keeps for the next large bodies.
    /// Between 66 and 173 MB over 480,000 requests, and no more at their end than at their beginning.
    /// </summary>
    private const long HeapGrowthMax = 256 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] ErrorKeys = ["code", "message", "more_info", "status"];

    private readonly ConcurrentBag<string> _faults = [];
    private readonly ConcurrentDictionary<int, int> _statuses = [];

    private static int Seed => Setting("TASKROUTER_HOSTILE_SEED", 20_240_401);

    private static int Requests => Setting("TASKROUTER_HOSTILE_REQUESTS", 5_000);

    [Fact]
    public async Task Whatever_is_sent_is_answered_and_never_with_a_5xx()
    {
        await using var server = await TestServer.StartAsync();
        await RunAsync(server, 0, Math.Min(Requests, RequestsOfWorkspace));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var heaps = new List<long>();
        var clock = Stopwatch.StartNew();

        for (var start = RequestsOfWorkspace; start < Requests; start += RequestsOfWorkspace)
        {
            await RunAsync(server, start, Math.Min(Requests, start + RequestsOfWorkspace));
            if (start % (Requests / 10) < RequestsOfWorkspace)
            {
                heaps.Add((GC.GetTotalMemory(forceFullCollection: true) - before) / 1024 / 1024);
            }
        }

        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{Requests} requests with seed {Seed} in {clock.Elapsed.TotalSeconds:0} s; the heap grew by "
            + $"{growth / 1024 / 1024} MB ({string.Join(", ", heaps)}); "
            + $"the process holds {Environment.WorkingSet / 1024 / 1024} MB; answers: "
            + string.Join(", ", _statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} x {pair.Key}")));
        _faults.Take(20).ShouldBeEmpty($"seed {Seed}");
        growth.ShouldBeLessThan(HeapGrowthMax);
        (await TestWorkspace.CreateAsync(server)).TaskSid.ShouldNotBeEmpty();
    }

    // Each part has its own workspace, because requests that are right by chance change and delete things.
    private async Task RunAsync(TestServer server, int start, int end)
    {
        var workspace = await TestWorkspace.CreateAsync(server);
        var authorization =
            $"Authorization: {TestServer.Basic(TestServer.Account.Sid.ToString(), TestServer.Account.AuthToken)}";
        await Parallel.ForEachAsync(Enumerable.Range(0, Connections), async (lane, _) =>
        {
            await using var connection = new HostileConnection(server.Url, Patience);
            for (var index = start + lane; index < end; index += Connections)
            {
                var request = HostileGenerator.Make(Seed, index, workspace, authorization);
                await JudgeAsync(connection, request, index);
            }
        });
        foreach (var left in (await server.GetAsync("/v1/Workspaces?PageSize=1000")).Items("workspaces"))
        {
            await server.DeleteAsync($"/v1/Workspaces/{left.GetProperty("sid").GetString()}");
        }
    }

    private async Task JudgeAsync(HostileConnection connection, HostileRequest request, int index)
    {
        try
        {
            var answer = await connection.SendAsync(request);
            _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            if (FaultOf(request, answer) is { } fault)
            {
                _faults.Add($"{index}: {fault}: {answer.Status} for {request}");
            }
        }
        catch (Exception exception) when (exception is TimeoutException or IOException)
        {
            _faults.Add($"{index}: {exception.Message}");
        }
    }

    private static string? FaultOf(HostileRequest request, HostileAnswer answer)
    {
        if (answer.Status >= 500)
        {
            return "an error of the server's own";
        }

        if (!answer.IsOurs)
        {
            return request.IsHttp ? "no answer of the application" : null;
        }

        if (request.Method == "HEAD" || answer.Status == 204)
        {
            return answer.Body.Length > 0 ? "a body where none may be" : null;
        }

        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return answer.Status < 400 ? null
                : !json.RootElement.EnumerateObject().Select(property => property.Name).SequenceEqual(ErrorKeys)
                    || json.RootElement.GetProperty("status").GetInt32() != answer.Status
                ? "not the error object"
                : null;
        }
        catch (JsonException)
        {
            return "no JSON";
        }
    }

    private static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : standard;
}
