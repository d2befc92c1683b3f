using Microsoft.Extensions.DependencyInjection;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Tests.Callbacks;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>
/// A workspace at work, from a seed: everything that tasks, reservations, transfers and workers can go through, with
/// time passing between and servers that come and go. What cannot be done just then is refused, and that is all.
/// </summary>
internal sealed class Traffic(Random random, ManualTime time)
{
    private static readonly string[] Skills = ["sales", "support", "billing"];
    private static readonly string[] Channels = ["default", "voice", "chat"];

    private WorkspaceLoop _loop = null!;
    private int _names;

    public Sid WorkspaceSid { get; private set; }

    public CommittedView View => _loop.View;

    public async Task StartAsync(TestServer server)
    {
        var directory = server.Services.GetRequiredService<WorkspaceDirectory>();
        var isMultiTasking = random.Next(4) > 0;
        var workspace = await directory.CreateAsync(new CreateWorkspace(
            TestServer.Account.Sid, default, "Traffic", null, null, isMultiTasking, WorkspaceTemplate.Fifo));
        WorkspaceSid = workspace.Sid;
        GoOn(server);
        var queues = new List<Sid>();
        foreach (var skill in Skills)
        {
            queues.Add((await _loop.ExecuteAsync(new CreateTaskQueue(
                skill, $"skills HAS '{skill}'", MaxReservedWorkers: random.Next(1, 3),
                ReservationActivitySid: Named("Reserved"), AssignmentActivitySid: Named("Busy")))).Sid);
        }

        await _loop.ExecuteAsync(new CreateWorkflow(
            "Steps", ConfigurationOf(queues), TaskReservationTimeoutSeconds: random.Next(10, 90)));
        for (var worker = 0; worker < 6; worker++)
        {
            await CreateWorkerAsync();
        }
    }

    /// <summary>The same workspace, in a server that has loaded it from disk.</summary>
    public void GoOn(TestServer server) => _loop = server.Services.GetRequiredService<WorkspaceDirectory>()
        .Find(TestServer.Account.Sid, WorkspaceSid)!;

    /// <summary>Lets time pass, and what was due with it happen.</summary>
    public async Task PassAsync(TimeSpan wait)
    {
        time.Advance(wait);
        await SettleAsync();
    }

    /// <summary>What is due comes before this command, which changes nothing.</summary>
    public Task SettleAsync() => _loop.ExecuteAsync(new SettleAssignmentCallback(default, null));

    public async Task StepAsync()
    {
        try
        {
            await (random.Next(100) switch
            {
                < 22 => CreateTaskAsync(),
                < 52 => AnswerAsync(),
                < 62 => ChangeTaskAsync(),
                < 78 => ChangeWorkerAsync(),
                < 86 => TransferAsync(),
                < 90 => ChangeConfigurationAsync(),
                _ => PassAsync(TimeSpan.FromMilliseconds(random.Next(1, random.Next(8) == 0 ? 5_000_000 : 100_000))),
            });
        }
        catch (Refusal)
        {
            // Most of what is tried is possible most of the time.
        }
    }

    private Task<RoutingTask> CreateTaskAsync() => _loop.ExecuteAsync(new CreateTask(
        WorkflowSid: Any(View.Workflows.InOrder)?.Sid,
        Attributes: $$"""{"need":"{{Pick(Skills)}}"}""",
        Priority: random.Next(3),
        TimeoutSeconds: random.Next(5) == 0 ? random.Next(5, 400) : null,
        TaskChannel: Pick(Channels),
        RoutingTarget: random.Next(12) switch
        {
            0 => Any(View.Workers.InOrder)?.Sid,
            1 => Any(View.TaskQueues.InOrder)?.Sid,
            _ => null,
        }));

    private async Task AnswerAsync()
    {
        var open = View.Reservations.InOrder.After(null).Where(reservation => reservation.IsActive).ToList();
        if (open.Count > 0)
        {
            await _loop.ExecuteAsync(new UpdateReservation(Pick(open).Sid, random.Next(10) switch
            {
                < 5 => ReservationStatus.Accepted,
                < 6 => ReservationStatus.Rejected,
                < 8 => ReservationStatus.Wrapping,
                _ => ReservationStatus.Completed,
            }));
        }
    }

    private async Task ChangeTaskAsync()
    {
        if (Any(View.Tasks.InOrder) is not { } task)
        {
            return;
        }

        await (random.Next(7) switch
        {
            0 => _loop.ExecuteAsync(new UpdateTask(task.Sid, AssignmentStatus: AssignmentStatus.Canceled)),
            1 => _loop.ExecuteAsync(new UpdateTask(task.Sid, AssignmentStatus: AssignmentStatus.Completed)),
            2 => _loop.ExecuteAsync(new UpdateTask(task.Sid, AssignmentStatus: AssignmentStatus.Wrapping)),
            3 => _loop.ExecuteAsync(new DeleteTask(task.Sid)),
            4 => _loop.ExecuteAsync(new UpdateTask(task.Sid, Attributes: $$"""{"need":"{{Pick(Skills)}}"}""")),
            5 => _loop.ExecuteAsync(new UpdateTask(task.Sid, Priority: random.Next(4))),
            _ => _loop.ExecuteAsync(new UpdateTask(task.Sid, TaskChannel: Pick(Channels))),
        });
    }

