using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Tests.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>
/// Every figure of every endpoint, against a recount of the event log, with restarts between, and with hours added up
/// at random moments, up to hours that are not over yet. What the first round leaves is as an earlier version kept it.
/// </summary>
public sealed class RecountTests
{
    private const int Rounds = 3;
    private const int StepsInRound = 300;
    private const int WindowsInRound = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Figures_agree_with_the_event_log_on_SQLite(int seed) => RecountAsync(seed, postgres: null);

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Figures_agree_with_the_event_log_on_Postgres(int seed)
    {
        await using var postgres = await TestPostgres.CreateAsync();
        await RecountAsync(seed, postgres);
    }

    private static async Task RecountAsync(int seed, TestPostgres? postgres)
    {
        var directory = Directory.CreateTempSubdirectory("taskrouter-recount-").FullName;
        var (random, time) = (new Random(seed), new ManualTime());
        var hours = new RandomHours(new Random(-seed), time);
        var traffic = new Traffic(random, time);
        Recounter? last = null;
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await using var server = await TestServer.StartAsync(
                    postgres: null,
                    options => options with
                    {
                        DataDirectory = directory,
                        PostgresConnectionString = postgres?.ConnectionString,
                        HourlySums = options.HourlySums with { Breath = TimeSpan.Zero },
                    },
                    time);
                if (round == 0)
                {
                    await traffic.StartAsync(server);
                }

                traffic.GoOn(server);
                for (var step = 0; step < StepsInRound; step++)
                {
                    await hours.BeginAsync(server);
                    await traffic.StepAsync();
                }

                await hours.EndAsync();
                await traffic.SettleAsync();
                if (round == 0)
                {
                    await EarlierFacts.SplitAsync(server, traffic.WorkspaceSid);
                }

                last = await CompareAsync(server, traffic, time, random, hours);
                await ExpectHoursAsync(server, traffic.WorkspaceSid);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        // Traffic that leaves something out proves nothing of it.
        string[] wanted =
        [
            "task.created", "task.canceled", "task.completed", "task.deleted", "task-queue.moved", "workflow.timeout",
            "reservation.accepted", "reservation.rejected", "reservation.timeout", "reservation.canceled",
            "reservation.wrapup", "reservation.completed", "task.transfer-completed",
        ];
        wanted.Except(last!.Kinds).ShouldBeEmpty();
        last.TasksAcceptedTwice.ShouldBeGreaterThan(0);
    }

    private static async Task<Recounter> CompareAsync(
        TestServer server, Traffic traffic, ManualTime time, Random random, RandomHours hours)
    {
        var path = $"/v1/Workspaces/{traffic.WorkspaceSid}";
        var events = await ReadEventsAsync(server, path);
        var recounter = new Recounter(events, time.GetUtcNow());
        var times = events.ConvertAll(happened => happened.GetProperty("event_date_ms").GetInt64());
        var channels = traffic.View.TaskChannels.InOrder.After(null).ToList();
        for (var index = 0; index < WindowsInRound; index++)
        {
            var channel = random.Next(2) == 0 ? channels[random.Next(channels.Count)] : null;
            var query = WindowQuery.Random(random, time.GetUtcNow(), times) with
            {
                Channel = channel is null ? null : random.Next(2) == 0 ? channel.UniqueName : channel.Sid.ToString(),
                ChannelSid = channel?.Sid.ToString(),
                Thresholds = random.Next(2) == 0 ? [random.Next(1, 30), random.Next(30, 3000)] : null,
            };
            await hours.BeginAsync(server);
            await hours.EndAsync();
            await new EndpointComparison(server, path, recounter, query).CompareAllAsync(traffic);
            await CompareWaysAsync(server, traffic, query);
        }

        return recounter;
    }

    /// <summary>Figures would be right without hours as well.</summary>
    private static async Task ExpectHoursAsync(TestServer server, Sid workspaceSid)
    {
        await using var db = server.Services.GetRequiredService<Database>().CreateDbContext();
        var mark = await AddedHours.MarkAsync(db, workspaceSid, CancellationToken.None);
        (await db.FactHours.CountAsync(row => row.WorkspaceSid == workspaceSid && row.Hour < mark))
            .ShouldBeGreaterThan(0);
    }

