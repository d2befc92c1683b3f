using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api;

/// <summary>
/// List filters that evaluate expressions. Each is null when the request does not use it. They read the committed view,
/// where workers' attributes are parsed already and tasks' are not, and never touch routing.
/// https://www.twilio.com/docs/taskrouter/expression-syntax
/// </summary>
internal static class ExpressionFilters
{
    public static readonly TextParameter EvaluateTaskAttributes = new(
        "EvaluateTaskAttributes", "Only with attributes that satisfy this expression", "type == 'support'");

    public static readonly TextParameter TargetWorkersExpression = new(
        "TargetWorkersExpression", "Only those who satisfy this expression", "skills HAS 'support'");

    public static readonly SidParameter TaskQueueSid = new(
        "TaskQueueSid", "Only those who serve this queue", SidKind.TaskQueue);

    public static readonly TextParameter TaskQueueName = new(
        "TaskQueueName", "Only those who serve this queue", "English support");

    public static readonly SidParameter WorkerSid = new(
        "WorkerSid", "Only queues that this worker serves", SidKind.Worker);

    public static readonly TextParameter EvaluateWorkerAttributes = new(
        "EvaluateWorkerAttributes",
        "Only queues that a worker with these attributes, a JSON object, would serve",
        """{"skills":["support"]}""");

    /// <summary>Tasks whose attributes satisfy <c>EvaluateTaskAttributes</c>.</summary>
    public static Func<RoutingTask, bool>? TasksThatMatch(Parameters query) =>
        Parse(query, EvaluateTaskAttributes, ExpressionContext.Task) is { } expression
            ? task => expression.Matches(AttributesOf(task.Attributes), worker: null)
            : null;

    /// <summary>Workers that satisfy <c>TargetWorkersExpression</c> and the expression of the queue named.</summary>
    public static Func<Worker, bool>? WorkersThatMatch(CommittedView view, Parameters query)
    {
        var own = Parse(query, TargetWorkersExpression, ExpressionContext.Worker);
        var namesQueue = TryFindQueue(view, query, out var queue);
        if (own is null && !namesQueue)
        {
            return null;
        }

        var ofQueue = queue is null ? null : TargetOf(queue);
        if (namesQueue && ofQueue is null)
        {
            return _ => false;
        }

        // Most expressions read attributes alone, and making the rest for each of many workers costs more than they do.
        var asksForMore = UsesMoreThanAttributes(own) || UsesMoreThanAttributes(ofQueue);
        return worker =>
        {
            var document = asksForMore ? DocumentOf(worker, view) : NamelessWorker(view.AttributesOf(worker));
            return (own?.Matches(task: null, document) ?? true) && (ofQueue?.Matches(task: null, document) ?? true);
        };
    }

    /// <summary>
    /// Queues that would take the worker <c>WorkerSid</c>, or one with <c>EvaluateWorkerAttributes</c>.
    /// </summary>
    public static Func<TaskQueue, bool>? QueuesThatServe(CommittedView view, Parameters query)
    {
        var workerSid = query.Value(WorkerSid);
        var attributes = query.Text(EvaluateWorkerAttributes);
        if (workerSid is null && attributes is null)
        {
            return null;
        }

        var documents = new List<WorkerDocument>();
        if (workerSid is { } sid)
        {
            if (view.Workers.Find(sid) is not { } worker)
            {
                return _ => false;
            }

            documents.Add(DocumentOf(worker, view));
        }

        if (attributes is not null)
        {
            documents.Add(NamelessWorker(AttributeDocument.TryParse(attributes, out var document, out var error)
                ? document
                : throw EvaluateWorkerAttributes.Refuse(error)));
        }

        return queue => TargetOf(queue) is { } target
            && documents.TrueForAll(document => target.Matches(null, document));
    }

    private static bool TryFindQueue(CommittedView view, Parameters query, out TaskQueue? queue)
    {
        var sid = query.Value(TaskQueueSid);
        var name = query.NameKey(TaskQueueName);
        queue = sid is { } given ? view.TaskQueues.Find(given)
            : name is not null ? view.TaskQueues.InOrder.After(null).FirstOrDefault(row => row.NameKey == name)
            : null;
        if (name is not null && queue?.NameKey != name)
        {
            queue = null;
        }

        return sid is not null || name is not null;
    }

    private static bool UsesMoreThanAttributes(Expression? expression) => expression
        is { UsesWorkerIdentity: true } or { UsesWorkerActivity: true } or { UsesWorkerChannels: true };

    private static WorkerDocument NamelessWorker(AttributeDocument attributes) => new()
    {
        Sid = "",
        FriendlyName = "",
        ActivitySid = "",
        ActivityName = "",
        Attributes = attributes,
    };

    private static WorkerDocument DocumentOf(Worker worker, CommittedView view) => new()
    {
        Sid = worker.Sid.ToString(),
        FriendlyName = worker.FriendlyName,
        ActivitySid = worker.ActivitySid.ToString(),
        ActivityName = view.Activities.Find(worker.ActivitySid)?.FriendlyName ?? "",
        Attributes = view.AttributesOf(worker),
        ReadChannels = () => [.. view.ChannelsOf(worker.Sid).After(null).Select(channel => FieldsOf(channel, view))],
    };

    private static ChannelFields FieldsOf(WorkerChannel channel, CommittedView view) => new()
    {
        UniqueName = view.TaskChannels.Find(channel.TaskChannelSid)?.UniqueName ?? "",
        ConfiguredCapacity = channel.ConfiguredCapacity,
        ActiveTasks = channel.ActiveTasks,
        AcceptedTasks = view.ReservationsOfWorker(channel.WorkerSid).After(null).Count(reservation =>
            reservation.TaskChannelSid == channel.TaskChannelSid
            && reservation.Status == ReservationStatus.Accepted),
    };

    // What has been stored has been parsed before; it cannot fail now.
    private static AttributeDocument AttributesOf(string text) =>
        AttributeDocument.TryParse(text, out var document, out _) ? document : AttributeDocument.Empty;

    /// <summary>Null for the empty expression, which matches nobody.</summary>
    private static Expression? TargetOf(TaskQueue queue) =>
        Expression.TryParse(queue.TargetWorkers, ExpressionContext.Worker, out var expression, out _)
            ? expression
            : null;

    private static Expression? Parse(Parameters query, TextParameter parameter, ExpressionContext context)
    {
        if (query.Text(parameter) is not { } text)
        {
            return null;
        }

        return Expression.TryParse(text, context, out var expression, out var error)
            ? expression
            : throw parameter.Refuse(error);
    }
}
