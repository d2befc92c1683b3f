namespace TaskRouter.Engine.Model;

/// <summary>
/// Rules that lead a task to a queue, and the callback that offers it.
/// https://www.twilio.com/docs/taskrouter/api/workflow
/// </summary>
public sealed record Workflow
{
    public const int DefaultReservationTimeoutSeconds = 120;

    /// <summary>The workflow into <see cref="TaskQueue.Everyone"/> of a Flex workspace.</summary>
    public const string AssignToAnyone = "Assign to Anyone";

    public required Sid Sid { get; init; }

    public required Sid WorkspaceSid { get; init; }

    public required string FriendlyName { get; init; }

    public string NameKey { get => NameKeys.Of(FriendlyName); private init => NameKeys.Check(value); }

    public string? AssignmentCallbackUrl { get; init; }

    public string? FallbackAssignmentCallbackUrl { get; init; }

    /// <summary>The JSON text exactly as it was sent.</summary>
    public required string Configuration { get; init; }

    /// <summary>Counts the configurations this workflow has had, from 1.</summary>
    public int ConfigurationVersion { get; init; } = 1;

    public int TaskReservationTimeoutSeconds { get; init; } = DefaultReservationTimeoutSeconds;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A replaced configuration that tasks still follow; gone when the last of them has left it.</summary>
public sealed record WorkflowVersion
{
    public required Sid WorkspaceSid { get; init; }

    public required Sid WorkflowSid { get; init; }

    public required int Version { get; init; }

    public required string Configuration { get; init; }
}