    /// <summary>Many workers are read otherwise than few; the traffic has few, so one is made to be many.</summary>
    private static async Task CompareWaysAsync(TestServer server, Traffic traffic, WindowQuery query)
    {
        var services = server.Services;
        var many = new WorkerStatisticsLog(
            services.GetRequiredService<Database>(),
            services.GetRequiredService<CommitLog>(),
            services.GetRequiredService<StatisticsLog>())
        {
            FewWorkers = 0,
        };
        var window = new TimeWindow(
            DateTimeOffset.FromUnixTimeMilliseconds(query.Window.From),
            DateTimeOffset.FromUnixTimeMilliseconds(query.Window.To));
        var asked = new FigureQuery(traffic.WorkspaceSid, window);
        var stop = CancellationToken.None;
        var few = await services.GetRequiredService<WorkerStatisticsLog>().ReadAsync(asked, null, stop);
        (await many.ReadAsync(asked, null, stop)).Times.Durations().ShouldBe(few.Times.Durations(), ignoreOrder: true);
    }

    internal static async Task<List<JsonElement>> ReadEventsAsync(TestServer server, string path)
    {
        var events = new List<JsonElement>();
        var next = $"{path}/Events?StartDate=2026-01-01&PageSize=1000";
        while (next is not null)
        {
            var page = (await server.GetAsync(next)).ShouldBe(HttpStatusCode.OK);
            events.AddRange(page.Items("events"));
            next = page.Json.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        events.Reverse();
        return events;
    }
}

/// <summary>Adds hours up beside the traffic, now and then, up to one that is over or is not.</summary>
internal sealed class RandomHours(Random random, ManualTime time)
{
    private Task _adding = Task.CompletedTask;

    public async Task BeginAsync(TestServer server)
    {
        if (random.Next(6) == 0)
        {
            await _adding;
            var before = FactHour.HourOf(time.GetUtcNow()).AddHours(random.Next(-4, 3));
            var sums = server.Services.GetRequiredService<HourlySums>();
            _adding = random.Next(2) == 0
                ? sums.RunOnceAsync(CancellationToken.None)
                : sums.RunOnceAsync(before, CancellationToken.None);
        }
    }

    public Task EndAsync() => _adding;
}

/// <summary>A window as a request asks for it and as it is to be understood.</summary>
internal sealed record WindowQuery(string Text, (long From, long To) Window)
{
    /// <summary>By name or by SID.</summary>
    public string? Channel { get; init; }

    public string? ChannelSid { get; init; }

    public int[]? Thresholds { get; init; }

    public static WindowQuery Random(Random random, DateTimeOffset time, List<long> events)
    {
        // The millisecond that is now belongs to what has been.
        var now = time.ToUnixTimeMilliseconds();
        const long Minute = 60_000;
        var minutes = random.Next(1, random.Next(2) == 0 ? 100 : 6_000);
        var end = now - random.Next(1, 40_000_000);
        var start = end - random.Next(1, 100_000_000);
        if (random.Next(2) == 0)
        {
            // Bounds at which something happens: the first one counts, the second does not.
            end = events[^random.Next(1, events.Count / 2)];
            start = events[random.Next(events.Count)];
            (start, end) = start < end ? (start, end) : (end - 1, end);
        }

        return random.Next(6) switch
        {
            0 => new("", (now + 1 - (15 * Minute), now + 1)),
            1 => new($"Minutes={minutes}", (now + 1 - (minutes * Minute), now + 1)),
            2 => new($"StartDate={Date(start)}", (start, now + 1)),
            3 => new($"EndDate={Date(end)}", (end - (15 * Minute), end)),
            4 => new($"StartDate={Date(start)}&EndDate={Date(now + Minute)}", (start, now + 1)),
            _ => new($"StartDate={Date(start)}&EndDate={Date(end)}", (start, end)),
        };
    }

    /// <summary>From one of these instants, or just before it, to another.</summary>
    public static WindowQuery Dates(Random random, params IReadOnlyList<long> instants)
    {
        var (one, other) = (instants[random.Next(instants.Count)], instants[random.Next(instants.Count)]);
        var (start, end) = (Math.Min(one, other) - random.Next(2), Math.Max(one, other) + random.Next(2));
        end = Math.Max(end, start + 1);
        return new($"StartDate={Date(start)}&EndDate={Date(end)}", (start, end));
    }

    /// <summary>All of it.</summary>
    public static WindowQuery Whole(long start, long end) =>
        new($"StartDate={Date(start)}&EndDate={Date(end)}", (start, end));

    private static string Date(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
