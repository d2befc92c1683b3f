using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Bench.History;

/// <summary>
/// The events of a month in order of time: 85 of 100 tasks are accepted and completed, 10 canceled, 5 handed on by a
/// transfer. The workspace is a router's; its tasks are drawn, because routing five million events takes longer.
/// </summary>
internal sealed class Month
{
    private const int EventsPerTask = 10;
    private const string Attributes =
        """{"type":"support","language":"en","customer":"0123456789abcdef","product":"phone","skills":["a","b"]}""";

    private readonly Random _random = new(4711);
    private readonly SidSource _sids;
    private readonly Router _router;
    private readonly PriorityQueue<Func<DateTimeOffset, RoutingEvent?>, (DateTimeOffset At, int Order)> _due = new();
    private readonly List<TaskQueue> _queues = [];
    private readonly List<Workflow> _workflows = [];
    private readonly Worker[] _workers = new Worker[HistoryScale.Workers];
    private readonly int[] _holds = new int[HistoryScale.Workers];
    private readonly Activity[] _activities;
    private readonly TaskChannel[] _channels;
    private readonly Workspace _workspace;
    private long _sequence;
    private int _order;

    public Month(Sid accountSid)
    {
        _sids = new SidSource(_random.NextBytes);
        _router = new Router(_sids, new RouterLimits());
        var start = HistoryScale.Start;
        _workspace = (Workspace)_router.Apply(
            new CreateWorkspace(accountSid, _sids.Next(SidKind.Workspace, start), "Month"), start)!;
        for (var queue = 0; queue < HistoryScale.Queues; queue++)
        {
            _queues.Add(_router.Apply(new CreateTaskQueue($"Queue {queue}", $"queue == {queue}"), start));
        }

        for (var workflow = 0; workflow < HistoryScale.Workflows; workflow++)
        {
            var configuration =
                $$$$"""{"task_routing":{"default_filter":{"queue":"{{{{_queues[workflow].Sid}}}}"}}}""";
            _workflows.Add(_router.Apply(new CreateWorkflow($"Workflow {workflow}", configuration), start));
        }

        for (var worker = 0; worker < _workers.Length; worker++)
        {
            var attributes = $$"""{"queue":{{worker % HistoryScale.Queues}}}""";
            _workers[worker] = _router.Apply(new CreateWorker($"Worker {worker}", null, attributes), start);
        }

        Beginning = _router.TakeChanges();
        _activities = [.. Beginning.Activities.Written.Values];
        _channels = [.. Beginning.TaskChannels.Written.Values];
        _sequence = Beginning.Events[^1].Sequence;
    }

    public Sid WorkspaceSid => _workspace.Sid;

    public Sid QueueSid => _queues[0].Sid;

    public Sid WorkflowSid => _workflows[0].Sid;

    public Sid WorkerSid => _workers[0].Sid;

    /// <summary>The workspace with everything in it before the first task.</summary>
    public Changes Beginning { get; }

    public IEnumerable<RoutingEvent> Events(int count)
    {
        var tasks = count / EventsPerTask;
        var step = (HistoryScale.Now - HistoryScale.Start - TimeSpan.FromHours(1)) / tasks;
        for (var task = 0; task < tasks; task++)
        {
            var at = HistoryScale.Start + (task * step);
            foreach (var happened in Until(at))
            {
                yield return happened;
            }

            StartTask(at);
        }

        foreach (var happened in Until(DateTimeOffset.MaxValue))
        {
            yield return happened;
        }
    }

    /// <summary>What the workers do at last, as their records say it.</summary>
    public Changes End()
    {
        var changes = new Changes();
        foreach (var worker in _workers)
        {
            changes.Workers.Written[worker.Sid] = worker;
        }

        return changes;
    }

    private IEnumerable<RoutingEvent> Until(DateTimeOffset at)
    {
        while (_due.TryPeek(out var tell, out var due) && due.At <= at)
        {
            _due.Dequeue();
            if (tell(due.At) is { } happened)
            {
                yield return happened;
            }
        }
    }

    private void At(DateTimeOffset at, Func<DateTimeOffset, RoutingEvent?> tell) =>
        _due.Enqueue(tell, (new DateTimeOffset(at.Ticks - (at.Ticks % 10_000), TimeSpan.Zero), _order++));

    private void StartTask(DateTimeOffset at)
    {
        var life = new Life(this, at, _random.Next(_queues.Count), _random.Next(_workflows.Count));
        At(at, now => life.OfTask(EventTypes.TaskCreated, now));
        At(at, now => life.OfTask(EventTypes.WorkflowEntered, now));
        At(at, now => life.OfTask(EventTypes.WorkflowTargetMatched, now));
        At(at, now => life.OfTask(EventTypes.TaskQueueEntered, now));
        var waited = at.AddSeconds(-60 * Math.Log(1 - _random.NextDouble()));
        var fate = _random.Next(100);
        if (fate < 10)
        {
            At(waited, now => life.OfTask(EventTypes.TaskCanceled, now));
            return;
        }

        var done = Serve(life, waited);
        if (fate < 15)
        {
            done = Serve(life, done);
        }

        At(done, now => life.OfTask(EventTypes.TaskCompleted, now));
    }

