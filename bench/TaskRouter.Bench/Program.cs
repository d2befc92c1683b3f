using TaskRouter.Bench;

// dotnet run -c Release --project bench/TaskRouter.Bench -- engine [--quick]
if (args is not ["engine", .. var options] || options is not ([] or ["--quick"]))
{
    Console.Error.WriteLine("usage: TaskRouter.Bench engine [--quick]");
    return 2;
}

EngineBench.Run(options.Length == 0 ? EnginePlan.Full : EnginePlan.Quick, Console.Out);
return 0;
