using System.Diagnostics;

namespace TaskRouter.Load.Driving;

/// <summary>What one connection does again and again.</summary>
/// <param name="client">Its connection.</param>
/// <param name="steps">Where each step's latency goes.</param>
internal delegate ValueTask Operation(Client client, Steps steps);

/// <summary>Drives a server over many connections, each of which sends one request at a time.</summary>
internal sealed class LoadRun(Target target, int connections, Operation operation)
{
    /// <summary>Closed loop: the next operation begins when the one before has ended.</summary>
    public async Task<LoadResult> RunAsync(TimeSpan duration, TimeSpan warmUp = default)
    {
        var clock = Stopwatch.StartNew();
        var end = warmUp + duration;
        return await RunAsync(duration, async (client, steps) =>
        {
            while (clock.Elapsed < end)
            {
                if (!steps.IsCounting && clock.Elapsed >= warmUp)
                {
                    steps.Clear();
                }

                steps.Begin(Stopwatch.GetTimestamp());
                await operation(client, steps);
                steps.End();
            }
        });
    }

    /// <summary>
    /// Paced: operations are due at fixed moments, and latency counts from the moment an operation was due, also when
    /// every connection was busy then. So a server that stands still for a second shows a second, not one slow answer.
    /// </summary>
    public async Task<LoadResult> RunAtAsync(double perSecond, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var total = (long)(perSecond * duration.TotalSeconds);
        var next = -1L;
        return await RunAsync(duration, async (client, steps) =>
        {
            steps.Clear();
            for (long ticket; (ticket = Interlocked.Increment(ref next)) < total;)
            {
                var due = start + (long)(ticket / perSecond * Stopwatch.Frequency);
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait);
                }

                steps.Begin(due);
                await operation(client, steps);
                steps.End();
            }
        });
    }

    /// <summary>Does something for each number once.</summary>
    public static async Task EachAsync(
        Target target, int connections, int count, Func<Client, int, ValueTask> each)
    {
        var next = -1;
        await RunAsync(target, connections, async (client, _) =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < count;)
            {
                await each(client, number);
            }
        });
    }

    private async Task<LoadResult> RunAsync(TimeSpan duration, Func<Client, Steps, Task> run) =>
        new(duration, await RunAsync(target, connections, run));

    private static async Task<Steps> RunAsync(Target target, int connections, Func<Client, Steps, Task> run)
    {
        var all = new Steps();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            // Off the caller's stack: with completions inlined one connection would starve those not yet begun.
            await Task.Yield();
            using var client = new Client(target);
            await client.ConnectAsync();
            var steps = new Steps();
            await run(client, steps);
            lock (all)
            {
                all.Add(steps);
            }
        }));
        return all;
    }
}

/// <summary>Latencies of whole operations, and of the steps within them, by their position.</summary>
internal sealed class Steps
{
    private readonly List<Latencies> _steps = [];
    private long _begun;
    private long _marked;

    public Latencies Whole { get; private set; } = new();

    /// <summary>False while the server still warms up.</summary>
    public bool IsCounting { get; private set; }

    public Latencies this[int step] => step < _steps.Count ? _steps[step] : new Latencies();

    public void Begin(long timestamp) => (_begun, _marked) = (timestamp, timestamp);

    /// <summary>Ends a step; the next begins now.</summary>
    public void Mark(int step)
    {
        while (_steps.Count <= step)
        {
            _steps.Add(new Latencies());
        }

        _steps[step].AddSince(_marked);
        _marked = Stopwatch.GetTimestamp();
    }

    public void End() => Whole.AddSince(_begun);

    /// <summary>Forgets the warming up.</summary>
    public void Clear()
    {
        _steps.Clear();
        Whole = new Latencies();
        IsCounting = true;
    }

    public void Add(Steps other)
    {
        Whole.Add(other.Whole);
        for (var step = 0; step < other._steps.Count; step++)
        {
            if (_steps.Count == step)
            {
                _steps.Add(new Latencies());
            }

            _steps[step].Add(other._steps[step]);
        }
    }
}

internal sealed record LoadResult(TimeSpan Duration, Steps Steps)
{
    public long Count => Steps.Whole.Count;

    public double PerSecond => Count / Duration.TotalSeconds;

    public double P50 => Steps.Whole.Percentile(0.5);

    public double P99 => Steps.Whole.Percentile(0.99);
}
