using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

// Workspaces, activities, channels, queues and workers.
internal sealed partial class WorldGenerator
{
    private static readonly string[] TargetWorkers =
    [
        "", "1==1", "1==1", "1==1", "skills HAS 'a'", "skills HAS 'b'", "level >= 2", "level > 1 AND lang == 'en'",
        "lang IN ['en', 'de']", "NOT (skills HAS 'b')", "activity_name == 'Available' OR activity_name == 'Idle'",
        "worker.activity_name != 'activity 1'", "channel.default.assigned_tasks < 1",
        "worker.channel.chat.available_capacity_percentage >= 50", "worker.channel.voice.configured_capacity > 1",
        "friendly_name == 'worker 1' OR friendly_name == 'worker 2'", "vip == true", "1==0", "level >",
    ];

    private static readonly string[] ChannelNames = ["default", "voice", "chat", "sms", "channel 0", "channel 1"];

    private Func<Names, Command> CreateWorkspace()
    {
        var template = Chance(50) ? WorkspaceTemplate.Fifo : WorkspaceTemplate.None;
        var order = One(QueueOrder.Fifo, QueueOrder.Lifo);
        return _ => new CreateWorkspace(
            _account,
            WorkspaceSid,
            "Simulated",
            MultiTaskEnabled: _multiTasks,
            Template: template,
            PrioritizeQueueOrder: order);
    }

    private Func<Names, Command> UpdateWorkspace()
    {
        var (name, order) = (Maybe(30, () => Name("workspace", 3)), Maybe(40, OneOrder));
        var (byDefault, timeout) = (Maybe(20, OneActivity), Maybe(20, OneActivity));

        // There is no way back from multitasking, so most worlds stay as they began.
        var multiTasks = Maybe(8, () => Chance(60));
        var url = Maybe(10, () => One("", "https://example.com/events", "ftp://nowhere"));
        return names => new UpdateWorkspace(name, names[byDefault], names[timeout], url, null, multiTasks, order);
    }

    private Sid OneActivity() => OneOf(_rows.Activities, SidKind.Activity);

    private QueueOrder OneOrder() => One(QueueOrder.Fifo, QueueOrder.Lifo);

    private Sid OneQueue() => OneOf(_rows.TaskQueues, SidKind.TaskQueue);

    private Func<Names, Command> CreateActivity()
    {
        var (name, available) = (Name("activity", 3), Chance(50));
        return _ => new CreateActivity(name, available);
    }

    private Func<Names, Command> UpdateActivity()
    {
        var (sid, name) = (OneActivity(), Maybe(90, () => Name("activity", 3)));
        return names => new UpdateActivity(names[sid], name);
    }

    private Func<Names, Command> DeleteActivity()
    {
        var sid = OneActivity();
        return names => new DeleteActivity(names[sid]);
    }

    private Func<Names, Command> CreateTaskChannel()
    {
        var (name, optimized) = (Name("channel", 2), Chance(50));
        return _ => new CreateTaskChannel(name, name, optimized);
    }

    private Func<Names, Command> UpdateTaskChannel()
    {
        var sid = OneOf(_rows.TaskChannels, SidKind.TaskChannel);
        var (name, optimized) = (Maybe(20, () => Name("channel", 2)), Maybe(80, () => Chance(50)));
        return names => new UpdateTaskChannel(names[sid], name, optimized);
    }

    private Func<Names, Command> DeleteTaskChannel()
    {
        var sid = OneOf(_rows.TaskChannels, SidKind.TaskChannel);
        return names => new DeleteTaskChannel(names[sid]);
    }

    private Func<Names, Command> CreateTaskQueue()
    {
        var (name, workers) = (Name("queue", 12), Maybe(85, () => One(TargetWorkers)));
        var (max, order) = (Maybe(50, () => _random.Next(0, 5)), Maybe(50, OneOrder));
        var (reservation, assignment) = (Maybe(40, OneActivity), Maybe(40, OneActivity));
        return names => new CreateTaskQueue(name, workers, max, order, names[reservation], names[assignment]);
    }

