using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Callbacks;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;
using TaskRouter.Server.Voice;

namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>A running server without its HTTP side: one workspace, its loop, and the callbacks.</summary>
internal sealed class CallbackScene : IAsyncDisposable
{
    public static readonly Account Account = new(
        Sid.FromGuid(SidKind.Account, Guid.Parse("00000000-0000-0000-0000-000000000001")), "0123456789abcdef");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host;
    private readonly WorkspaceDirectory _directory;
    private readonly TestDirectory _files;
    private readonly Database _database;

    private CallbackScene(IHost host, MemoryStore store, CallbackLog log, TestDirectory files, Database database)
    {
        (_host, Store, Log, _files, _database) = (host, store, log, files, database);
        _directory = host.Services.GetRequiredService<WorkspaceDirectory>();
    }

    public MemoryStore Store { get; }

    public IServiceProvider Services => _host.Services;

    public CallbackLog Log { get; }

    public WorkspaceLoop Loop { get; private set; } = null!;

    public CommittedView View => Loop.View;

    public IEnumerable<Reservation> Reservations => View.Reservations.InOrder.After(null);

    /// <summary>Starts on the given disk, and makes the workspace unless the disk has it.</summary>
    public static async Task<CallbackScene> StartAsync(
        MemoryStore? store = null, AssignmentCallbackOptions? options = null, ITelephony? telephony = null)
    {
        store ??= new MemoryStore();
        var files = new TestDirectory();
        var database = new SqliteDatabase(new StorageOptions(files.Path, null));
        await database.MigrateAsync(CancellationToken.None);
        var log = new CallbackLog();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            .AddSingleton<IWorkspaceStore>(store)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new AccountDirectory([Account]))
            .AddTelemetry(new TelemetryOptions())
            .AddSingleton(new RouterLimits())
            .AddSingleton<WorkspaceRouterFactory>()
            .AddSingleton<WorkspaceDirectory>()
            .AddHostedService(services => services.GetRequiredService<WorkspaceDirectory>())
            .AddSingleton<Database>(database)
            .AddVoice()
            .AddAssignmentCallbacks(options);
        if (telephony is not null)
        {
            builder.Services.AddSingleton(telephony);
        }

        builder.Logging.AddProvider(log);
        var scene = new CallbackScene(builder.Build(), store, log, files, database);
        await scene._host.StartAsync();
        var workspace = scene._directory.List(Account.Sid).SingleOrDefault()
            ?? await scene._directory.CreateAsync(new CreateWorkspace(Account.Sid, default, "Scene"));
        scene.Loop = scene._directory.Find(Account.Sid, workspace.Sid)!;
        return scene;
    }

    public Task<Worker> AddWorkerAsync(string name) => Loop.ExecuteAsync(
        new CreateWorker(name, Activity(available: true).Sid, $$"""{"name":"{{name}}"}"""));

    public Activity Activity(bool available) =>
        View.Activities.InOrder.After(null).First(activity => activity.Available == available);

    /// <summary>A workflow that sends every task to a queue for every worker.</summary>
    public async Task<Workflow> AddWorkflowAsync(string name, string? url, string? fallbackUrl = null)
    {
        var queue = await Loop.ExecuteAsync(new CreateTaskQueue(name));
        var configuration = $$$$"""{"task_routing":{"filters":[],"default_filter":{"queue":"{{{{queue.Sid}}}}"}}}""";
        return await Loop.ExecuteAsync(new CreateWorkflow(name, configuration, url, fallbackUrl));
    }

    public Task<RoutingTask> AddTaskAsync(Workflow workflow) => Loop.ExecuteAsync(
        new CreateTask(workflow.Sid, """{"customer":"Zoë & Sons"}""", Priority: 7));

    /// <summary>Waits until so many alerts are written; oldest first.</summary>
    public Task<List<Alert>> UntilAlertsAsync(int count = 1) =>
        UntilWrittenAsync(db => db.Alerts.OrderBy(row => row.Sid), count);

    public Task<List<RecordedCall>> UntilCallsAsync(int count = 1) =>
        UntilWrittenAsync(db => db.Calls.OrderBy(row => row.Sid), count);

    /// <summary>Waits until the committed view is as wanted.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var committed = new SemaphoreSlim(0);
        void Signal(WorkspaceLoop loop, Changes changes) => committed.Release();
        _directory.Committed += Signal;
        try
        {
            while (!condition())
            {
                if (!await committed.WaitAsync(Patience))
                {
                    throw new TimeoutException("The workspace did not come to be as the test expects.");
                }
            }
        }
        finally
        {
            _directory.Committed -= Signal;
        }
    }

    public async Task<Reservation> UntilOnlyReservationAsync(Func<Reservation, bool> condition)
    {
        await UntilAsync(() => Reservations.Any(condition));
        return Reservations.Single();
    }

    private async Task<List<TRow>> UntilWrittenAsync<TRow>(Func<RouterDb, IQueryable<TRow>> rowsOf, int count)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            await using var db = _database.CreateDbContext();
            var rows = await rowsOf(db).ToListAsync();
            if (rows.Count >= count)
            {
                return rows;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException("What the test expects was not written.");
    }

    /// <summary>Stops as a server does; callbacks under way end first.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _database.DisposeAsync();
        _files.Dispose();
    }
}
