using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>A page costs the rows it shows, wherever in the list it stands and however long the list is.</summary>
public sealed class LongListTests(ServerFixture fixture, ITestOutputHelper output) : IClassFixture<ServerFixture>
{
    private const int Tasks = 30_000;
    private const int PageSize = 300;
    private const int CreatedAtOnce = 512;

    // A page that skips the ones before it costs a hundred times as much at the end as at the beginning.
    private const double RatioMax = 4;

    [Fact]
    public async Task A_page_takes_no_longer_at_the_end_of_a_long_list()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        await CreateTasksAsync(workspace);
        var pages = new List<string>();
        var met = new HashSet<string>();
        for (var next = $"{workspace.Path}/Tasks?PageSize={PageSize}"; next is not null;)
        {
            pages.Add(next);
            var page = await fixture.Server.GetAsync(next);
            page.Items("tasks").Select(task => task.GetProperty("sid").GetString()!).ShouldAllBe(sid => met.Add(sid));
            next = page.Json.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        // In turns, so that whatever else the machine does falls on both.
        var (beginning, end) = (new List<TimeSpan>(), new List<TimeSpan>());
        foreach (var (early, late) in pages[1..31].Zip(pages[^31..^1]))
        {
            beginning.Add(await MeasureAsync(early));
            end.Add(await MeasureAsync(late));
        }

        met.Count.ShouldBe(Tasks + 1);
        var (first, last) = (Median(beginning), Median(end));
        output.WriteLine(
            $"A page: {first.TotalMilliseconds:0.0} ms at the beginning, {last.TotalMilliseconds:0.0} ms at the end.");
        (last / first).ShouldBeLessThan(RatioMax);
    }

    private async Task CreateTasksAsync(TestWorkspace workspace)
    {
        var directory = fixture.Server.Services.GetRequiredService<WorkspaceDirectory>();
        var loop = directory.Find(TestServer.Account.Sid, SidOf(workspace.Sid)).ShouldNotBeNull();
        var task = new CreateTask(SidOf(workspace.WorkflowSid), """{"type":"support"}""");
        for (var created = 0; created < Tasks; created += CreatedAtOnce)
        {
            await Task.WhenAll(Enumerable
                .Range(0, Math.Min(CreatedAtOnce, Tasks - created))
                .Select(_ => loop.ExecuteAsync(task)));
        }
    }

    private async Task<TimeSpan> MeasureAsync(string page)
    {
        var started = Stopwatch.GetTimestamp();
        await fixture.Server.GetAsync(page);
        return Stopwatch.GetElapsedTime(started);
    }

    private static Sid SidOf(string text) => Sid.TryParse(text, out var sid) ? sid : throw new FormatException(text);

    private static TimeSpan Median(List<TimeSpan> taken)
    {
        taken.Sort();
        return taken[taken.Count / 2];
    }
}
