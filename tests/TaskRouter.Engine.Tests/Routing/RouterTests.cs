using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using Xunit;

namespace TaskRouter.Engine.Tests.Routing;

public sealed class RouterTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly Router _router = NewRouter();
    private readonly Sid _account = new(SidKind.Account, 1, 1);
    private readonly List<RoutingEvent> _events = [];

    private readonly Workspace _workspace;
    private readonly Workflow _workflow;
    private readonly Worker _alice;

    public RouterTests()
    {
        var sid = new Sid(SidKind.Workspace, 1, 2);
        _workspace = Apply(new CreateWorkspace(_account, sid, "Support", Template: WorkspaceTemplate.Fifo), 0);
        _workflow = _router.Everything().Workflows.Written.Values.Single();
        var available = _router.Everything().Activities.Written.Values.Single(activity => activity.Available);
        _alice = Apply(new CreateWorker("Alice", available.Sid, """{"skills":["english"]}"""), 0);
        _events.Clear();
    }

    [Fact]
    public void A_task_finds_its_worker_is_accepted_and_completed()
    {
        var created = Apply(new CreateTask(_workflow.Sid, """{"type":"support"}"""), 1);
        created.AssignmentStatus.ShouldBe(AssignmentStatus.Pending);
        created.Version.ShouldBe(0);
        Task(created.Sid).AssignmentStatus.ShouldBe(AssignmentStatus.Reserved);

        var reservation = Reservations(created.Sid).ShouldHaveSingleItem();
        reservation.WorkerSid.ShouldBe(_alice.Sid);
        Apply(new UpdateReservation(reservation.Sid, ReservationStatus.Accepted), 2);
        Task(created.Sid).AssignmentStatus.ShouldBe(AssignmentStatus.Assigned);
        Apply(new UpdateTask(created.Sid, AssignmentStatus: AssignmentStatus.Completed, Reason: "done"), 3);

        Task(created.Sid).ShouldSatisfyAllConditions(
            task => task.AssignmentStatus.ShouldBe(AssignmentStatus.Completed),
            task => task.Reason.ShouldBe("done"),
            task => task.AgeAt(Start.AddSeconds(50)).ShouldBe(2));
        _events.Select(each => each.Type).ShouldBe(
        [
            "task.created", "workflow.entered", "workflow.target-matched", "task-queue.entered", "reservation.created",
            "reservation.accepted", "reservation.completed", "task.completed",
        ]);
        _events.Select(each => each.Sequence - _events[0].Sequence).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
    }

    [Fact]
    public void An_offer_that_nobody_answers_moves_the_worker_to_the_timeout_activity()
    {
        var task = Apply(new CreateTask(_workflow.Sid), 1);
        Fire(120);
        Task(task.Sid).AssignmentStatus.ShouldBe(AssignmentStatus.Reserved);
        Fire(121);

        Task(task.Sid).AssignmentStatus.ShouldBe(AssignmentStatus.Pending);
        _router.Everything().Workers.Written[_alice.Sid].ActivitySid.ShouldBe(_workspace.TimeoutActivitySid);
        _events.Select(each => each.Type).TakeLast(2).ShouldBe(["reservation.timeout", "worker.activity.update"]);
    }

    [Fact]
    public void An_ended_task_is_visible_for_five_minutes()
    {
        var task = Apply(new CreateTask(_workflow.Sid), 1);
        Apply(new UpdateTask(task.Sid, AssignmentStatus: AssignmentStatus.Canceled), 2);
        Fire(301);
        Task(task.Sid).AssignmentStatus.ShouldBe(AssignmentStatus.Canceled);
        Fire(302);
        _router.Everything().Tasks.Written.ShouldBeEmpty();
    }

    [Fact]
    public void A_task_that_no_filter_matches_is_refused_and_leaves_nothing()
    {
        var queue = _router.Everything().TaskQueues.Written.Values.Single();
        var workflow = Apply(
            new CreateWorkflow("Strict", $$$$"""
                {"task_routing":{"filters":[{"expression":"type == 'a'","targets":[{"queue":"{{{{queue.Sid}}}}"}]}]}}
                """),
            1);
        _events.Clear();

        Should.Throw<Refusal>(() => Apply(new CreateTask(workflow.Sid, """{"type":"b"}"""), 2)).Code.ShouldBe(20001);
        _router.Everything().Tasks.Written.ShouldBeEmpty();
        _events.ShouldBeEmpty();
        _router.TakeChanges().IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_stale_version_is_refused_with_412()
    {
        var updated = Apply(new UpdateWorker(_alice.Sid, Attributes: """{"a":1}""", IfVersion: _alice.Version), 1);
        updated.Version.ShouldBe(_alice.Version + 1);
        Should.Throw<Refusal>(() => Apply(new DeleteWorker(_alice.Sid, _alice.Version), 2)).Status.ShouldBe(412);
    }

    [Fact]
    public void A_SID_in_TaskChannel_is_that_channel_whatever_others_are_called()
    {
        var voice = _router.Everything().TaskChannels.Written.Values.Single(channel => channel.UniqueName == "voice");
        Apply(new CreateTaskChannel("Echo", voice.Sid.ToString(), ChannelOptimizedRouting: false), 1);

        Apply(new CreateTask(_workflow.Sid, TaskChannel: voice.Sid.ToString()), 2).TaskChannelSid.ShouldBe(voice.Sid);
    }

    [Fact]
    public void Workers_are_in_order_however_many_orders_there_have_been()
    {
        var queue = _router.Everything().TaskQueues.Written.Values.Single();
        var bob = Apply(new CreateWorker("Bob", _alice.ActivitySid, """{"skills":["english"],"level":2}"""), 1);
        for (var number = 0; number < 200; number++)
        {
            var direction = number % 3 == 0 ? "ASC" : "DESC";
            var order = $"worker.level {direction}, worker.a{number} ASC";
            var configuration = $$$$"""
                {"task_routing":{"filters":[{"expression":"1==1","targets":
                    [{"queue":"{{{{queue.Sid}}}}","order_by":"{{{{order}}}}"}]}]}}
                """;
            Apply(new UpdateWorkflow(_workflow.Sid, Configuration: configuration), 2 + number);
            Apply(new UpdateWorker(_alice.Sid, Attributes: $$"""{"level":1,"n":{{number}}}"""), 2 + number);
            var task = Apply(new CreateTask(_workflow.Sid), 2 + number);

            var reservation = Reservations(task.Sid).ShouldHaveSingleItem();
            reservation.WorkerSid.ShouldBe(direction == "ASC" ? _alice.Sid : bob.Sid, order);
            Apply(new DeleteTask(task.Sid), 2 + number);
        }
    }

    [Theory]
    [InlineData(WorkspaceTemplate.None, true)]
    [InlineData(WorkspaceTemplate.None, false)]
    [InlineData(WorkspaceTemplate.Fifo, true)]
    [InlineData(WorkspaceTemplate.Fifo, false)]
    [InlineData(WorkspaceTemplate.Flex, true)]
    public void The_least_limits_have_room_for_a_new_workspace(WorkspaceTemplate template, bool multiTask)
    {
        var limits = new RouterLimits
        {
            ActivitiesMax = RouterLimits.ActivitiesLeast,
            FriendlyNameMax = RouterLimits.FriendlyNameLeast,
            LongNameMax = RouterLimits.LongNameLeast,
            ConfigurationBytesMax = RouterLimits.ConfigurationBytesLeast,
            TaskQueuesMax = 1,
            WorkersMax = 1,
            AttributesMax = 1,
            TextMax = 1,
            UrlMax = 1,
            WorkerCapacityMax = 1,
            MaxReservedWorkersMax = 1,
            TaskTimeoutSecondsMax = 1,
            ReservationTimeoutSecondsMax = 1,
        };
        var router = NewRouter(limits);
        var sid = new Sid(SidKind.Workspace, 1, 3);
        var command = new CreateWorkspace(_account, sid, "Least", MultiTaskEnabled: multiTask, Template: template);

        router.Apply(command, Start).FriendlyName.ShouldBe("Least");
        router.Violations().ShouldBeEmpty();
    }

    [Fact]
    public void A_reason_and_an_events_filter_have_a_limit()
    {
        var task = Apply(new CreateTask(_workflow.Sid), 1);
        var tooLong = new string('x', new RouterLimits().TextMax + 1);

        Should.Throw<Refusal>(() => Apply(
                new UpdateTask(task.Sid, AssignmentStatus: AssignmentStatus.Canceled, Reason: tooLong), 2))
            .Message.ShouldBe("Invalid Reason: longer than 4096 characters");
        Should.Throw<Refusal>(() => Apply(new UpdateWorkspace(EventsFilter: tooLong), 3))
            .Message.ShouldBe("Invalid EventsFilter: longer than 4096 characters");
        Task(task.Sid).AssignmentStatus.ShouldBe(AssignmentStatus.Reserved);
    }

    private static Router NewRouter(RouterLimits? limits = null)
    {
        var random = new Random(1);
        return new Router(new SidSource(random.NextBytes), limits ?? new RouterLimits());
    }

    private TResult Apply<TResult>(Command<TResult> command, int second) => (TResult)Apply((Command)command, second)!;

    private object? Apply(Command command, int second)
    {
        var result = _router.Apply(command, Start.AddSeconds(second));
        Collect();
        return result;
    }

    private void Fire(int second)
    {
        _router.FireDeadlines(Start.AddSeconds(second), int.MaxValue);
        Collect();
    }

    private void Collect()
    {
        _events.AddRange(_router.TakeChanges().Events);
        _router.Violations().ShouldBeEmpty();
    }

    private RoutingTask Task(Sid sid) => _router.Everything().Tasks.Written[sid];

    private IEnumerable<Reservation> Reservations(Sid task) =>
        _router.Everything().Reservations.Written.Values.Where(each => each.TaskSid == task);
}
