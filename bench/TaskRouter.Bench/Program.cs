using TaskRouter.Bench;
using TaskRouter.Bench.History;

// dotnet run -c Release --project bench/TaskRouter.Bench -- engine|history [--quick]
if (args is not ["engine" or "history", .. var options] || options is not ([] or ["--quick"]))
{
    Console.Error.WriteLine("usage: TaskRouter.Bench engine|history [--quick]");
    return 2;
}

if (args[0] == "engine")
{
    EngineBench.Run(options.Length == 0 ? EnginePlan.Full : EnginePlan.Quick, Console.Out);
    return 0;
}

await new HistoryBench(options.Length == 0 ? HistoryScale.Full : HistoryScale.Quick, Console.Out).RunAsync();
return 0;
