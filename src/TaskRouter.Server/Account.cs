using TaskRouter.Engine.Model;

namespace TaskRouter.Server;

/// <summary>Whom this server serves: the user name and password of HTTP Basic, and the key that signs callbacks.</summary>
internal sealed record Account(Sid Sid, string AuthToken)
{
    // The token must not reach a log through a record's own text.
    public override string ToString() => $"Account {Sid}";
}
