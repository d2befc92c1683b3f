using Shouldly;
using TaskRouter.Engine.Explanations;
using TaskRouter.Engine.Routing;
using Xunit;

namespace TaskRouter.Engine.Tests.Explanations;

/// <summary>Every reason that a worker may have, and those who have none.</summary>
public sealed class WorkerReasonsTests
{
    private readonly ExplainWorld _world = new();

    [Fact]
    public void Nobody_has_the_skill()
    {
        SupportFor(expression: null);
        _world.Skilled("Alice", "Sales");
        _world.Task("T", "W");

        var explanation = _world.Explain("T");

        explanation.Summary.ShouldBe("NO_MATCHING_WORKER: routing.skills lacks \"Support\" (1 of 1 workers)");
        var alice = WorkersOf(explanation).Shown.ShouldHaveSingleItem();
        alice.Verdict.ShouldBe(WorkerVerdict.NotInQueue);
        alice.Reasons.ShouldBe(
        [
            new Reason(ReasonCode.QueueExpressionFalse)
            {
                Clause = "routing.skills HAS \"Support\"",
                Actual = "[\"Sales\"]",
                Wanted = "\"Support\"",
            },
        ]);
        alice.WouldMatchIf.ShouldBe(["add skill Support"]);
        WorkersOf(explanation).NearMisses.ShouldBe(
            [new NearMiss("routing.skills HAS \"Support\"", "1 worker misses only Support", 1, 1)]);
    }

    [Fact]
    public void A_queue_says_who_serves_it_and_who_nearly_does()
    {
        _world.Queue("Support", "routing.skills HAS \"Support\" AND routing.levels.Support >= 3 AND region == 'north'");
        _world.Worker("Near", """{"routing":{"skills":["Support"],"levels":{"Support":2}},"region":"north"}""");
        _world.Worker(
            "Asleep", """{"routing":{"skills":["Support"],"levels":{"Support":1}},"region":"north"}""", "Break");
        _world.Worker("Disabled", """
            {"routing":{"skills":[],"levels":{"Support":3}},"disabled_skills":{"skills":["Support"]},"region":"north"}
            """);
        _world.Worker("Far", "{}");
        _world.Worker("In", """{"routing":{"skills":["Support"],"levels":{"Support":5}},"region":"north"}""");
        _world.Worker(
            "Away", """{"routing":{"skills":["Support"],"levels":{"Support":5}},"region":"north"}""", "Break");

        var queue = _world.ExplainQueue("Support");

        queue.Count.ShouldBe(6);
        queue.InQueue.ShouldBe(2);
        queue.NearMisses.Select(miss => (miss.Summary, miss.Available)).ShouldBe(
        [
            ("2 workers miss only routing.levels.Support >= 3", 1),
            ("1 worker misses only Support", 1),
        ]);
        queue.Shown.Select(worker => (worker.Worker.FriendlyName, worker.Verdict)).ShouldBe(
        [
            ("In", WorkerVerdict.Free), ("Away", WorkerVerdict.Unavailable), ("Near", WorkerVerdict.NotInQueue),
            ("Asleep", WorkerVerdict.NotInQueue), ("Disabled", WorkerVerdict.NotInQueue),
            ("Far", WorkerVerdict.NotInQueue),
        ]);
        queue.Shown[4].WouldMatchIf.ShouldBe(["enable skill Support"]);
        queue.Shown[5].WouldMatchIf.ShouldBe(["add skill Support", "routing.levels.Support >= 3", "region == 'north'"]);
        queue.Summary.ShouldBe("MATCHING_WORKER: 1 of 6 workers free");
    }

    [Fact]
    public void Who_gets_what_would_match_then_does()
    {
        SupportFor(expression: null);
        _world.Skilled("Alice", "Sales");
        _world.Task("T", "W");

        _world.Apply(new ChangeWorkerSkills(
            _world["Alice"], [new SkillChange(SkillAction.Assign, "Support", Rule: new SkillRule(false, null, null))]));

        Only("T").Verdict.ShouldBe(WorkerVerdict.Offered);
        Only("T").Reasons.ShouldBeEmpty();
        _world.Explain("T").Summary.ShouldBe("OFFERED: to Alice");
    }

    [Fact]
    public void The_step_wants_somebody_else()
    {
        SupportFor("\"expression\":\"task.language IN worker.languages\"");
        _world.Worker("Alice", """{"routing":{"skills":["Support"]},"languages":["en"]}""");
        _world.Task("T", "W", """{"language":"fr"}""");

        Only("T").Verdict.ShouldBe(WorkerVerdict.NotInStep);
        Only("T").Reasons.ShouldBe(
        [
            new Reason(ReasonCode.StepExpressionFalse)
            {
                Clause = "task.language IN worker.languages",
                Actual = "[\"en\"]",
                Wanted = "\"fr\"",
            },
        ]);
        _world.Explain("T").Summary
            .ShouldBe("NO_MATCHING_WORKER: task.language IN worker.languages is false (1 of 1 workers)");
    }

