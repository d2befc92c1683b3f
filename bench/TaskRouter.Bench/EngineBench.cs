using System.Diagnostics;
using System.Globalization;

namespace TaskRouter.Bench;

/// <summary>Measures the routing engine at several sizes and prints Markdown.</summary>
internal static class EngineBench
{
    private const int YardstickLifecycles = 100;

    // Until the code has been compiled for the second time.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    public static void Run(EnginePlan plan, TextWriter output)
    {
        // A small workspace, measured again in every round: the unit in which costs are compared.
        var yardstick = new BenchWorld(1_000, 100, seed: 1);
        yardstick.LetWait(100);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp;)
        {
            new EngineRound(yardstick, plan.CommandsPerRound).Run();
        }

        var report = new EngineReport();
        foreach (var queues in plan.Queues)
        {
            foreach (var workers in plan.Workers)
            {
                Progress($"{workers} workers, {queues} queues");
                var world = new BenchWorld(workers, queues, seed: 2);
                var building = world.Meter;
                building.EndRound(YardstickCost(yardstick));
                foreach (var waiting in plan.Waiting)
                {
                    report.Add(Measure(new Scale(workers, queues, waiting), world, yardstick, plan), building);
                }
            }
        }

        report.Print(output);
    }

    private static Result Measure(Scale scale, BenchWorld world, BenchWorld yardstick, EnginePlan plan)
    {
        Progress($"  {scale.Waiting} waiting");
        var filling = new Meter();
        world.Meter = filling;
        var (before, bytes) = (world.Waiting, BenchWorld.Settled());
        world.LetWait(scale.Waiting);
        var perTask = (BenchWorld.Settled() - bytes) / (double)(world.Waiting - before);
        filling.EndRound(YardstickCost(yardstick));

        var meter = new Meter();
        for (var round = 0; round < plan.Rounds; round++)
        {
            world.Meter = meter;
            new EngineRound(world, plan.CommandsPerRound).Run();
            meter.EndRound(YardstickCost(yardstick));
        }

        var rebuild = world.Reload();
        return new Result(scale, meter, filling, world.WorkerBytes, perTask, rebuild);
    }

    private static double YardstickCost(BenchWorld yardstick)
    {
        yardstick.Meter = new Meter();
        new EngineRound(yardstick, 0).Lifecycles(YardstickLifecycles);
        yardstick.Meter.EndRound(1);
        return yardstick.Meter.Of(Kinds.CreateAndMatch)!.Typical;
    }

    private static void Progress(string text) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss} {text}"));
}

/// <param name="Filling">How the waiting tasks came.</param>
/// <param name="WorkerBytes">What a worker takes in memory.</param>
/// <param name="TaskBytes">What a waiting task takes.</param>
/// <param name="Rebuild">How long it took to make the router again from records.</param>
internal sealed record Result(
    Scale Scale, Meter Meter, Meter Filling, double WorkerBytes, double TaskBytes, TimeSpan Rebuild);
