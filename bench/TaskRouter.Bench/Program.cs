using TaskRouter.Bench;
using TaskRouter.Bench.History;

// dotnet run -c Release --project bench/TaskRouter.Bench -- engine|history [--quick]
if (args is not (["engine", ..] or ["history", ..]) || args[1..] is not ([] or ["--quick"]))
{
    Console.Error.WriteLine("usage: TaskRouter.Bench engine|history [--quick]");
    return 2;
}

if (args[0] == "engine")
{
    EngineBench.Run(args.Length == 1 ? EnginePlan.Full : EnginePlan.Quick, Console.Out);
    return 0;
}

await new HistoryBench(args.Length == 1 ? HistoryScale.Full : HistoryScale.Quick, Console.Out).RunAsync();
return 0;
