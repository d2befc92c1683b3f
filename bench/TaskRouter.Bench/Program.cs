using TaskRouter.Bench;
using TaskRouter.Bench.History;

// dotnet run -c Release --project bench/TaskRouter.Bench -- engine|history [--quick], or history --writes|--memory
if (args is not (["engine"] or ["history"] or ["engine" or "history", "--quick"]
    or ["history", "--writes" or "--memory"]))
{
    Console.Error.WriteLine("usage: TaskRouter.Bench engine|history [--quick], or history --writes|--memory");
    return 2;
}

if (args[0] == "engine")
{
    EngineBench.Run(args.Length == 1 ? EnginePlan.Full : EnginePlan.Quick, Console.Out);
    return 0;
}

if (args is [_, "--writes"])
{
    await new HistoryBench(HistoryScale.Quick, Console.Out).RunWritesAsync();
    return 0;
}

if (args is [_, "--memory"])
{
    await new HistoryBench(HistoryScale.Quick, Console.Out).RunMemoryAsync();
    return 0;
}

await new HistoryBench(args.Length == 1 ? HistoryScale.Full : HistoryScale.Quick, Console.Out).RunAsync();
return 0;
