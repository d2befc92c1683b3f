using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// Routing goes on, but not as a workflow's author will have meant it. https://www.twilio.com/docs/api/errors
/// </summary>
public sealed record RoutingWarning(int Code, Sid TaskSid, string Text)
{
    public const int KnownWorkerNotInQueueCode = 40152;
    public const int UnknownWorkerCode = 40154;
}
