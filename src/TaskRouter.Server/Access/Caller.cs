using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Access;

/// <summary>Whoever sent a request, once the credentials are known to be right.</summary>
/// <param name="CredentialSid">The account, or the API key that signed in or signed the token.</param>
internal sealed record Caller(Sid AccountSid, Sid CredentialSid)
{
    /// <summary>What a token allows; null for an account or a key, which may do everything in the account.</summary>
    public Grant? Grant { get; init; }

    /// <summary>When the token ends; null for an account or a key.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// Twilio's standard keys do everything except manage keys, so that a leaked one can be revoked for good.
    /// https://www.twilio.com/docs/iam/api-keys
    /// </summary>
    public bool IsAccount => Grant is null && CredentialSid.Kind == SidKind.Account;
}