    private DateTimeOffset Serve(Life life, DateTimeOffset at)
    {
        var worker = _random.Next(_workers.Length);
        var done = at.AddSeconds(_random.Next(60, 1_200));
        Reservation? offer = null;
        At(at, now => life.OfOffer(EventTypes.ReservationCreated, now, worker, ref offer));
        At(at.AddSeconds(4), now => life.OfOffer(EventTypes.ReservationAccepted, now, worker, ref offer));
        At(at.AddSeconds(4), now => ChangeActivity(worker, now));
        At(done, now => life.OfOffer(EventTypes.ReservationWrapup, now, worker, ref offer));
        At(done, now => life.OfOffer(EventTypes.ReservationCompleted, now, worker, ref offer));
        return done;
    }

    private RoutingEvent ChangeActivity(int index, DateTimeOffset now)
    {
        var (worker, next) = (_workers[index], _activities[_random.Next(_activities.Length)]);
        var previous = ActivityOf(worker);
        var spent = now - worker.StatusChangedAt;
        _workers[index] = worker with { ActivitySid = next.Sid, StatusChangedAt = now, Version = worker.Version + 1 };
        return New(EventTypes.WorkerActivityUpdate, "worker", worker.Sid, now) with
        {
            Worker = _workers[index],
            WorkerHolds = _holds[index],
            Activity = next,
            PreviousActivity = previous,
            TimeInPreviousActivity = spent,
        };
    }

    private Activity ActivityOf(Worker worker) =>
        Array.Find(_activities, activity => activity.Sid == worker.ActivitySid)!;

    private RoutingEvent New(string type, string resourceType, Sid sid, DateTimeOffset now) => new()
    {
        Sid = _sids.Next(SidKind.Event, now),
        Sequence = ++_sequence,
        Type = type,
        At = now,
        Description = $"{type} of {sid}",
        Workspace = _workspace,
        ResourceType = resourceType,
        ResourceSid = sid,
    };

    /// <summary>One task on its way.</summary>
    private sealed class Life(Month month, DateTimeOffset createdAt, int queue, int workflow)
    {
        private readonly TaskChannel _channel = month._channels[queue % 3];
        private int _accepted;

        private RoutingTask Task { get; } = new()
        {
            Sid = month._sids.Next(SidKind.Task, createdAt),
            WorkspaceSid = month.WorkspaceSid,
            Attributes = Attributes,
            TaskChannelSid = month._channels[queue % 3].Sid,
            TaskQueueSid = month._queues[queue].Sid,
            WorkflowSid = month._workflows[workflow].Sid,
            QueueEnteredAt = createdAt,
            VirtualStartAt = createdAt,
            CreatedAt = createdAt,
            UpdatedAt = createdAt,
        };

        public RoutingEvent OfTask(string type, DateTimeOffset now) => Complete(month.New(type, "task", Task.Sid, now));

        public RoutingEvent OfOffer(string type, DateTimeOffset now, int worker, ref Reservation? offer)
        {
            offer ??= new Reservation
            {
                Sid = month._sids.Next(SidKind.Reservation, now),
                WorkspaceSid = month.WorkspaceSid,
                TaskSid = Task.Sid,
                WorkerSid = month._workers[worker].Sid,
                TaskChannelSid = _channel.Sid,
                TaskQueueSid = Task.TaskQueueSid,
                WorkflowSid = Task.WorkflowSid,
                WorkerPreviousActivitySid = month._activities[0].Sid,
                TimeoutSeconds = 120,
                CreatedAt = now,
                UpdatedAt = now,
            };
            if (type == EventTypes.ReservationAccepted)
            {
                offer = offer with { AcceptedAt = now };
                month._holds[worker]++;
            }
            else if (type == EventTypes.ReservationCompleted)
            {
                month._holds[worker]--;
            }

            return Complete(month.New(type, "reservation", offer.Sid, now)) with
            {
                Reservation = offer,
                IsAcceptedAgain = type == EventTypes.ReservationAccepted && _accepted++ > 0,
                Worker = month._workers[worker],
                WorkerHolds = month._holds[worker],
                Activity = month.ActivityOf(month._workers[worker]),
            };
        }

        private RoutingEvent Complete(RoutingEvent happened) => happened with
        {
            Task = Task,
            Channel = _channel,
            Queue = month._queues[queue],
            Workflow = month._workflows[workflow],
        };
    }
}
