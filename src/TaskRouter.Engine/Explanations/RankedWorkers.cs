using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Explanations;

/// <summary>Somebody who is free, with what orders workers.</summary>
internal readonly record struct RankedWorker(Worker Worker, WorkerDocument Document, DateTimeOffset IdleSince);

/// <summary>
/// The order of matching, over records. https://www.twilio.com/docs/taskrouter/order-workers
/// </summary>
internal sealed class RankedWorkers(OrderBy? orderBy) : IComparer<RankedWorker>
{
    public int Compare(RankedWorker x, RankedWorker y)
    {
        var wished = orderBy?.Compare(x.Document, y.Document) ?? 0;
        if (wished != 0)
        {
            return wished;
        }

        var idle = x.IdleSince.CompareTo(y.IdleSince);
        return idle != 0 ? idle : x.Worker.Sid.CompareTo(y.Worker.Sid);
    }
}
