namespace TaskRouter.Engine.Model;

/// <summary>
/// Who made something happen: an account by its API, a worker by its token, or the workspace itself when nobody asked.
/// https://www.twilio.com/docs/taskrouter/api/event
/// </summary>
/// <param name="Sid">Of the account, worker or workspace; its kind says which.</param>
/// <param name="Address">The IP address that the request came from; null for what the workspace does by itself.</param>
public sealed record Actor(Sid Sid, string? Address = null);
