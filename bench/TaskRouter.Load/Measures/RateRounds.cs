using TaskRouter.Load.Driving;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load.Measures;

/// <summary>Rates: in each round everything is measured once, so that ratios are of the same minutes.</summary>
internal sealed class RateRounds(Plan plan, Surroundings surroundings, PostgresServer postgres, Table table)
{
    private const int Connections = 128;
    private const string Database = "taskrouter_rates";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public async Task RunAsync()
    {
        await postgres.MakeAsync(Database);
        await using var onPostgres = await StartAsync("rates", postgres.ConnectionString(Database));
        await using var onSqlite = await StartAsync("rates-sqlite", null);
        var contestants = new Contestants(
            onPostgres, await Scene.MakeAsync(onPostgres.Target), onSqlite, await Scene.MakeAsync(onSqlite.Target));
        foreach (var scene in new[] { contestants.Postgres, contestants.Sqlite })
        {
            // Long enough for what runs often to have been compiled with optimisations.
            await scene.Load(Connections, scene.LifeCycleAsync).RunAsync(TimeSpan.FromSeconds(6));
        }

        await using var peers = await Peers.StartAsync(surroundings, postgres, onPostgres.Target);
        await using var reads = await ReadRound.StartAsync(surroundings, onPostgres.Target, contestants.Postgres);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            await Console.Error.WriteLineAsync($"Round {round} of {plan.Rounds}");
            await postgres.CheckpointAsync();
            var bars = new Bars(
                await postgres.InsertsPerSecondAsync(plan.Turn), await postgres.LifeCyclesPerSecondAsync(plan.Turn));
            table.Add("pgbench, one row a transaction, 32 clients, per second", "#,0").Take(bars.Inserts);
            table.Add("pgbench, a life cycle in four transactions, per second", "#,0").Take(bars.LifeCycles);
            var lifeCycles = await LifeCyclesAsync(contestants, bars);
            var creates = await CreatesAsync(contestants, bars);
            await reads.RunAsync(plan.Turn, table);
            if (plan.Parts.Contains("peers"))
            {
                await peers.RunAsync(plan.Turn, lifeCycles, creates, table);
            }

            await PacedAsync(contestants, lifeCycles, reads);
        }
    }

    private Task<TaskRouterServer> StartAsync(string folder, string? connectionString) =>
        TaskRouterServer.StartAsync(surroundings.Server, Path.Combine(surroundings.Work, folder), connectionString);

    private async Task<double> LifeCyclesAsync(Contestants contestants, Bars bars)
    {
        var scene = contestants.Postgres;
        var wal = await postgres.WalBytesAsync();
        var (server, database) = (ProcFile.ProcessorSeconds(contestants.OnPostgres.ProcessId), ProcFile.ProcessorSeconds(postgres.ProcessId));
        var result = await scene.Load(Connections, scene.LifeCycleAsync).RunAsync(plan.Turn);
        var count = (double)result.Count;
        var serverMicros = (ProcFile.ProcessorSeconds(contestants.OnPostgres.ProcessId) - server) / count * 1e6;
        var databaseMicros = (ProcFile.ProcessorSeconds(postgres.ProcessId) - database) / count * 1e6;
        wal = (await postgres.WalBytesAsync() - wal) / count;

        table.Add("life cycles per second, Postgres, 128 connections", "#,0").Take(result.PerSecond);
        table.Add("their p50, ms", "0.0").Take(result.P50);
        table.Add("their p99, ms", "0.0").Take(result.P99);
        table.Add("processor time of the server for one, us", "0").Take(serverMicros);
        table.Add("processor time of Postgres for one, us", "0").Take(databaseMicros);
        table.Add("**life cycles / pgbench's inserts**", "0.00", null, 0.25).Take(result.PerSecond / bars.Inserts);
        table.Add("1: life cycles / pgbench's life cycles", "0.00", 1.5, 2.5).Take(result.PerSecond / bars.LifeCycles);
        table.Add("2: changes of state / pgbench's inserts", "0.00", 1.0, 1.8).Take(4 * result.PerSecond / bars.Inserts);
        table.Add("21: write-ahead log of one, bytes", "#,0").Take(wal);

        var sqlite = await contestants.Sqlite.Load(Connections, contestants.Sqlite.LifeCycleAsync).RunAsync(plan.Turn);
        table.Add("life cycles per second, SQLite", "#,0").Take(sqlite.PerSecond);
        table.Add("**life cycles, SQLite / Postgres**", "0.00", null, 1.0).Take(sqlite.PerSecond / result.PerSecond);
        return result.PerSecond;
    }

    /// <summary>Tasks alone, in a workspace that goes with them.</summary>
    private async Task<double> CreatesAsync(Contestants contestants, Bars bars)
    {
        var scene = await Scene.MakeAsync(contestants.OnPostgres.Target, new Scene.Plan(Queues: 20, Workers: 1, Available: 0));
        var result = await scene.Load(Connections, async (client, _) => await scene.CreateAsync(client))
            .RunAsync(plan.Turn, WarmUp);
        await scene.DeleteAsync();
        table.Add("tasks created per second, nobody free", "#,0").Take(result.PerSecond);
        table.Add("3: tasks created / pgbench's inserts", "0.00", 1.0, 1.8).Take(result.PerSecond / bars.Inserts);
        return result.PerSecond;
    }

    private async Task PacedAsync(Contestants contestants, double lifeCycles, ReadRound reads)
    {
        var scene = contestants.Postgres;
        var half = await scene.Load(Connections, scene.LifeCycleAsync).RunAtAsync(lifeCycles / 2, plan.Turn);
        table.Add("creating at half the rate, p50, ms", "0.0").Take(half.Steps[0].Percentile(0.5));
        table.Add("**creating at half the rate, p99, ms**", "0.0", null, 15, isAtMost: true)
            .Take(half.Steps[0].Percentile(0.99));

        // One step of creating is also one of reserving: both are in the same commit.
        var thousand = await scene.Load(Connections, scene.LifeCycleAsync).RunAtAsync(1_000, plan.Turn);
        var created = thousand.Steps[0];
        table.Add("7: created and reserved at 1,000 a second, p50, ms", "0.0", 3, 1.5, isAtMost: true)
            .Take(created.Percentile(0.5));
        table.Add("7: created and reserved at 1,000 a second, p99, ms", "0.0", 25, 10, isAtMost: true)
            .Take(created.Percentile(0.99));
        var flush = Machine.FlushMilliseconds(surroundings.Work);
        table.Add("flush of 8 kB, p50, ms", "0.00").Take(flush);
        table.Add("8: that p50 / (a flush and a bare POST)", "0.0", 6, 3, isAtMost: true)
            .Take(created.Percentile(0.5) / (flush + reads.BarePostMilliseconds));
    }

    private sealed record Bars(double Inserts, double LifeCycles);

    private sealed record Contestants(TaskRouterServer OnPostgres, Scene Postgres, TaskRouterServer OnSqlite, Scene Sqlite);
}
