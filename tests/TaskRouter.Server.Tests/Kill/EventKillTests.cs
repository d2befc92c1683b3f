using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Shouldly;
using TaskRouter.Server.Tests.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Kill;

public sealed class EventKillTestsOnSqlite : EventKillTests
{
    protected override Task<TestPostgres?> CreateDatabaseAsync() => Task.FromResult<TestPostgres?>(null);
}

public sealed class EventKillTestsOnPostgres : EventKillTests
{
    protected override async Task<TestPostgres?> CreateDatabaseAsync() => await TestPostgres.CreateAsync();
}

/// <summary>Neither a receiver that is away nor SIGKILL loses an event.</summary>
public abstract class EventKillTests
{
    private const int Kills = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_receiver_that_was_down_gets_every_event_in_order_over_three_kills()
    {
        using var directory = new TestDirectory();
        await using var postgres = await CreateDatabaseAsync();
        await using var server = new ServerProcess(directory.Path, postgres?.ConnectionString);
        server.Settings["TASKROUTER_EVENT_RETRY"] = "persistent";
        server.Launch();
        await server.WaitUntilReadyAsync();
        var workspace = await KillWorkspace.CreateAsync(server.Http, workers: 2);
        var port = FreePort.Find();
        using var set = await server.Http.PostAsync(
            $"/v1/Workspaces/{workspace.Sid}",
            KillWorkspace.Form(("EventCallbackUrl", $"http://127.0.0.1:{port}/events")));
        set.EnsureSuccessStatusCode();

        // Nobody listens yet. The first kill finds events that were never told, the others some that are being told.
        HttpReceiver? receiver = null;
        try
        {
            for (var kill = 1; kill <= Kills; kill++)
            {
                await LoadAsync(server, workspace, tasks: 40);
                receiver ??= kill == 2 ? await HttpReceiver.StartAsync(SlowlyAsync, port) : null;
                await Task.Delay(TimeSpan.FromMilliseconds(300 * kill));
                await server.KillAsync();
                server.Launch();
                await server.WaitUntilReadyAsync();
            }

            await LoadAsync(server, workspace, tasks: 10);
            var log = await ReadLogAsync(server, workspace);
            var told = log.SkipWhile(row => Text(row, "event_type") != "workspace.updated").Skip(1)
                .SkipWhile(row => Text(row, "event_type") != "workspace.updated")
                .Select(row => Text(row, "sid"))
                .ToList();

            await UntilAsync(() => receiver!.Calls.DistinctBy(call => call.Form["Sid"]).Count() >= told.Count, server);

            receiver!.Calls.Select(call => call.Form["Sid"]).Distinct().ShouldBe(told);
            receiver.Calls.GroupBy(call => call.Form["Sid"]).ShouldAllBe(same =>
                same.Select(call => string.Join('&', call.Form)).Distinct().Count() == 1);
        }
        finally
        {
            await (receiver?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    protected abstract Task<TestPostgres?> CreateDatabaseAsync();

    private static async Task LoadAsync(ServerProcess server, KillWorkspace workspace, int tasks)
    {
        await Parallel.ForAsync(0, tasks, async (_, _) => await workspace.CreateAsync(
            server.Http, "Tasks", ("WorkflowSid", workspace.PatientWorkflowSid)));
    }

    private static Task SlowlyAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.Delay(2);
    }

    private static async Task<List<JsonElement>> ReadLogAsync(ServerProcess server, KillWorkspace workspace)
    {
        var rows = new List<JsonElement>();
        for (var next = $"{workspace.Path("Events")}?PageSize=1000"; next is not null;)
        {
            var page = JsonElement.Parse(await server.Http.GetByteArrayAsync(next));
            rows.AddRange(page.GetProperty("events").EnumerateArray());
            next = page.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        rows.Reverse();
        return rows;
    }

    private static async Task UntilAsync(Func<bool> condition, ServerProcess server)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); await Task.Delay(50))
        {
            watch.Elapsed.ShouldBeLessThan(Patience, server.Log);
        }
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
