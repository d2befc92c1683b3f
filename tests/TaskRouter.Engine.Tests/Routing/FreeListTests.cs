using Shouldly;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using Xunit;

namespace TaskRouter.Engine.Tests.Routing;

public sealed class FreeListTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly TaskChannelState _channel = new(new TaskChannel
    {
        Sid = new Sid(SidKind.TaskChannel, 1, 1),
        WorkspaceSid = new Sid(SidKind.Workspace, 1, 1),
        FriendlyName = "Default",
        UniqueName = "default",
        CreatedAt = Start,
        UpdatedAt = Start,
    });

    private readonly ActivityState _activity = new(new Activity
    {
        Sid = new Sid(SidKind.Activity, 1, 1),
        WorkspaceSid = new Sid(SidKind.Workspace, 1, 1),
        FriendlyName = "Available",
        Available = true,
        CreatedAt = Start,
        UpdatedAt = Start,
    });

    [Theory]
    [InlineData(10)]
    [InlineData(FreeList.RunMax)]
    [InlineData(20 * FreeList.RunMax)]
    public void Workers_stay_in_order_however_they_come_and_go(int size)
    {
        var random = new Random(size);
        var workers = Enumerable.Range(0, size).Select(number => Free(number, random.Next(size / 2))).ToArray();
        var list = new FreeList(WorkerOrder.Idle);
        var expected = new SortedSet<FreeWorker>(WorkerOrder.Idle);
        for (var change = 0; change < 20 * size; change++)
        {
            // First more come than go, then more go than come, until the last has gone.
            var worker = workers[random.Next(size)];
            if (random.Next(20 * size) > change)
            {
                list.Add(worker);
                expected.Add(worker);
            }
            else
            {
                list.Remove(worker);
                expected.Remove(worker);
            }

            if (change % size == 0)
            {
                list.ShouldBe(expected);
            }
        }

        foreach (var worker in workers)
        {
            list.Remove(worker);
        }

        list.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Workers_may_come_at_either_end(bool atTheEnd)
    {
        var workers = Enumerable.Range(0, 5 * FreeList.RunMax).Select(number => Free(number, number)).ToList();
        var list = new FreeList(WorkerOrder.Idle);
        foreach (var worker in atTheEnd ? workers : workers.AsEnumerable().Reverse())
        {
            list.Add(worker);
        }

        list.ShouldBe(workers);
        new FreeList(workers.AsEnumerable().Reverse(), WorkerOrder.Idle).ShouldBe(workers);
    }

    private FreeWorker Free(int number, int idleSecond)
    {
        var sid = new Sid(SidKind.Worker, 1, (ulong)number);
        var at = Start.AddSeconds(idleSecond);
        var record = new Worker
        {
            Sid = sid,
            WorkspaceSid = _activity.Record.WorkspaceSid,
            FriendlyName = $"worker{number}",
            ActivitySid = _activity.Record.Sid,
            StatusChangedAt = at,
            CreatedAt = at,
            UpdatedAt = at,
        };
        var document = new WorkerDocument
        {
            Sid = sid.ToString(),
            FriendlyName = record.FriendlyName,
            ActivitySid = _activity.Record.Sid.ToString(),
            ActivityName = _activity.Record.FriendlyName,
        };
        var worker = new WorkerState(record, document, _activity) { LastReservedAt = at };
        var channel = new WorkerChannel
        {
            Sid = new Sid(SidKind.WorkerChannel, 1, (ulong)number),
            WorkspaceSid = record.WorkspaceSid,
            WorkerSid = sid,
            TaskChannelSid = _channel.Record.Sid,
            LastReservedAt = at,
            CreatedAt = at,
            UpdatedAt = at,
        };
        var fields = new ChannelFields { UniqueName = _channel.Record.UniqueName };
        return FreeWorker.Of(new WorkerChannelState(worker, _channel, channel, fields));
    }
}
