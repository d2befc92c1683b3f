using System.Diagnostics;
using TaskRouter.Load.Driving;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load.Measures;

/// <summary>Rates: in each round everything is measured once, so that ratios are of the same minutes.</summary>
internal sealed class RateRounds(Plan plan, Surroundings surroundings, PostgresServer postgres, Table table)
{
    private const int Connections = 128;

    // More of them make larger commits. What the list of ratios asks for is the best rate at any number of connections.
    private const int ManyConnections = 512;

    private const string Database = "taskrouter_rates";

    private const int WarmUpLifeCycles = 100_000;

    private static readonly TimeSpan WarmUpMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public async Task RunAsync()
    {
        await postgres.MakeAsync(Database);
        await using var onPostgres = await StartAsync("rates", postgres.ConnectionString(Database));
        await using var onSqlite = await StartAsync("rates-sqlite", null);
        var contestants = new Contestants(
            onPostgres, await Scene.MakeAsync(onPostgres.Target), onSqlite, await Scene.MakeAsync(onSqlite.Target));
        await WarmAsync(contestants.Postgres);
        await WarmAsync(contestants.Sqlite);
        await using var peers = await Peers.StartAsync(surroundings, postgres, onPostgres.Target);
        await using var reads = await ReadRound.StartAsync(surroundings, onPostgres.Target, contestants.Postgres);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            await Console.Error.WriteLineAsync($"Round {round} of {plan.Rounds}");
            await postgres.CheckpointAsync();
            var bars = await BarsAsync();
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

    // As often as it takes for what runs often to have been compiled with optimisations, however slow the machine is.
    private static async Task WarmAsync(Scene scene)
    {
        var clock = Stopwatch.StartNew();
        for (var count = 0L; count < WarmUpLifeCycles && clock.Elapsed < WarmUpMax;)
        {
            count += (await scene.Load(Connections, scene.LifeCycleAsync).RunAsync(TimeSpan.FromSeconds(5))).Count;
        }
    }

    private async Task<Bars> BarsAsync()
    {
        var spent = ProcFile.ProcessorSeconds(postgres.ProcessId) + ProcFile.EndedChildrenSeconds();
        var inserts = await postgres.InsertsPerSecondAsync(plan.Turn);
        spent = ProcFile.ProcessorSeconds(postgres.ProcessId) + ProcFile.EndedChildrenSeconds() - spent;
        var wal = await postgres.WalBytesAsync();
        var lifeCycles = await postgres.LifeCyclesPerSecondAsync(plan.Turn);
        wal = await postgres.WalBytesAsync() - wal;
        var bars = new Bars(
            inserts,
            spent / (inserts * plan.Turn.TotalSeconds) * 1e6,
            lifeCycles,
            wal / (lifeCycles * plan.Turn.TotalSeconds));
        table.Add("pgbench, one row a transaction, 32 clients, per second", "#,0").Take(bars.Inserts);
        table.Add("processor time of one, client included, us", "0").Take(bars.InsertMicros);
        table.Add("pgbench, a life cycle in four transactions, per second", "#,0").Take(bars.LifeCycles);
        return bars;
    }

    private async Task<LifeCycles> LifeCyclesAsync(Contestants contestants, Bars bars)
    {
        var scene = contestants.Postgres;
        var wal = await postgres.WalBytesAsync();
        var before = SpentOn(contestants.OnPostgres);
        var result = await scene.Load(Connections, scene.LifeCycleAsync).RunAsync(plan.Turn);
        var spent = SpentOn(contestants.OnPostgres).Less(before).Over(result.Count);
        wal = (await postgres.WalBytesAsync() - wal) / result.Count;

        table.Add("life cycles per second, Postgres, 128 connections", "#,0").Take(result.PerSecond);
        table.Add("their p50, ms", "0.0").Take(result.P50);
        table.Add("their p99, ms", "0.0").Take(result.P99);
        table.Add("processor time of the server for one, us", "0").Take(spent.Server);
        table.Add("processor time of Postgres for one, us", "0").Take(spent.Database);
        table.Add("processor time of the driver for one, us", "0").Take(spent.Driver);
        table.Add("**life cycles / pgbench's inserts**", "0.00", null, 0.25).Take(result.PerSecond / bars.Inserts);
        table.Add("the same by processor time, clients included", "0.00", null, 0.25)
            .Take(bars.InsertMicros / (spent.Server + spent.Database + spent.Driver));
        table.Add("write-ahead log of one, bytes", "#,0").Take(wal);
        table.Add("21: the same / that of pgbench's life cycle", "0.0", 2.5, 1, isAtMost: true)
            .Take(wal / bars.LifeCycleWal);

        var many = await scene.Load(ManyConnections, scene.LifeCycleAsync).RunAsync(plan.Turn);
        table.Add("life cycles per second, Postgres, 512 connections", "#,0").Take(many.PerSecond);
        var best = Math.Max(result.PerSecond, many.PerSecond);
        table.Add("1: life cycles, the best of both / pgbench's life cycles", "0.00", 1.5, 2.5)
            .Take(best / bars.LifeCycles);
        table.Add("2: changes of state, the best of both / pgbench's inserts", "0.00", 1.0, 1.8)
            .Take(4 * best / bars.Inserts);

        var sqlite = await contestants.Sqlite.Load(Connections, contestants.Sqlite.LifeCycleAsync).RunAsync(plan.Turn);
        table.Add("life cycles per second, SQLite", "#,0").Take(sqlite.PerSecond);
        table.Add("**life cycles, SQLite / Postgres**", "0.00", null, 1.0).Take(sqlite.PerSecond / result.PerSecond);
        return new LifeCycles(result.PerSecond, best);
    }

    /// <summary>Tasks alone, in a workspace that goes with them.</summary>
    private async Task<double> CreatesAsync(Contestants contestants, Bars bars)
    {
        var nobody = new Scene.Plan(Queues: 20, Workers: 1, Available: 0);
        var scene = await Scene.MakeAsync(contestants.OnPostgres.Target, nobody);
        var result = await scene.Load(Connections, async (client, _) => await scene.CreateAsync(client))
            .RunAsync(plan.Turn, WarmUp);
        await scene.DeleteAsync();
        table.Add("tasks created per second, nobody free", "#,0").Take(result.PerSecond);
        table.Add("3: tasks created / pgbench's inserts", "0.00", 1.0, 1.8).Take(result.PerSecond / bars.Inserts);
        return result.PerSecond;
    }

    private async Task PacedAsync(Contestants contestants, LifeCycles lifeCycles, ReadRound reads)
    {
        var scene = contestants.Postgres;
        var half = await scene.Load(Connections, scene.LifeCycleAsync).RunAtAsync(lifeCycles.PerSecond / 2, plan.Turn);
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
        table.Add("8: that p50 / (a flush and a bare POST, both paced)", "0.0", 6, 3, isAtMost: true)
            .Take(created.Percentile(0.5) / (flush + reads.PacedPostMilliseconds));
        table.Add("that p50 / (a flush and a bare POST that nobody paces)", "0.0")
            .Take(created.Percentile(0.5) / (flush + reads.BarePostMilliseconds));
    }

    private Spent SpentOn(TaskRouterServer server) => new(
        ProcFile.ProcessorSeconds(server.ProcessId),
        ProcFile.ProcessorSeconds(postgres.ProcessId),
        Environment.CpuUsage.TotalTime.TotalSeconds);

    private sealed record Bars(double Inserts, double InsertMicros, double LifeCycles, double LifeCycleWal);

    /// <summary>Processor time, in seconds and then in microseconds for one life cycle.</summary>
    private sealed record Spent(double Server, double Database, double Driver)
    {
        public Spent Less(Spent before) =>
            new(Server - before.Server, Database - before.Database, Driver - before.Driver);

        public Spent Over(long count) => new(Server / count * 1e6, Database / count * 1e6, Driver / count * 1e6);
    }

    private sealed record Contestants(
        TaskRouterServer OnPostgres, Scene Postgres, TaskRouterServer OnSqlite, Scene Sqlite);
}