    [Fact]
    public void The_step_is_for_a_known_worker()
    {
        SupportFor("\"known_worker_friendly_name\":\"task.agent\"");
        _world.Skilled("Alice", "Support");
        _world.Task("T", "W", """{"agent":"Bob"}""");

        Only("T").Reasons.ShouldBe(
        [
            new Reason(ReasonCode.StepExpressionFalse)
            {
                Clause = "known_worker_friendly_name == task.agent",
                Wanted = "\"bob\"",
            },
        ]);
        _world.Explain("T").Summary
            .ShouldBe("NO_MATCHING_WORKER: the known worker bob does not match (0 of 1 workers)");
    }

    [Fact]
    public void The_activity_is_not_available()
    {
        SupportFor(expression: null);
        _world.Worker("Alice", """{"routing":{"skills":["Support"]}}""", "Break");
        _world.Wait(5);
        _world.Task("T", "W");

        Only("T").Verdict.ShouldBe(WorkerVerdict.Unavailable);
        Only("T").Reasons.ShouldBe(
            [new Reason(ReasonCode.ActivityUnavailable) { Name = "Break", Since = ExplainWorld.Start }]);
        _world.Explain("T").Summary.ShouldBe("NO_FREE_WORKER: 1 of 1 workers match; 1 not available, 0 busy");
    }

    [Fact]
    public void The_channel_is_not_available()
    {
        SupportFor(expression: null);
        _world.Skilled("Alice", "Support");
        SetChannel("Alice", capacity: null, available: false);
        _world.Task("T", "W");

        Only("T").Verdict.ShouldBe(WorkerVerdict.Unavailable);
        Only("T").Reasons.ShouldBe([new Reason(ReasonCode.ChannelUnavailable) { Name = "default" }]);
    }

    [Fact]
    public void The_capacity_is_full_by_an_offer_and_another_task_would_come_first()
    {
        SupportFor(expression: null);
        _world.Skilled("Alice", "Support");
        _world.Task("Offered", "W");
        _world.Wait(3);
        _world.Task("Urgent", "W", priority: 9);
        _world.Task("T", "W");

        var explanation = _world.Explain("T");

        explanation.WaitingAhead.ShouldBe(1);
        Only("T").Verdict.ShouldBe(WorkerVerdict.Busy);
        Only("T").Reasons.ShouldBe(
        [
            new Reason(ReasonCode.NoCapacity) { Name = "default", ConfiguredCapacity = 1, ActiveTasks = 1 },
            new Reason(ReasonCode.PendingOffer) { TaskSid = _world["Offered"], Since = ExplainWorld.Start },
            new Reason(ReasonCode.TaskAhead) { TaskSid = _world["Urgent"], Priority = 9, Age = 0 },
        ]);
        explanation.Summary.ShouldBe("NO_FREE_WORKER: 1 of 1 workers match; 0 not available, 1 busy");
    }

    [Fact]
    public void An_accepted_task_fills_the_capacity_without_an_offer()
    {
        SupportFor(expression: null);
        _world.Skilled("Alice", "Support");
        _world.Task("First", "W");
        _world.Accept("First");
        _world.Task("T", "W");

        Only("T").Reasons.Select(reason => reason.Code).ShouldBe([ReasonCode.NoCapacity]);
    }

    [Fact]
    public void Without_multitasking_work_on_any_channel_leaves_no_capacity()
    {
        var world = new ExplainWorld(multiTasking: false);
        world.Queue("All", "1==1");
        world.Workflow("W", "", "All");
        world.Worker("Alice", "{}", "Idle");
        world.Apply(new CreateTask(world["W"], TaskChannel: "voice"));
        world.Task("T", "W");

        var alice = WorkersOf(world.Explain("T")).Shown.ShouldHaveSingleItem();
        alice.Verdict.ShouldBe(WorkerVerdict.Busy);
        alice.Reasons.Select(reason => reason.Code).ShouldBe([ReasonCode.NoCapacity, ReasonCode.PendingOffer]);
        alice.Reasons[0].ActiveTasks.ShouldBe(0);
    }

