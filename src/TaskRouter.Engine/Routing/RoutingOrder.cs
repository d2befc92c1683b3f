using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>Which worker first: the step's wish, then the longest idle, then the oldest worker.
/// https://www.twilio.com/docs/taskrouter/order-workers</summary>
internal sealed class WorkerOrder(OrderBy? orderBy) : IComparer<FreeWorker>, IComparer<WorkerChannelState>
{
    public static WorkerOrder Idle { get; } = new(null);

    public int Compare(FreeWorker x, FreeWorker y)
    {
        if (ReferenceEquals(x.Channel, y.Channel))
        {
            return 0;
        }

        var wished = orderBy?.Compare(x.Channel.Worker.Document, y.Channel.Worker.Document) ?? 0;
        if (wished != 0)
        {
            return wished;
        }

        var idle = x.IdleTicks.CompareTo(y.IdleTicks);
        return idle != 0 ? idle : x.Channel.Worker.Record.Sid.CompareTo(y.Channel.Worker.Record.Sid);
    }

    public int Compare(WorkerChannelState? x, WorkerChannelState? y) => Compare(FreeWorker.Of(x!), FreeWorker.Of(y!));
}

/// <summary>
/// A worker free on a channel, with the moment that orders it beside it: lists are long and lie scattered in memory,
/// and to look the moment up at every comparison costs more than all the rest of matching.
/// </summary>
internal readonly record struct FreeWorker(WorkerChannelState Channel, long IdleTicks)
{
    public static FreeWorker Of(WorkerChannelState channel) => new(channel, channel.IdleSince.UtcTicks);
}

/// <summary>
/// Which task first within queues of one kind. LIFO queues ignore priority.
/// https://www.twilio.com/docs/taskrouter/queue-ordering-last-first-out-lifo
/// </summary>
internal sealed class TaskOrder(QueueOrder order) : IComparer<TaskState>
{
    private static readonly TaskOrder Fifo = new(QueueOrder.Fifo);
    private static readonly TaskOrder Lifo = new(QueueOrder.Lifo);

    public static TaskOrder Of(QueueOrder order) => order == QueueOrder.Lifo ? Lifo : Fifo;

    public int Compare(TaskState? x, TaskState? y) => Compare(x!.Record, y!.Record);

    public int Compare(RoutingTask left, RoutingTask right)
    {
        if (order == QueueOrder.Lifo)
        {
            var newest = right.VirtualStartAt.CompareTo(left.VirtualStartAt);
            return newest != 0 ? newest : right.Sid.CompareTo(left.Sid);
        }

        var urgent = right.Priority.CompareTo(left.Priority);
        if (urgent != 0)
        {
            return urgent;
        }

        var oldest = left.VirtualStartAt.CompareTo(right.VirtualStartAt);
        return oldest != 0 ? oldest : left.Sid.CompareTo(right.Sid);
    }
}

/// <summary>
/// Which line's head first, over the whole workspace: the preferred kind of queue, then that kind's order.
/// </summary>
internal sealed class LineOrder(QueueOrder preferred) : IComparer<WaitingLine>
{
    public int Compare(WaitingLine? x, WaitingLine? y)
    {
        var (left, right) = (x!, y!);
        if (left.Order != right.Order)
        {
            return left.Order == preferred ? -1 : 1;
        }

        return TaskOrder.Of(left.Order).Compare(left.Head, right.Head);
    }
}
