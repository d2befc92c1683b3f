namespace TaskRouter.Engine.Explanations;

/// <summary>How explanations are spelled.</summary>
public static class ExplanationNames
{
    private static readonly string[] Codes =
    [
        "QUEUE_EXPRESSION_FALSE", "STEP_EXPRESSION_FALSE", "ACTIVITY_UNAVAILABLE", "CHANNEL_UNAVAILABLE",
        "NO_CAPACITY", "PENDING_OFFER", "RANKED_LOWER", "TASK_AHEAD", "STEP_SKIPPED", "STEP_TIMED_OUT",
        "NO_FILTER_MATCHED", "NO_DEFAULT_QUEUE",
    ];

    private static readonly string[] Verdicts =
    [
        "ASSIGNED", "OFFERED", "RANKED_LOWER", "FREE", "BUSY", "UNAVAILABLE", "NOT_IN_STEP", "NOT_IN_QUEUE",
    ];

    private static readonly string[] States = ["not_matched", "left", "current", "not_reached"];

    private static readonly string[] Events =
    [
        "reservation_timeout", "step_timeout", "task_timeout", "target_timeout", "completion_limit", "removal",
    ];

    public static string Of(ReasonCode code) => Codes[(int)code];

    public static string Of(WorkerVerdict verdict) => Verdicts[(int)verdict];

    public static string Of(PlaceState state) => States[(int)state];

    public static string Of(NextEventKind kind) => Events[(int)kind];
}
