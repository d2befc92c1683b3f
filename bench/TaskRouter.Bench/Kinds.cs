namespace TaskRouter.Bench;

/// <summary>The kinds of commands, as the tables name them.</summary>
internal static class Kinds
{
    public const string CreateAndMatch = "create a task, matched at once";
    public const string CreateAndWait = "create a task, nobody free";
    public const string Accept = "accept";
    public const string Complete = "complete";
    public const string AvailableAndMatched = "worker becomes available, takes a waiting task";
    public const string Reject = "reject, worker leaves, task waits again";
    public const string Attributes = "change a worker's attributes";
    public const string Leave = "one of 1,000 workers leaves";
    public const string Return = "one of 1,000 workers returns, nothing waits";
    public const string Timeout = "reservation times out, next worker reserved";
    public const string Deadline = "an outlived deadline, or the end of a visibility";
    public const string FirstTask = "first task of a queue";
    public const string FirstTaskOfEverybody = "first task of a queue of everybody";
    public const string CreateWorker = "create a worker";

    public const string QueueExpression = "change a queue's expression";
    public const string NewChannel = "new task channel";
    public const string DeleteChannel = "delete a task channel";
    public const string ChannelRouting = "change a channel's idle order";
    public const string RenameActivity = "rename an activity";
    public const string ReEvaluate = "replace a workflow, re-evaluate its tasks";

    /// <summary>What agents and tasks do all day. The first two must be flat in workers and in waiting tasks.</summary>
    public static string[] Everyday { get; } =
    [
        CreateAndMatch, AvailableAndMatched, CreateAndWait, Accept, Complete, Deadline, Reject, Timeout, Leave,
        Return, Attributes, CreateWorker, FirstTask,
    ];

    /// <summary>What has to look at every worker, or at every task of a workflow, by its nature.</summary>
    public static string[] Sweeping { get; } =
        [FirstTaskOfEverybody, QueueExpression, NewChannel, DeleteChannel, ChannelRouting, RenameActivity, ReEvaluate];
}
