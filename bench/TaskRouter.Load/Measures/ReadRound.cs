using TaskRouter.Load.Driving;
using TaskRouter.Load.Yardsticks;

namespace TaskRouter.Load.Measures;

/// <summary>Reads, by turns with a bare endpoint that answers the same bytes.</summary>
internal sealed class ReadRound : IAsyncDisposable
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private readonly Target _target;
    private readonly string _task;
    private readonly string _page;
    private readonly BareEndpoint _bareTask;
    private readonly BareEndpoint _barePage;
    private readonly BareEndpoint _form;

    private ReadRound(
        Target target, string task, string page, BareEndpoint bareTask, BareEndpoint barePage, BareEndpoint form)
    {
        (_target, _task, _page) = (target, task, page);
        (_bareTask, _barePage, _form) = (bareTask, barePage, form);
    }

    /// <summary>Median of the bare endpoint's POST, one at a time, in the last round.</summary>
    public double BarePostMilliseconds { get; private set; }

    /// <summary>The same at 1,000 a second, each counted from when it was due, as creating is measured.</summary>
    public double PacedPostMilliseconds { get; private set; }

    public static async Task<ReadRound> StartAsync(Surroundings surroundings, Target target, Scene scene)
    {
        using var client = new Client(target);
        await client.ConnectAsync();
        var task = $"{scene.Tasks}/{await scene.CreateAsync(client)}";
        var page = $"{scene.Path}/Workers?PageSize=50";
        return new ReadRound(
            target,
            task,
            page,
            await BareAsync(surroundings, "task.json", await client.GetAsync(task)),
            await BareAsync(surroundings, "page.json", await client.GetAsync(page)),
            await BareEndpoint.StartFormAsync());
    }

    public async Task RunAsync(TimeSpan turn, Table table)
    {
        var bare = await GetAsync(_bareTask.Target, "/", 128, turn);
        var ours = await GetAsync(_target, _task, 128, turn);
        table.Add("bare endpoint, GET of a task's bytes, 128 connections, per second", "#,0").Take(bare.PerSecond);
        table.Add("GET one task, 128 connections, per second", "#,0").Take(ours.PerSecond);
        table.Add("its p99, ms", "0.0").Take(ours.P99);
        table.Add("**GET one task / bare endpoint**", "0.00", null, 0.5).Take(ours.PerSecond / bare.PerSecond);

        var bare32 = await GetAsync(_bareTask.Target, "/", 32, turn);
        var ours32 = await GetAsync(_target, _task, 32, turn);
        table.Add("6: GET one task / bare endpoint, 32 connections", "0.00", 0.5, 0.7)
            .Take(ours32.PerSecond / bare32.PerSecond);
        table.Add("6: the same, p99", "0.0", 4, 2, isAtMost: true).Take(ours32.P99 / bare32.P99);

        var barePage = await GetAsync(_barePage.Target, "/", 128, turn);
        var page = await GetAsync(_target, _page, 128, turn);
        table.Add("GET a page of 50 workers, 128 connections, per second", "#,0").Take(page.PerSecond);
        table.Add("**GET 50 workers / bare endpoint with the same bytes**", "0.00", null, 0.25)
            .Take(page.PerSecond / barePage.PerSecond);
        await PostBareAsync(turn, table);
    }

    public async ValueTask DisposeAsync()
    {
        await _bareTask.DisposeAsync();
        await _barePage.DisposeAsync();
        await _form.DisposeAsync();
    }

    private async Task PostBareAsync(TimeSpan turn, Table table)
    {
        var bare = await MicrosOfPostAsync(_bareTask, "/", turn);
        var form = await MicrosOfPostAsync(_form, FormEndpoint.Tasks, turn);
        var both = table.Add("processor time of the server for one, us", "0").Last
            + table.Add("processor time of Postgres for one, us", "0").Last;
        table.Add("a form read and checked, a task answered, nothing behind it: processor time, us", "0.0").Take(form);
        table.Add("5: processor time of a life cycle / four of these", "0.0", 3.5, 2.0, isAtMost: true)
            .Take(both / (4 * form));
        table.Add("bare endpoint, POST of a form, ready bytes answered: processor time, us", "0.0").Take(bare);
        table.Add("processor time of a life cycle / four of these", "0.0").Take(both / (4 * bare));

        BarePostMilliseconds = (await Post(_bareTask, "/", 1).RunAsync(TimeSpan.FromSeconds(1))).P50;
        PacedPostMilliseconds = (await Post(_bareTask, "/", 128).RunAtAsync(1_000, turn)).P50;
        table.Add("bare endpoint, POST, one at a time, p50, ms", "0.00").Take(BarePostMilliseconds);
        table.Add("bare endpoint, POST, paced at 1,000 a second, p50, ms", "0.00").Take(PacedPostMilliseconds);
    }

    private static async Task<double> MicrosOfPostAsync(BareEndpoint endpoint, string path, TimeSpan turn)
    {
        var load = Post(endpoint, path, 128);
        await load.RunAsync(WarmUp);
        var seconds = ProcFile.ProcessorSeconds(endpoint.ProcessId);
        var posted = await load.RunAsync(turn);
        return (ProcFile.ProcessorSeconds(endpoint.ProcessId) - seconds) / posted.Count * 1e6;
    }

    private static LoadRun Post(BareEndpoint endpoint, string path, int connections) =>
        new(endpoint.Target, connections, async (client, _) => (await client.PostAsync(
            path, "WorkflowSid=WW0192a7c4e5f67a8b9c0d1e2f3a4b5c6d&Attributes=%7B%22queue%22%3A7%7D")).OrThrow());

    private static Task<LoadResult> GetAsync(Target target, string path, int connections, TimeSpan turn) =>
        new LoadRun(target, connections, async (client, _) => (await client.GetAsync(path)).OrThrow())
            .RunAsync(turn, TimeSpan.FromSeconds(0.5));

    private static async Task<BareEndpoint> BareAsync(Surroundings surroundings, string name, Answer answer)
    {
        var file = Path.Combine(surroundings.Work, name);
        await File.WriteAllBytesAsync(file, answer.OrThrow().Body.ToArray());
        return await BareEndpoint.StartAsync(file);
    }
}
