namespace TaskRouter.Engine.Routing;

/// <summary>Twilio's documented limits as defaults. https://www.twilio.com/docs/taskrouter/limits</summary>
public sealed record RouterLimits
{
    // What a new workspace of any template begins with has to fit: it is made whole or not at all.

    /// <summary>The least that <see cref="ActivitiesMax"/> may be.</summary>
    public const int ActivitiesLeast = 4;

    /// <summary>The least that <see cref="FriendlyNameMax"/> may be: "Unavailable".</summary>
    public const int FriendlyNameLeast = 11;

    /// <summary>The least that <see cref="LongNameMax"/> may be: "Default Fifo Workflow".</summary>
    public const int LongNameLeast = 21;

    /// <summary>The least that <see cref="ConfigurationBytesMax"/> may be.</summary>
    public const int ConfigurationBytesLeast = 128;

    public int WorkersMax { get; init; } = 15_000;

    public int ActivitiesMax { get; init; } = 100;

    public int TaskQueuesMax { get; init; } = 5_000;

    /// <summary>Characters of a worker's or task's attributes, white space included.</summary>
    public int AttributesMax { get; init; } = 4_096;

    public int FriendlyNameMax { get; init; } = 64;

    /// <summary>For queues and workflows, where Twilio states no limit.</summary>
    public int LongNameMax { get; init; } = 256;

    /// <summary>Bytes of a workflow's configuration as UTF-8.</summary>
    public int ConfigurationBytesMax { get; init; } = 1_038_576;

    public int UrlMax { get; init; } = 2_048;

    /// <summary>Characters of a task's reason and of a workspace's events filter; Twilio states no limit.</summary>
    public int TextMax { get; init; } = 4_096;

    public int WorkerCapacityMax { get; init; } = 1_000;

    public int MaxReservedWorkersMax { get; init; } = 50;

    public int TaskTimeoutSecondsMax { get; init; } = 1_209_600;

    public int ReservationTimeoutSecondsMax { get; init; } = 86_400;

    /// <summary>Times a task may be offered before it is canceled.</summary>
    public int AssignmentsMax { get; init; } = 1_000;

    /// <summary>How long a task may stay assigned or wrapping.</summary>
    public TimeSpan CompletionLimit { get; init; } = TimeSpan.FromSeconds(86_400);

    /// <summary>How long an ended task stays visible.</summary>
    public TimeSpan EndedTaskVisibility { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long a task routed to one worker waits for the reservation to be possible.</summary>
    public TimeSpan RoutingTargetWait { get; init; } = TimeSpan.FromSeconds(10);
}
