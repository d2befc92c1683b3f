using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Access;

/// <summary>Of an access token; what its bearer is in the workspace.</summary>
internal enum AgentRole
{
    Worker,
    Supervisor,
    Admin,
}

/// <summary>
/// What a token allows, in one workspace: nothing that no policy allows, and nothing that one forbids.
/// </summary>
internal sealed record Grant(Sid WorkspaceSid, IReadOnlyList<Policy> Policies)
{
    /// <summary>
    /// Set for a worker's own access token: of the tasks it may change those that this worker has a reservation for.
    /// </summary>
    public Sid? OnlyTasksOf { get; init; }

    /// <summary>Of an access token; null for a capability token, which has policies of its own.</summary>
    public AgentRole? Role { get; init; }

    /// <summary>The worker that the token speaks for; null when it speaks for a queue or the workspace.</summary>
    public Sid? WorkerSid { get; init; }

    /// <summary>Of a capability token: the worker, the queue or the workspace that it speaks for.</summary>
    public Sid? ChannelSid { get; init; }

    /// <summary>
    /// The policies of an access token with the role worker: what a capability token allows a worker without being
    /// told, and updates of itself, its channels, its reservations and its tasks. Of new tasks only those it is to get
    /// itself; handing over and the calls of its tasks exist for agents' clients alone.
    /// </summary>
    public static Grant OfWorker(Sid workspaceSid, Sid workerSid)
    {
        var workspace = PathOf(workspaceSid);
        var worker = $"{workspace}/Workers/{workerSid}";
        return new Grant(workspaceSid,
        [
            Policy.Allow(HttpMethods.Get, $"{workspace}/Activities"),
            Policy.Allow(HttpMethods.Get, $"{workspace}/Tasks/**"),
            Policy.Allow(HttpMethods.Get, $"{worker}/**"),
            Policy.Allow(HttpMethods.Post, worker),
            Policy.Allow(HttpMethods.Post, $"{worker}/Channels/*"),
            Policy.Allow(HttpMethods.Post, $"{worker}/Reservations/*"),
            Policy.Allow(HttpMethods.Post, $"{worker}/Transfers/**"),
            Policy.Allow(HttpMethods.Post, $"{worker}/WorkerParticipant"),
            Policy.Allow(HttpMethods.Post, $"{worker}/CustomerParticipant"),
            Policy.Allow(HttpMethods.Post, $"{worker}/KickWorkerParticipant"),
            Policy.Allow(HttpMethods.Post, $"{worker}/HoldWorkerParticipant"),
            Policy.Allow(HttpMethods.Post, $"{workspace}/Tasks/*"),
            Policy.Allow(HttpMethods.Post, $"{workspace}/Tasks") with
            {
                Form = [new("RoutingTarget", workerSid.ToString())],
            },
        ])
        {
            Role = AgentRole.Worker,
            WorkerSid = workerSid,
            OnlyTasksOf = workerSid,
        };
    }

    /// <summary>With the role supervisor: everything in the workspace. The workspace itself can only be read.</summary>
    public static Grant OfSupervisor(Sid workspaceSid, Sid? workerSid)
    {
        var workspace = PathOf(workspaceSid);
        string[] methods = [HttpMethods.Post, HttpMethods.Delete];
        return new Grant(workspaceSid,
        [
            Policy.Allow(HttpMethods.Get, $"{workspace}/**"),
            Policy.Allow(HttpMethods.Get, FeedOf(workspace)),
            .. methods.Select(method => Policy.Allow(method, $"{workspace}/*/**")),
        ])
        {
            Role = AgentRole.Supervisor,
            WorkerSid = workerSid,
        };
    }

    /// <summary>With the role admin: reads everything in the workspace, for dashboards.</summary>
    public static Grant OfAdmin(Sid workspaceSid, Sid? workerSid)
    {
        var workspace = PathOf(workspaceSid);
        return new Grant(workspaceSid,
        [
            Policy.Allow(HttpMethods.Get, $"{workspace}/**"),
            Policy.Allow(HttpMethods.Get, FeedOf(workspace)),
        ])
        {
            Role = AgentRole.Admin,
            WorkerSid = workerSid,
        };
    }

    /// <summary>
    /// The one answer to whether a request may be made. A form is read only when a policy asks for it.
    /// </summary>
    public async ValueTask<bool> AllowsAsync(
        string method,
        string path,
        Func<IEnumerable<KeyValuePair<string, string>>> readQuery,
        Func<ValueTask<IReadOnlyList<KeyValuePair<string, string>>>> readFormAsync)
    {
        var segments = Policy.Split(path);
        if (!IsInWorkspace(segments))
        {
            return false;
        }

        var isAllowed = false;
        foreach (var policy in Policies.Where(policy => policy.Covers(method, segments)))
        {
            if ((policy.Query.Count == 0 || Holds(readQuery(), policy.Query))
                && (policy.Form.Count == 0 || Holds(await readFormAsync(), policy.Form)))
            {
                if (!policy.IsAllowed)
                {
                    return false;
                }

                isAllowed = true;
            }
        }

        return isAllowed;
    }

    /// <summary>
    /// Whether a capability token opens a channel of Twilio's event bridge: its policies name that like a resource.
    /// </summary>
    public bool AllowsChannel(string method, string path)
    {
        var segments = Policy.Split(path);
        var covering = Policies.Where(policy => policy.Covers(method, segments)).ToList();
        return covering.Count > 0 && covering.All(policy => policy.IsAllowed);
    }

    /// <summary>The task that a path names, when it is one to change and the token is a worker's own.</summary>
    public Sid? TaskToHold(string method, string path) =>
        OnlyTasksOf is not null
        && method == HttpMethods.Post
        && Policy.Split(path) is [_, _, _, var collection, var text]
        && collection.Equals("Tasks", StringComparison.OrdinalIgnoreCase)
            ? Sid.TryParse(text, SidKind.Task, out var sid) ? sid : default(Sid)
            : null;

    private static string PathOf(Sid workspaceSid) => $"/v1/Workspaces/{workspaceSid}";

    private static string FeedOf(string workspace) => $"/ext{workspace}/Feed";

    // Whatever the policies say: a token names its workspace, and a capability token knows Twilio's paths alone.
    private bool IsInWorkspace(string[] segments) =>
        (Role is not null && segments is ["ext", .. var rest] ? rest : segments)
            is [var version, var collection, var workspace, ..]
        && version.Equals("v1", StringComparison.OrdinalIgnoreCase)
        && collection.Equals("Workspaces", StringComparison.OrdinalIgnoreCase)
        && workspace == WorkspaceSid.ToString();

    // Of a parameter that is given twice both values count: a handler may read either.
    private static bool Holds(
        IEnumerable<KeyValuePair<string, string>> given, IReadOnlyList<KeyValuePair<string, string?>> wishes)
    {
        var parameters = given.ToLookup(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        return wishes.All(wish => parameters[wish.Key].Any()
            && (wish.Value is null || parameters[wish.Key].All(value => value == wish.Value)));
    }
}
