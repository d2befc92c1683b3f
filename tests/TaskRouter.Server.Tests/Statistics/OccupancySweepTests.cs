using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;
using Xunit;

namespace TaskRouter.Server.Tests.Statistics;

public sealed class OccupancySweepTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_counted_before_the_oldest_change_that_is_kept()
    {
        var (workspace, worker) = (new Sid(SidKind.Workspace, 1, 1), new Sid(SidKind.Worker, 1, 2));
        var query = new ReportQuery(
            workspace, new TimeWindow(Start, Start.AddDays(5)), TimeSpan.FromDays(1), ReportGroup.None, 20);
        var sweep = new OccupancySweep(query);
        var oldest = Start.AddDays(3).AddHours(6);

        // As a log is read: what everybody did at the beginning, then change after change.
        sweep.BeginAt(oldest);
        sweep.Change(worker, Occupancy.Away, Occupancy.Handling, oldest);
        var rows = sweep.CloseUntil(oldest).ToList();
        sweep.Change(worker, Occupancy.Handling, Occupancy.Available, oldest);
        rows.AddRange(sweep.CloseUntil(Start.AddDays(5)));

        rows.ShouldBe(
        [
            new OccupancyRow(3, workspace, new OccupancyTimes(0, Milliseconds(hours: 18))),
            new OccupancyRow(4, workspace, new OccupancyTimes(0, Milliseconds(hours: 24))),
        ]);
    }

    private static long Milliseconds(int hours) => hours * 3_600_000L;
}
