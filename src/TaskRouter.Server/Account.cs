using TaskRouter.Engine.Model;

namespace TaskRouter.Server;

/// <summary>
/// The one account of this server: what clients sign in with, and what callbacks are signed with.
/// https://www.twilio.com/docs/iam/api/account
/// </summary>
internal sealed record Account(Sid Sid, string AuthToken)
{
    /// <summary>The token stays out of whatever prints the record.</summary>
    public override string ToString() => Sid.ToString();
}
