using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Tests.Callbacks;
using TaskRouter.Server.Tests.Storage;
using Xunit;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>Which rows tasks leave for statistics: few, and each of one moment and one place.</summary>
public sealed class FactTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private TestServer _server = null!;
    private WorkspaceLoop _loop = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Sid Available => _loop.View.Activities.InOrder.After(null).First(activity => activity.Available).Sid;

    private Workflow Workflow => _loop.View.Workflows.InOrder.After(null).Single();

    private TaskQueue Queue => _loop.View.TaskQueues.InOrder.After(null).First();

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(postgres: null, options => options, _time);
        var directory = _server.Services.GetRequiredService<WorkspaceDirectory>();
        var workspace = await directory.CreateAsync(new CreateWorkspace(
            TestServer.Account.Sid, default, "Facts", Template: WorkspaceTemplate.Fifo));
        _loop = directory.Find(TestServer.Account.Sid, workspace.Sid)!;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_task_that_is_reserved_at_once_accepted_and_completed_leaves_three_rows()
    {
        var worker = await CreateWorkerAsync("Alice");
        var task = await _loop.ExecuteAsync(new CreateTask());
        await AnswerAsync(worker, ReservationStatus.Accepted);
        _time.Advance(TimeSpan.FromSeconds(90));
        await AnswerAsync(worker, ReservationStatus.Completed);

        var facts = await FactsAsync(task);

        facts.Select(fact => fact.Kind).ShouldBe(
        [
            FactKind.TaskReservedOnArrival, FactKind.ReservationAccepted, FactKind.TaskCompletedWithReservation,
        ]);
        facts.ShouldAllBe(fact => fact.WorkerSid == worker.Sid && fact.TaskQueueSid == Queue.Sid
            && fact.WorkflowSid == Workflow.Sid && fact.TaskChannelSid == task.TaskChannelSid
            && fact.WaitSeconds == 0 && fact.QueueWaitSeconds == 0);
        facts.Select(fact => fact.HandleSeconds).ShouldBe([null, null, 90]);
    }

    [Fact]
    public async Task A_task_that_waits_first_leaves_its_arrival_and_its_reservation()
    {
        var task = await _loop.ExecuteAsync(new CreateTask());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await CreateWorkerAsync("Alice");

        var facts = await FactsAsync(task);

        facts.Select(fact => fact.Kind).ShouldBe([FactKind.TaskArrived, FactKind.ReservationCreated]);
        facts[0].ShouldSatisfyAllConditions(
            fact => fact.TaskQueueSid.ShouldBe(Queue.Sid), fact => fact.WorkerSid.ShouldBeNull());
    }

    [Fact]
    public async Task What_goes_to_one_worker_or_straight_to_a_queue_has_a_row_for_each_event()
    {
        var worker = await CreateWorkerAsync("Alice");
        var direct = await _loop.ExecuteAsync(new CreateTask(RoutingTarget: worker.Sid));
        var queued = await _loop.ExecuteAsync(new CreateTask(RoutingTarget: Queue.Sid));
        await _loop.ExecuteAsync(new DeleteTask(queued.Sid));
        await _loop.ExecuteAsync(new DeleteTask(direct.Sid));
        await _loop.ExecuteAsync(new DeleteWorkflow(Workflow.Sid));
        var unled = await _loop.ExecuteAsync(new CreateTask(TaskQueueSid: Queue.Sid));

        (await KindsAsync(direct))[..2].ShouldBe([FactKind.TaskCreated, FactKind.ReservationCreated]);
        (await KindsAsync(queued))[..2].ShouldBe([FactKind.TaskCreated, FactKind.TaskQueueEntered]);
        (await KindsAsync(unled)).ShouldBe(
            [FactKind.TaskCreated, FactKind.TaskQueueEntered, FactKind.ReservationCreated]);
    }

    [Fact]
    public async Task Of_several_reservations_at_once_the_first_one_joins_the_arrival()
    {
        await _loop.ExecuteAsync(new UpdateTaskQueue(Queue.Sid, MaxReservedWorkers: 2));
        var worker = await CreateWorkerAsync("Alice");
        await CreateWorkerAsync("Bob");
        var task = await _loop.ExecuteAsync(new CreateTask());
        await AnswerAsync(worker, ReservationStatus.Accepted);
        await AnswerAsync(worker, ReservationStatus.Completed);

        (await KindsAsync(task)).ShouldBe(
            [
                FactKind.TaskReservedOnArrival, FactKind.ReservationCreated, FactKind.ReservationAccepted,
                FactKind.ReservationRescinded, FactKind.TaskCompletedWithReservation,
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transferred_task_ends_in_another_queue_than_the_reservation_before(bool isDirect)
    {
        var worker = await CreateWorkerAsync("Alice");
        var other = await _loop.ExecuteAsync(new CreateTaskQueue("Other", "1==1"));
        var task = await _loop.ExecuteAsync(new CreateTask(RoutingTarget: isDirect ? worker.Sid : null));
        await AnswerAsync(worker, ReservationStatus.Accepted);
        await _loop.ExecuteAsync(new StartTransfer(task.Sid, ReservationOf(worker).Sid, other.Sid));
        var next = await CreateWorkerAsync("Bob");
        await AnswerAsync(next, ReservationStatus.Accepted);

        // Who handed over is the last to be done.
        await AnswerAsync(next, ReservationStatus.Completed);
        await AnswerAsync(worker, ReservationStatus.Completed);

        var facts = await FactsAsync(task);

        facts[^2..].Select(fact => (fact.Kind, fact.TaskQueueSid)).ShouldBe(
        [
            (FactKind.ReservationCompleted, isDirect ? default : Queue.Sid), (FactKind.TaskCompleted, other.Sid),
        ]);
    }

    [Fact]
    public void Facts_of_two_tasks_moments_or_places_do_not_join()
    {
        var filled = new Filled();
        var before = filled.Of<Fact>() with { Kind = FactKind.ReservationCompleted };
        var next = before with { Kind = FactKind.TaskCompleted, Sequence = before.Sequence + 1, WorkerSid = null };
        Fact[] others =
        [
            next with { TaskSid = filled.Sid(SidKind.Task) },
            next with { At = next.At.AddMilliseconds(1) },
            next with { WorkflowSid = filled.Sid(SidKind.Workflow) },
            next with { TaskQueueSid = filled.Sid(SidKind.TaskQueue) },
            next with { TaskChannelSid = filled.Sid(SidKind.TaskChannel) },
            next with { Kind = FactKind.TaskDeleted },
        ];

        before.With(next).ShouldBe(before with { Kind = FactKind.TaskCompletedWithReservation });
        others.ShouldAllBe(other => before.With(other) == null);
        (before with { TaskQueueSid = default }).With(next).ShouldBeNull();
        next.With(before).ShouldBeNull();
    }

    [Fact]
    public void Kinds_are_on_disk_by_their_numbers()
    {
        FactKinds.Singles.ShouldBe(Enumerable.Range(0, 17).Select(number => (FactKind)number));
        FactKinds.PartsOf((FactKind)17).ShouldBe([FactKind.TaskCreated, FactKind.WorkflowEntered]);
        FactKinds.PartsOf((FactKind)18).ShouldBe(
            [FactKind.TaskCreated, FactKind.WorkflowEntered, FactKind.TaskQueueEntered]);
        FactKinds.PartsOf((FactKind)19).ShouldBe(
        [
            FactKind.TaskCreated, FactKind.WorkflowEntered, FactKind.TaskQueueEntered, FactKind.ReservationCreated,
        ]);
        FactKinds.PartsOf((FactKind)20).ShouldBe([FactKind.ReservationCompleted, FactKind.TaskCompleted]);
    }

    private Task<Worker> CreateWorkerAsync(string name) => _loop.ExecuteAsync(new CreateWorker(name, Available));

    private Reservation ReservationOf(Worker worker) => _loop.View.Reservations.InOrder.After(null)
        .Last(reservation => reservation.WorkerSid == worker.Sid);

    private Task<Reservation> AnswerAsync(Worker worker, ReservationStatus status) =>
        _loop.ExecuteAsync(new UpdateReservation(ReservationOf(worker).Sid, status));

    private async Task<FactKind[]> KindsAsync(RoutingTask task) =>
        [.. (await FactsAsync(task)).Select(fact => fact.Kind)];

    private async Task<Fact[]> FactsAsync(RoutingTask task)
    {
        await _server.Services.GetRequiredService<CommitLog>().CatchUpAsync(task.WorkspaceSid, Stop);
        await using var db = _server.Services.GetRequiredService<Database>().CreateDbContext();
        return await db.Facts.Where(fact => fact.WorkspaceSid == task.WorkspaceSid && fact.TaskSid == task.Sid)
            .OrderBy(fact => fact.Sequence).ToArrayAsync(Stop);
    }
}