    private async Task ChangeWorkerAsync()
    {
        var kind = random.Next(20);
        if (kind == 0)
        {
            await CreateWorkerAsync();
        }
        else if (Any(View.Workers.InOrder) is { } worker)
        {
            await (kind switch
            {
                1 => _loop.ExecuteAsync(new DeleteWorker(worker.Sid)),
                < 5 => _loop.ExecuteAsync(new UpdateWorker(worker.Sid, Attributes: Attributes())),
                _ => _loop.ExecuteAsync(new UpdateWorker(
                    worker.Sid, ActivitySid: kind < 12 ? Any(View.Activities.InOrder)!.Sid : Available())),
            });
        }
    }

    private async Task TransferAsync()
    {
        if (View.Transfers.InOrder.After(null).FirstOrDefault(one => one.IsUnderWay) is { } transfer
            && random.Next(3) == 0)
        {
            await _loop.ExecuteAsync(new CancelTransfer(transfer.TaskSid, transfer.Sid));
            return;
        }

        var held = View.Reservations.InOrder.After(null)
            .Where(reservation => reservation.Status == ReservationStatus.Accepted).ToList();
        if (held.Count > 0)
        {
            var reservation = Pick(held);
            await _loop.ExecuteAsync(new StartTransfer(
                reservation.TaskSid,
                reservation.Sid,
                random.Next(2) == 0 ? Any(View.Workers.InOrder)!.Sid : Any(View.TaskQueues.InOrder)!.Sid,
                random.Next(2) == 0 ? TransferMode.Warm : TransferMode.Cold));
        }
    }

    private async Task ChangeConfigurationAsync()
    {
        var name = $"Name {_names++}";
        await (random.Next(8) switch
        {
            0 => _loop.ExecuteAsync(new CreateActivity(name, random.Next(2) == 0)),
            1 => DeleteActivityAsync(),
            2 => _loop.ExecuteAsync(new CreateTaskQueue(name, $"skills HAS '{Pick(Skills)}'")),
            3 => _loop.ExecuteAsync(new DeleteTaskQueue(Any(View.TaskQueues.InOrder)!.Sid)),
            4 => _loop.ExecuteAsync(new UpdateActivity(Any(View.Activities.InOrder)!.Sid, $"Activity {name}")),
            _ => _loop.ExecuteAsync(new UpdateTaskQueue(
                Any(View.TaskQueues.InOrder)!.Sid,
                TargetWorkers: random.Next(4) == 0 ? "1==1" : $"skills HAS '{Pick(Skills)}'")),
        });
    }

    private async Task CreateWorkerAsync()
    {
        await _loop.ExecuteAsync(new CreateWorker($"Worker {_names++}", Available(), Attributes()));
    }

    private string Attributes()
    {
        var has = Skills.Where(_ => random.Next(2) == 0).Select(skill => $"\"{skill}\"");
        return $$"""{"skills":[{{string.Join(',', has)}}]}""";
    }

    private Sid? Available() =>
        View.Activities.InOrder.After(null).First(activity => activity.Available).Sid;

    // Not one that work depends on.
    private Task DeleteActivityAsync() =>
        View.Activities.InOrder.After(null).LastOrDefault(one =>
            one.FriendlyName.StartsWith("Name", StringComparison.Ordinal)) is { } added
            ? _loop.ExecuteAsync(new DeleteActivity(added.Sid))
            : Task.CompletedTask;

    private Sid? Named(string activity) =>
        View.Activities.InOrder.After(null).FirstOrDefault(one => one.FriendlyName == activity)?.Sid;

    private TRow? Any<TRow>(CommittedRows<TRow> rows)
        where TRow : class
    {
        var all = rows.After(null).ToList();
        return all.Count == 0 ? null : Pick(all);
    }

    private T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    // Two steps that run out, then a filter for two needs that has no way out; the default for the third.
    private static string ConfigurationOf(List<Sid> queues) => $$$$"""
        {"task_routing":{"filters":[
            {"expression":"need == 'sales'","targets":[
                {"queue":"{{{{queues[0]}}}}","timeout":40},
                {"queue":"{{{{queues[1]}}}}","priority":5,"timeout":60}]},
            {"expression":"need == 'support'","targets":[
                {"queue":"{{{{queues[1]}}}}","timeout":200},
                {"queue":"{{{{queues[2]}}}}"}]}],
         "default_filter":{"queue":"{{{{queues[2]}}}}"}}}
        """;
}
