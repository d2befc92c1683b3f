using System.Diagnostics;
using TaskRouter.Load.Driving;
using TaskRouter.Load.Measures;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load;

/// <summary>Half load for a long time: what grows? Each line is a tenth of the run.</summary>
internal sealed class Soak(Surroundings surroundings, TimeSpan length)
{
    private const string Database = "taskrouter_soak";
    private const int Connections = 128;
    private const int Parts = 10;

    // Ended tasks gather for this long before as many leave as come: until then memory has to grow.
    private const int EndedTaskSeconds = 60;

    // The write-ahead log beside the data, as run.sh limits it, and some room.
    private const double LogGigabytes = 10;

    private readonly PostgresServer _postgres = new(
        surroundings.Postgres, surroundings.Pgbench, surroundings.PostgresProcessId, surroundings.Work);

    public async Task RunAsync(TextWriter output)
    {
        await _postgres.MakeAsync(Database);
        await using var server = await TaskRouterServer.StartAsync(
            surroundings.Server,
            Path.Combine(surroundings.Work, "soak"),
            _postgres.ConnectionString(Database),
            "--limit-ended-task-seconds",
            $"{EndedTaskSeconds}");
        var scene = await Scene.MakeAsync(server.Target);
        var closed = scene.Load(Connections, scene.LifeCycleAsync);
        await closed.RunAsync(TimeSpan.FromSeconds(10));
        var half = await HalfOfHighestAsync(closed);
        await output.WriteLineAsync($"{half:0} life cycles a second for {length.TotalMinutes:0.#} minutes; Postgres; "
            + $"ended tasks stay {EndedTaskSeconds} s\n");
        await output.WriteLineAsync(
            "| minute | resident MB | handles | database bytes a life cycle | flush ms | create p50 ms | p99 ms |");
        await output.WriteLineAsync("|---:|---:|---:|---:|---:|---:|---:|");
        var clock = Stopwatch.StartNew();
        for (var part = 0; part < Parts; part++)
        {
            var before = await _postgres.DatabaseBytesAsync(Database);
            var load = await closed.RunAtAsync(half, length / Parts);
            var grown = await _postgres.DatabaseBytesAsync(Database) - before;
            await output.WriteLineAsync(
                $"| {clock.Elapsed.TotalMinutes:0.0} | {ProcFile.ResidentMegabytes(server.ProcessId):0} "
                + $"| {ProcFile.Handles(server.ProcessId)} | {grown / load.Count:#,0} "
                + $"| {Machine.FlushMilliseconds(surroundings.Work):0.00} "
                + $"| {load.Steps[0].Percentile(0.5):0.00} | {load.Steps[0].Percentile(0.99):0.0} |");
        }
    }

    private async Task<double> HalfOfHighestAsync(LoadRun closed)
    {
        var before = await _postgres.DatabaseBytesAsync(Database);
        var highest = await closed.RunAsync(TimeSpan.FromSeconds(20));
        var half = highest.PerSecond / 2;
        ExpectRoom(half * (await _postgres.DatabaseBytesAsync(Database) - before) / highest.Count);
        return half;
    }

    // Better now than after most of an hour.
    private void ExpectRoom(double bytesPerSecond)
    {
        var needed = (bytesPerSecond * length.TotalSeconds / 1e9) + LogGigabytes;
        var free = new DriveInfo(surroundings.Work).AvailableFreeSpace / 1e9;
        if (needed > free)
        {
            throw new InvalidOperationException(
                $"{length.TotalMinutes:0.#} minutes take {needed:0} GB, and the disk has {free:0}: give it fewer.");
        }
    }
}
