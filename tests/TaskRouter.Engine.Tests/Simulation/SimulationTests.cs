using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Engine.Tests.Simulation.Worlds;
using Xunit;

namespace TaskRouter.Engine.Tests.Simulation;

/// <summary>docs/simulation.md tells how to run more of it, and how to run a failure again.</summary>
public sealed class SimulationTests
{
    [Fact]
    public void The_engine_and_its_naive_twin_cannot_be_told_apart()
    {
        var simulator = new Simulator(router => new NaiveMatcher(router));
        var left = SimulationSettings.Commands(ordinarily: 30_000);
        for (var seed = SimulationSettings.Seed; left > 0; seed++)
        {
            var commands = Math.Min(left, SimulationSettings.WorldCommands);
            simulator.Run(seed, commands).ShouldBeNull();
            left -= commands;
        }
    }

    [Fact]
    public void A_matcher_that_finds_nothing_is_found_out_and_told_of_in_a_few_commands()
    {
        var simulator = new Simulator(_ => new SleepyMatcher());

        var report = simulator.Run(seed: 1, SimulationSettings.WorldCommands).ShouldNotBeNull();

        report.ShouldContain("TASKROUTER_SIM_SEED=1 ");
        var shrunk = report[report.IndexOf("Shrunk to", StringComparison.Ordinal)..];
        shrunk.ShouldContain("#0 ");
        shrunk.Count(letter => letter == '#').ShouldBeLessThan(10);
    }

    private sealed class SleepyMatcher : IMatcher
    {
        public bool IsSettled => true;

        public void Touch(WorkerState worker)
        {
        }

        public void Touch(WaitingLine line)
        {
        }

        public void Forget(WorkerState worker)
        {
        }

        public Pairing? Next(QueueOrder preferred) => null;
    }
}