    private Func<Names, Command> UpdateTaskQueue()
    {
        var (sid, name) = (OneQueue(), Maybe(20, () => Name("queue", 12)));
        var workers = Maybe(50, () => One(TargetWorkers));
        var (max, order) = (Maybe(30, () => _random.Next(1, 5)), Maybe(30, OneOrder));
        var (reservation, assignment) = (Maybe(20, ActivityOrNone), Maybe(20, ActivityOrNone));
        return names => new UpdateTaskQueue(
            names[sid], name, workers, max, order, names[reservation], names[assignment]);
    }

    private Sid ActivityOrNone() => Chance(30) ? default : OneActivity();

    private Func<Names, Command> DeleteTaskQueue()
    {
        var sid = OneQueue();
        return names => new DeleteTaskQueue(names[sid]);
    }

    private Func<Names, Command> CreateWorker()
    {
        // Most start where they can work, else nothing would ever happen.
        var activity = Chance(80) ? ActivityThatIs(available: true) : Maybe(50, OneActivity);
        var (name, attributes) = (Name("worker", _workersMax + 2), Maybe(90, WorkerAttributes));
        return names => new CreateWorker(name, names[activity], attributes);
    }

    private Sid? ActivityThatIs(bool available)
    {
        Activity[] activities = [.. _rows.Activities.Values.Where(activity => activity.Available == available)];
        return activities.Length == 0 ? null : One(activities).Sid;
    }

    private Func<Names, Command> UpdateWorker()
    {
        var sid = OneOf(_rows.Workers, SidKind.Worker);
        var rejects = Chance(12);
        var activity = Chance(55) ? ActivityThatIs(available: !rejects) : Maybe(40, OneActivity);
        var (name, attributes) = (Maybe(6, () => Name("worker", _workersMax + 2)), Maybe(25, WorkerAttributes));
        var seen = SeenVersion(_rows.Workers.GetValueOrDefault(sid)?.Version);
        return names => new UpdateWorker(names[sid], name, names[activity], attributes, rejects, seen);
    }

    private Func<Names, Command> PatchWorker()
    {
        var (sid, patch) = (OneOf(_rows.Workers, SidKind.Worker), WorkerAttributes());
        var seen = SeenVersion(_rows.Workers.GetValueOrDefault(sid)?.Version);
        return names => new PatchWorkerAttributes(names[sid], patch, seen);
    }

    private Func<Names, Command> DeleteWorker()
    {
        // Rather one that somebody waits for.
        Sid[] targets = [.. _rows.Tasks.Values.Where(task => task.TargetDueAt is not null).Select(TargetOf)];
        var sid = targets.Length > 0 && Chance(60) ? One(targets) : OneOf(_rows.Workers, SidKind.Worker);
        var seen = SeenVersion(_rows.Workers.GetValueOrDefault(sid)?.Version);
        return names => new DeleteWorker(names[sid], seen);
    }

    private static Sid TargetOf(RoutingTask task) => Sid.TryParse(task.RoutingTarget, out var sid) ? sid : default;

    private Func<Names, Command> UpdateWorkerChannel()
    {
        var (worker, channel) = (OneOf(_rows.Workers, SidKind.Worker), OneOf(_rows.TaskChannels, SidKind.TaskChannel));
        var capacity = Maybe(70, () => _random.Next(-1, 4));
        var available = Maybe(50, () => Chance(70));
        return names => new UpdateWorkerChannel(
            names[worker], names.WorkerChannel(worker, channel), capacity, available);
    }

    private string WorkerAttributes()
    {
        if (Chance(3))
        {
            return One("", "[]", "{\"level\":", "{\"level\":null}");
        }

        var parts = new List<string>();
        AddPart(parts, 70, () => $"\"skills\":[{One("", "\"a\"", "\"b\"", "\"a\",\"b\"", "\"b\",\"c\"")}]");
        AddPart(parts, 70, () => $"\"level\":{One("1", "2", "3", "\"2\"", "2.5")}");
        AddPart(parts, 50, () => $"\"cost\":{_random.Next(3)}");
        AddPart(parts, 60, () => $"\"lang\":\"{One("en", "de", "fr")}\"");
        AddPart(parts, 30, () => $"\"vip\":{One("true", "false")}");
        return $"{{{string.Join(',', parts)}}}";
    }

    private void AddPart(List<string> parts, int percent, Func<string> draw)
    {
        if (Chance(percent))
        {
            parts.Add(draw());
        }
    }
}
