using System.Globalization;
using TaskRouter.Load;
using TaskRouter.Load.Yardsticks;

// Started by bench/run.sh, which gives it a server, a Postgres and a folder.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case [BareEndpoint.Verb, var port, var bodyFile]:
        await BareEndpoint.ServeAsync(port, bodyFile);
        return 0;
    case [FormEndpoint.Verb, var port]:
        await FormEndpoint.ServeAsync(port);
        return 0;
    case ["drive", var url, var user, var scenario, var connections, var seconds, .. var rate]:
        await Drive.RunAsync(
            new Uri(url),
            user,
            scenario,
            int.Parse(connections, CultureInfo.InvariantCulture),
            double.Parse(seconds, CultureInfo.InvariantCulture),
            rate);
        return 0;
    case ["table", .. var options] when Plan.Parse(options) is { } plan:
        await new Bench(plan, Surroundings.Read()).RunAsync(Console.Out);
        return 0;
    case ["soak", var minutes] when double.TryParse(minutes, CultureInfo.InvariantCulture, out var length):
        try
        {
            await new Soak(Surroundings.Read(), TimeSpan.FromMinutes(length)).RunAsync(Console.Out);
            return 0;
        }
        catch (InvalidOperationException refusal)
        {
            // Of the soak itself, or of the server: an answer that is no success.
            Console.Error.WriteLine(refusal.Message);
            return 1;
        }

    default:
        Console.Error.WriteLine("usage: see bench/run.sh --help");
        return 2;
}
