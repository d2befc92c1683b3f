using System.Globalization;
using Shouldly;
using TaskRouter.Engine.Tests.Simulation.Worlds;
using Xunit;

namespace TaskRouter.Engine.Tests.Simulation;

public sealed class CrashTests
{
    [Fact]
    public async Task A_killed_process_goes_on_as_if_it_had_lived()
    {
        var left = SimulationSettings.Commands(ordinarily: 40_000);
        var crashes = 0;
        for (var seed = SimulationSettings.Seed; left > 0; seed++)
        {
            var run = new CrashRun(seed, new MemoryDisk());
            (await run.RunAsync(Math.Min(left, Simulator.WorldCommands))).ShouldBeNull();
            left -= run.Commands;
            crashes += run.Crashes;
        }

        crashes.ShouldBeGreaterThan(0, string.Create(CultureInfo.InvariantCulture, $"{crashes} crashes"));
    }
}
