using TaskRouter.Engine.Expressions;

namespace TaskRouter.Engine.Tests.Expressions;

/// <summary>Shorthand for documents and expressions that are known to be good.</summary>
internal static class Samples
{
    public const string WorkerSid = "WK00000000000000000000000000000001";
    public const string ActivitySid = "WA00000000000000000000000000000001";

    public static AttributeDocument Document(string text) =>
        AttributeDocument.TryParse(text, out var document, out var error)
            ? document
            : throw new InvalidDataException(error);

    /// <summary>The worker W of the case file.</summary>
    public static WorkerDocument Alice(AttributeDocument attributes) => new()
    {
        Sid = WorkerSid,
        FriendlyName = "alice",
        ActivitySid = ActivitySid,
        ActivityName = "Available",
        Attributes = attributes,
        Channels =
        [
            new ChannelFields { UniqueName = "chat" },
            new ChannelFields { UniqueName = "voice", ConfiguredCapacity = 3, AcceptedTasks = 1, ActiveTasks = 2 },
            new ChannelFields { UniqueName = "sms", ConfiguredCapacity = 1, AcceptedTasks = 2, ActiveTasks = 2 },
        ],
    };

    public static WorkerDocument Worker(string attributes) => Alice(Document(attributes));

    public static Expression Expression(string text, ExpressionContext context = ExpressionContext.Worker) =>
        Engine.Expressions.Expression.TryParse(text, context, out var expression, out var error)
            ? expression
            : throw new InvalidDataException(error);
}

/// <summary>A queue with 2 available and 3 unavailable workers, 2 of them in one activity.</summary>
internal sealed class Counts : IWorkerCounts
{
    public int CountAvailable(bool available) => available ? 2 : 3;

    public int CountIn(string activitySid) => activitySid == Samples.ActivitySid ? 2 : 0;
}
