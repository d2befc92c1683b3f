using TaskRouter.Engine.Model;

namespace TaskRouter.Server;

/// <summary>
/// One account of this server: what clients sign in with, and what callbacks are signed with. Nothing of one account is
/// visible to another. https://www.twilio.com/docs/iam/api/account
/// </summary>
internal sealed record Account(Sid Sid, string AuthToken)
{
    /// <summary>
    /// Accepted beside <see cref="AuthToken"/> while clients change over to it, or null. Never signs anything.
    /// https://www.twilio.com/docs/iam/api/authtoken
    /// </summary>
    public string? SecondaryAuthToken { get; init; }

    /// <summary>The tokens stay out of whatever prints the record.</summary>
    public override string ToString() => Sid.ToString();
}