    [Theory]
    [InlineData(null, "idle", new[] { "First", "Second", "Third" })]
    [InlineData("\"order_by\":\"worker.rank DESC\"", "worker.rank DESC", new[] { "Third", "Second", "First" })]
    public void Others_came_first(string? orderBy, string key, string[] order)
    {
        SupportFor(orderBy);
        foreach (var (name, rank) in new[] { ("First", 1), ("Second", 2), ("Third", 3) })
        {
            _world.Worker(name, $$$"""{"routing":{"skills":["Support"]},"rank":{{{rank}}}}""");
            _world.Wait(1);
        }

        _world.Task("T", "W");

        var workers = WorkersOf(_world.Explain("T"));
        workers.Shown.Select(worker => worker.Worker.FriendlyName).ShouldBe(order);
        workers.Shown[0].Verdict.ShouldBe(WorkerVerdict.Offered);
        workers.Shown.Skip(1).SelectMany(worker => worker.Reasons).ShouldBe(
        [
            new Reason(ReasonCode.RankedLower) { Rank = 2, Key = key },
            new Reason(ReasonCode.RankedLower) { Rank = 3, Key = key },
        ]);
    }

    [Fact]
    public void A_task_that_names_its_worker_asks_for_no_other()
    {
        _world.Queue("All", "1==1");
        _world.Workflow("W", "", "All");
        _world.Worker("Alice", "{}", "Break");
        _world.Worker("Bob", "{}");
        var task = _world.Apply(
            new CreateTask(_world["W"], RoutingTarget: _world["Alice"], IgnoreCapacity: false));

        var explanation = new TaskExplainer(new RouterView(_world.All), ExplainWorld.Start, 50).Explain(
            _world.All.Tasks.Written[task.Sid]);

        explanation.Filters.ShouldBeEmpty();
        var alice = WorkersOf(explanation).Shown.ShouldHaveSingleItem();
        alice.Worker.Sid.ShouldBe(_world["Alice"]);
        alice.Reasons.Select(reason => reason.Code).ShouldBe([ReasonCode.ActivityUnavailable]);
    }

    [Fact]
    public void Whoever_hands_a_task_over_is_not_who_may_take_it()
    {
        SupportFor(expression: null);
        _world.Skilled("Alice", "Support");
        _world.Task("T", "W");
        _world.Accept("T");
        _world.Apply(new StartTransfer(_world["T"], _world.OfferOf("T").Sid, _world["Support"]));

        var explanation = _world.Explain("T");

        Only("T").Verdict.ShouldBe(WorkerVerdict.Assigned);
        explanation.Filters.ShouldBeEmpty();
        explanation.Summary
            .ShouldBe("NO_MATCHING_WORKER: nobody but who has the task already (0 of 1 workers)");
        _world.Skilled("Bob", "Support");
        WorkersOf(_world.Explain("T")).Shown.Select(worker => worker.Verdict)
            .ShouldBe([WorkerVerdict.Assigned, WorkerVerdict.Offered]);
    }

    [Fact]
    public void Workers_are_counted_whoever_is_shown()
    {
        SupportFor(expression: null);
        foreach (var number in Enumerable.Range(0, 30))
        {
            _world.Skilled($"Worker {number}", number % 3 == 0 ? "Support" : "Sales");
        }

        _world.Task("T", "W");

        WorkersOf(_world.Explain("T", limit: 5)).Shown.Count.ShouldBe(5);
        var one = WorkersOf(_world.Explain("T", limit: 5, only: "Worker 29"));
        one.Shown.ShouldHaveSingleItem().Worker.FriendlyName.ShouldBe("Worker 29");
        one.Count.ShouldBe(30);
        one.ByVerdict.ShouldBe(
            new Dictionary<WorkerVerdict, int>
            {
                [WorkerVerdict.Offered] = 1,
                [WorkerVerdict.RankedLower] = 9,
                [WorkerVerdict.NotInQueue] = 20,
            },
            ignoreOrder: true);
    }

    private static WorkersExplanation WorkersOf(TaskExplanation explanation) =>
        explanation.Steps.Single(step => step.State == PlaceState.Current).Workers.ShouldNotBeNull();

    private WorkerExplanation Only(string task) => WorkersOf(_world.Explain(task)).Shown.ShouldHaveSingleItem();

    private void SupportFor(string? expression)
    {
        _world.Queue("Support", "routing.skills HAS \"Support\"");
        var rest = expression is null ? "" : "," + expression;
        _world.Workflow("W", $$"""{"expression":"1==1","targets":[{"queue":"<Support>"{{rest}}}]}""");
    }

    private void SetChannel(string worker, int? capacity, bool? available)
    {
        var all = _world.All;
        var standard = all.TaskChannels.Written.Values.Single(channel => channel.UniqueName == "default");
        var channel = all.WorkerChannels.Written.Values.Single(each =>
            each.WorkerSid == _world[worker] && each.TaskChannelSid == standard.Sid);
        _world.Apply(new UpdateWorkerChannel(_world[worker], channel.Sid, capacity, available));
    }
}
