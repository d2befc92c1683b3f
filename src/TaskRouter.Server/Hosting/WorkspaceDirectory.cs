using System.Collections.Concurrent;
using System.Data.Common;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// Every workspace of this server and its loop. Loads them all before the server listens, and ends them last.
/// </summary>
internal sealed partial class WorkspaceDirectory(
    IWorkspaceStore store,
    WorkspaceRouterFactory routers,
    Instruments instruments,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILoggerFactory logs) : IHostedService, IDisposable
{
    private const int LoadsAtOnce = 4;

    private readonly ConcurrentDictionary<Sid, WorkspaceLoop> _loops = new();
    private readonly SidSource _sids = WorkspaceRouterFactory.NewSids();
    private readonly ILogger<WorkspaceDirectory> _log = logs.CreateLogger<WorkspaceDirectory>();

    // Names are unique over an account's workspaces, which no single loop can see: creating and renaming take turns.
    private readonly SemaphoreSlim _naming = new(1, 1);

    private volatile bool _isServing;

    /// <summary>True between loading and stopping, while no workspace is being loaded again.</summary>
    public bool IsReady => _isServing && !_loops.Values.Any(loop => loop.IsReloading);

    /// <summary>
    /// Another process has taken a workspace, and will have the others: this one has nothing true to say and stops.
    /// </summary>
    public bool HasLostWorkspace { get; private set; }

    /// <summary>Called after every commit, on the loop: must not block.</summary>
    public event Action<WorkspaceLoop, Changes>? Committed;

    /// <summary>Called after a workspace was read from disk, at start or after a failed save.</summary>
    public event Action<WorkspaceLoop>? Loaded;

    /// <summary>The account's workspace, or null: another account's is as good as none.</summary>
    public WorkspaceLoop? Find(Sid accountSid, Sid workspaceSid) =>
        _loops.TryGetValue(workspaceSid, out var loop) && loop.View.Workspace?.AccountSid == accountSid ? loop : null;

    /// <summary>The epoch under which this process owns the workspace; null when it does not serve it.</summary>
    public long? EpochOf(Sid workspaceSid) => _loops.TryGetValue(workspaceSid, out var loop) ? loop.Epoch : null;

    /// <summary>The account's workspaces in order of creation.</summary>
    public IEnumerable<Workspace> List(Sid accountSid) => _loops.Values
        .Select(loop => loop.View.Workspace)
        .OfType<Workspace>()
        .Where(workspace => workspace.AccountSid == accountSid)
        .OrderBy(workspace => workspace.Sid);

    /// <summary>Makes a workspace; the SID of the command is given here.</summary>
    public async Task<Workspace> CreateAsync(CreateWorkspace command, Actor? actor = null)
    {
        await _naming.WaitAsync();
        try
        {
            RefuseTakenName(command.AccountSid, command.FriendlyName, except: null);
            var sid = _sids.Next(SidKind.Workspace, time.GetUtcNow());
            var loop = Open(sid, null);
            try
            {
                var workspace = await loop.ExecuteAsync(command with { Sid = sid }, actor);
                Keep(loop);
                return workspace;
            }
            catch (WorkspaceUnavailableException)
            {
                // Whether it is on disk is unknown. Its loop goes to see; if it is, it is shown, and its name is taken.
                Keep(loop);
                throw;
            }
            catch
            {
                await loop.StopAsync();
                throw;
            }
        }
        finally
        {
            _naming.Release();
        }
    }

    public async Task<Workspace> UpdateAsync(WorkspaceLoop loop, UpdateWorkspace command, Actor? actor)
    {
        if (command.FriendlyName is null || loop.View.Workspace is not { } current)
        {
            return await loop.ExecuteAsync(command, actor);
        }

        await _naming.WaitAsync();
        try
        {
            RefuseTakenName(current.AccountSid, command.FriendlyName, except: loop.Sid);
            return await loop.ExecuteAsync(command, actor);
        }
        finally
        {
            _naming.Release();
        }
    }

    public async Task DeleteAsync(WorkspaceLoop loop, Actor? actor)
    {
        await loop.ExecuteAsync(new DeleteWorkspace(), actor);
        await loop.Completion;
        _loops.TryRemove(loop.Sid, out _);
        _ = Heap.GiveBackAsync(loop.View.RowCount, _loops.Values.Sum(other => other.View.RowCount), time);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Measure();
        await store.MigrateAsync(cancellationToken);
        var sids = await store.ListAsync(cancellationToken);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = LoadsAtOnce,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(sids, options, async (sid, stop) =>
        {
            if (await store.TakeAsync(sid, time.GetUtcNow(), stop) is { } onDisk)
            {
                var loop = Keep(Open(sid, onDisk));
                Loaded?.Invoke(loop);
            }
        });
        Log.Loaded(_log, _loops.Count);
        _isServing = true;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isServing = false;
        await Task.WhenAll(_loops.Values.Select(StopAsync)).WaitAsync(cancellationToken);
    }

    /// <summary>Throws when the database does not answer.</summary>
    public Task CheckAsync(CancellationToken stop) => store.CheckAsync(stop);

    public void Dispose() => _naming.Dispose();

    private void Measure()
    {
        void Gauge(string name, string unit, string description, Func<WorkspaceLoop, int> count) =>
            instruments.Gauge(name, unit, description, () => _loops.Values.Sum(loop => (long)count(loop)));

        Gauge("taskrouter.workspaces", "{workspace}", "Workspaces served", _ => 1);
        Gauge("taskrouter.workers", "{worker}", "Workers", loop => loop.View.Workers.Count);
        Gauge(
            "taskrouter.tasks",
            "{task}",
            "Tasks in memory: open ones, and ended ones that are still visible",
            loop => loop.View.Tasks.Count);
        Gauge(
            "taskrouter.reservations",
            "{reservation}",
            "Reservations of these tasks",
            loop => loop.View.Reservations.Count);
        Gauge("taskrouter.inbox.commands", "{command}", "Commands that wait for their batch", loop => loop.Waiting);
        instruments.Gauge(
            "taskrouter.projection.rows",
            "{row}",
            "Rows that are on disk and not in their tables yet",
            () => store.RowsWaiting);
    }

    private async Task StopAsync(WorkspaceLoop loop)
    {
        await loop.StopAsync();
        try
        {
            await store.SettleAsync(loop.Sid, CancellationToken.None);
        }
        catch (DbException exception)
        {
            // It is all on disk; the next start does it.
            Log.NotSettled(_log, exception, loop.Sid);
        }
    }

    private WorkspaceLoop Open(Sid sid, OwnedWorkspace? onDisk) => new(
        sid,
        onDisk,
        routers,
        store,
        instruments,
        time,
        logs.CreateLogger<WorkspaceLoop>(),
        (loop, changes) => Committed?.Invoke(loop, changes),
        loop => Loaded?.Invoke(loop));

    private WorkspaceLoop Keep(WorkspaceLoop loop)
    {
        _loops[loop.Sid] = loop;
        _ = ForgetAsync(loop);
        return loop;
    }

    // A loop that ends without a workspace never had one or has deleted it. One that lost it ends the server.
    private async Task ForgetAsync(WorkspaceLoop loop)
    {
        await loop.Completion;
        if (loop.IsLost)
        {
            HasLostWorkspace = true;
            lifetime.StopApplication();
        }
        else if (loop.View.Workspace is null)
        {
            _loops.TryRemove(loop.Sid, out _);
        }
    }

    private void RefuseTakenName(Sid accountSid, string friendlyName, Sid? except)
    {
        var key = NameKeys.Of(friendlyName);
        if (List(accountSid).Any(workspace => workspace.Sid != except && workspace.NameKey == key))
        {
            throw Refusal.Invalid($"A Workspace with FriendlyName '{friendlyName}' already exists");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Loaded {Count} workspaces.")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Workspace {WorkspaceSid}: the next start will put into its tables what was committed last.")]
        public static partial void NotSettled(ILogger logger, Exception exception, Sid workspaceSid);
    }
}
