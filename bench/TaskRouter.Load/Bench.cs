using System.Diagnostics;
using TaskRouter.Load.Measures;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load;

/// <summary>One run: every measure and yardstick by turns, and the table at the end.</summary>
internal sealed class Bench(Plan plan, Surroundings surroundings)
{
    public async Task RunAsync(TextWriter output)
    {
        var clock = Stopwatch.StartNew();
        var table = new Table();
        var postgres = new PostgresServer(
            surroundings.Postgres, surroundings.Pgbench, surroundings.PostgresProcessId, surroundings.Work);
        await postgres.PrepareAsync();
        var busy = Machine.Read();
        if (plan.Parts.Contains("rates"))
        {
            await new RateRounds(plan, surroundings, postgres, table).RunAsync();
        }

        if (plan.Parts.Contains("large"))
        {
            await new OfferMeasure(plan, surroundings, postgres, table).RunAsync();
            await new LargeMeasure(plan, surroundings, postgres, table).RunAsync();
        }

        if (plan.Parts.Contains("deadlines"))
        {
            await new DeadlineMeasure(plan, surroundings, postgres, table).RunAsync();
        }

        table.Print(output);
        await output.WriteLineAsync(
            $"\n{plan.Rounds} rounds, {plan.Turn.TotalSeconds:0.#} s a turn, {clock.Elapsed.TotalMinutes:0.0} minutes; "
            + $"{Machine.Describe(busy)}.");
    }
}
