using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;
using Xunit;

namespace TaskRouter.Server.Tests.Hosting;

/// <summary>The counts of tasks, kept up change by change, against the same ones counted anew.</summary>
[Collection(nameof(MeasuredCollection))]
public sealed class LiveCountsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Sid Workspace = new(SidKind.Workspace, 1, 1);
    private static readonly Sid[] Workflows = Sids(SidKind.Workflow, 3);
    private static readonly Sid[] Queues = Sids(SidKind.TaskQueue, 5);
    private static readonly Sid[] Channels = Sids(SidKind.TaskChannel, 2);

    private readonly LiveCounts _counts = new();
    private readonly Dictionary<Sid, RoutingTask> _tasks = [];
    private ulong _made;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Counts_are_those_of_a_recount_however_tasks_come_change_and_go(int seed)
    {
        var random = new Random(seed);
        for (var change = 0; change < 12_000; change++)
        {
            // First more come than go, then more go than come.
            if (_tasks.Count == 0 || random.Next(12_000) > change + 3_000)
            {
                Put(NewTask(random));
            }
            else
            {
                var task = _tasks.Values.ElementAt(random.Next(Math.Min(_tasks.Count, 500)));
                Put(task, random.Next(4) == 0 ? null : Changed(task, random));
            }

            if (change % 500 == 0)
            {
                ExpectRecounted();
            }
        }

        foreach (var task in _tasks.Values.ToArray())
        {
            Put(task, null);
        }

        ExpectRecounted();
    }

    [Fact]
    public void Of_tasks_that_have_gone_nothing_stays()
    {
        // A few wait for ever, among hundreds of thousands that come and go.
        var random = new Random(4);
        var before = 0L;
        for (var round = 0; round < 20; round++)
        {
            for (var number = 0; number < 10_000; number++)
            {
                var task = NewTask(random);
                Put(task);
                if (number % 1_000 != 0)
                {
                    Put(task, null);
                }
            }

            if (round == 0)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(1_000_000);
        ExpectRecounted();
    }

    private void ExpectRecounted()
    {
        foreach (var of in Workflows.Concat(Queues).Append(Workspace))
        {
            foreach (var channel in Channels.Cast<Sid?>().Append(null))
            {
                Expect(_counts.Tasks(of, channel), of, channel);
            }
        }
    }

    private void Expect(LiveTasks counted, Sid of, Sid? channel)
    {
        var tasks = _tasks.Values
            .Where(task => task.WorkspaceSid == of || task.WorkflowSid == of || task.TaskQueueSid == of)
            .Where(task => channel is null || task.TaskChannelSid == channel)
            .ToArray();
        var waiting = tasks
            .Where(task => task.AssignmentStatus is AssignmentStatus.Pending or AssignmentStatus.Reserved)
            .ToArray();
        var inQueue = of.Kind == SidKind.TaskQueue ? waiting : [];
        counted.ByStatus.ShouldBe(Enum.GetValues<AssignmentStatus>()
            .Select(status => tasks.Count(task => task.AssignmentStatus == status)));
        counted.ByPriority.ShouldBe(new SortedDictionary<int, int>(
            tasks.Where(task => !task.IsEnded).CountBy(task => task.Priority).ToDictionary()));
        counted.Longest.ShouldBe(Oldest(waiting.Select(task => (task.CreatedAt, task.Sid))));
        counted.LongestInQueue.ShouldBe(Oldest(inQueue.Select(task => (task.QueueEnteredAt!.Value, task.Sid))));
    }

    private static WaitingSince? Oldest(IEnumerable<(DateTimeOffset Since, Sid Sid)> waiting) =>
        waiting.Order().Select(task => (WaitingSince?)new WaitingSince(task.Since, task.Sid)).FirstOrDefault();

    private void Put(RoutingTask task, RoutingTask? changed = null)
    {
        // As it is published: what was shown before, and what is shown now.
        var old = _tasks.GetValueOrDefault(task.Sid);
        var shown = old is null ? task : changed;
        _counts.Change(old, shown);
        if (shown is null)
        {
            _tasks.Remove(task.Sid);
        }
        else
        {
            _tasks[task.Sid] = shown;
        }
    }

    private RoutingTask NewTask(Random random)
    {
        // Many in one millisecond; and the clock may have been set back.
        var now = Start.AddMilliseconds(((int)_made / 10) - random.Next(3));
        return new RoutingTask
        {
            Sid = new Sid(SidKind.Task, ++_made, (ulong)random.Next()),
            WorkspaceSid = Workspace,
            WorkflowSid = random.Next(5) == 0 ? null : Workflows[random.Next(Workflows.Length)],
            TaskQueueSid = Queues[random.Next(Queues.Length)],
            TaskChannelSid = Channels[random.Next(Channels.Length)],
            Priority = random.Next(3),
            QueueEnteredAt = now,
            VirtualStartAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    private static RoutingTask Changed(RoutingTask task, Random random) => random.Next(3) switch
    {
        0 => task with { AssignmentStatus = (AssignmentStatus)random.Next(6) },
        1 => task with { Priority = random.Next(3) },
        _ => task with
        {
            TaskQueueSid = Queues[random.Next(Queues.Length)],
            QueueEnteredAt = task.QueueEnteredAt!.Value.AddMilliseconds(random.Next(100)),
        },
    };

    private static Sid[] Sids(SidKind kind, int count) =>
        [.. Enumerable.Range(1, count).Select(number => new Sid(kind, 1, (ulong)number))];
}
