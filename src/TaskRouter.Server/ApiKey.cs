using TaskRouter.Engine.Model;

namespace TaskRouter.Server;

/// <summary>
/// A second user name for an account, which can be revoked by itself. https://www.twilio.com/docs/iam/api-keys
/// </summary>
internal sealed record ApiKey
{
    public required Sid Sid { get; init; }

    public required Sid AccountSid { get; init; }

    public required string FriendlyName { get; init; }

    /// <summary>Encrypted: access tokens are verified with the secret itself, so a hash would not do.</summary>
    public required byte[] ProtectedSecret { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The secret stays out of whatever prints the record, encrypted as it is.</summary>
    public override string ToString() => Sid.ToString();
}
