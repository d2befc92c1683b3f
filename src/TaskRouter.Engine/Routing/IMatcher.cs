using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

/// <summary>
/// Finds what to pair next. Two of them exist: the one that looks only at what a command touched, and the one in the
/// tests that tries everything. Both must make the same choices.
/// </summary>
internal interface IMatcher
{
    /// <summary>Something about the worker has changed, so that it might take another task.</summary>
    void Touch(WorkerState worker);

    /// <summary>Tasks have come to a line that was empty.</summary>
    void Touch(WaitingLine line);

    /// <summary>The worker is gone.</summary>
    void Forget(WorkerState worker);

    /// <summary>
    /// The first task in routing order that somebody can take, and to whom it is offered, best first; null when nothing
    /// can be paired. The list is valid until the next call.
    /// </summary>
    Pairing? Next(QueueOrder preferred);

    /// <summary>Whether everything touched has been looked at.</summary>
    bool IsSettled { get; }
}

/// <summary>A task and the workers it is to be offered to.</summary>
internal readonly record struct Pairing(TaskState Task, List<WorkerChannelState> Workers);
