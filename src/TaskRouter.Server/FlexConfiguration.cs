using TaskRouter.Engine.Model;

namespace TaskRouter.Server;

/// <summary>
/// An account's Flex configuration as it is stored.
/// https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api
/// </summary>
internal sealed record FlexConfiguration
{
    public required Sid AccountSid { get; init; }

    /// <summary>A JSON object of what clients have sent, each value exactly as it was sent.</summary>
    public required string Properties { get; init; }

    /// <summary>Counts the writes, from 1.</summary>
    public required int Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
