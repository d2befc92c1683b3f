using Shouldly;
using TaskRouter.Engine.Tests.Simulation.Worlds;
using Xunit;

namespace TaskRouter.Engine.Tests.Simulation;

public sealed class CrashTests
{
    [Fact]
    public async Task A_killed_process_goes_on_as_if_it_had_lived()
    {
        var commands = SimulationSettings.Commands(ordinarily: 40_000);

        var crashes = await CrashRun.RunWorldsAsync(_ => new MemoryDisk(), commands);

        crashes.ShouldBeGreaterThan(0);
    }
}
