using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>The wall clock is set by an hour while the server runs; the monotonic one goes on.</summary>
public sealed class ClockTests
{
    private const int TimeoutSeconds = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_jump_of_an_hour_neither_fires_deadlines_nor_holds_them_up(int hours)
    {
        var wall = new JumpingClock();
        await using var server = await TestServer.StartAsync(postgres: null, time: new SteadyTime(wall));
        var workspace = await TestWorkspace.CreateAsync(server);
        await workspace.PostAsync(
            $"/Workflows/{workspace.WorkflowSid}", ("TaskReservationTimeout", $"{TimeoutSeconds}"));

        // The first reservation of the workspace has its worker; one more finds another.
        var worker = await workspace.PostAsync(
            "/Workers", ("FriendlyName", "Second"), ("ActivitySid", workspace.ActivitySid));
        var watch = Stopwatch.StartNew();
        var task = await workspace.PostAsync("/Tasks", ("WorkflowSid", workspace.WorkflowSid), ("Timeout", "30"));
        var offer = (await workspace.GetAsync($"/Tasks/{task.Sid}/Reservations")).Items("reservations")
            .ShouldHaveSingleItem();
        offer.GetProperty("worker_sid").GetString().ShouldBe(worker.Sid);

        wall.Jump(TimeSpan.FromHours(hours));
        var path = $"/Tasks/{task.Sid}/Reservations/{offer.GetProperty("sid").GetString()}";
        while ((await workspace.GetAsync(path)).String("reservation_status") == "pending")
        {
            watch.Elapsed.ShouldBeLessThan(Patience);
            await Task.Delay(20, Stop);
        }

        // One second in ten may be gained.
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(TimeoutSeconds) * 0.88);
        var events = (await workspace.GetAsync($"/Events?TaskSid={task.Sid}&PageSize=100")).Items("events");
        Types(events).Count(type => type == "reservation.timeout").ShouldBe(1);
        Types(events).ShouldNotContain("task.canceled");
        var times = events.Select(row => row.GetProperty("event_date_ms").GetInt64()).ToList();
        times.ShouldBe(times.OrderDescending());
        (await workspace.GetAsync($"/Tasks/{task.Sid}")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public void A_jump_is_made_up_by_one_part_in_ten_and_time_never_goes_back()
    {
        var wall = new JumpingClock(standsStill: true);
        var steady = new SteadyTime(wall);
        var start = steady.GetUtcNow();
        wall.Jump(TimeSpan.FromMinutes(-1));

        wall.Pass(TimeSpan.FromSeconds(1));
        (steady.GetUtcNow() - start).ShouldBe(TimeSpan.FromSeconds(1));
        wall.Pass(TimeSpan.FromSeconds(100));
        (steady.GetUtcNow() - start).ShouldBe(TimeSpan.FromSeconds(91));
        SteadyTime.Wall(steady).ShouldBe(wall.GetUtcNow());

        var last = steady.GetUtcNow();
        for (var step = 0; step < 700; step++)
        {
            wall.Pass(TimeSpan.FromSeconds(1));
            var now = steady.GetUtcNow();
            now.ShouldBeGreaterThan(last);
            last = now;
        }

        last.ShouldBe(wall.GetUtcNow());
    }

    private static IEnumerable<string> Types(IEnumerable<JsonElement> events) =>
        events.Select(row => row.GetProperty("event_type").GetString()!);

    /// <summary>A machine's clocks: the wall clock can be set, the monotonic one cannot.</summary>
    private sealed class JumpingClock(bool standsStill = false) : TimeProvider
    {
        private readonly DateTimeOffset _start = System.GetUtcNow();
        private readonly long _startTimestamp = System.GetTimestamp();
        private TimeSpan _jumped;
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Jump(TimeSpan by) => _jumped += by;

        public void Pass(TimeSpan by) => _passed += by;

        public override DateTimeOffset GetUtcNow() => _start + Elapsed + _jumped;

        public override long GetTimestamp() => Elapsed.Ticks;

        private TimeSpan Elapsed => standsStill ? _passed : System.GetElapsedTime(_startTimestamp);
    }
}
