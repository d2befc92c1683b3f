using Shouldly;
using TaskRouter.Engine.Tests.Simulation.Worlds;
using Xunit;

namespace TaskRouter.Engine.Tests.Simulation;

public sealed class SimulationTests
{
    [Fact]
    public void The_engine_and_its_naive_twin_cannot_be_told_apart()
    {
        var left = SimulationSettings.Commands(ordinarily: 30_000);
        for (var seed = SimulationSettings.Seed; left > 0; seed++)
        {
            var commands = Math.Min(left, SimulationSettings.WorldCommands);
            Simulator.Run(seed, commands).ShouldBeNull();
            left -= commands;
        }
    }
}
