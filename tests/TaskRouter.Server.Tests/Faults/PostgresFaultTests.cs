using System.Net;
using Npgsql;
using Shouldly;
using TaskRouter.Server.Tests.Kill;
using Xunit;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>A server under load, a proxy, and a Postgres that is killed and starved, for all these tests.</summary>
public sealed class PostgresFaultFixture : IAsyncLifetime
{
    private readonly TestDirectory _directory = new();
    private PostgresCluster? _cluster;
    private TcpProxy? _proxy;
    private FaultScene? _scene;

    internal PostgresCluster Cluster => _cluster!;

    internal TcpProxy Proxy => _proxy!;

    internal FaultScene Scene => _scene!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await PostgresCluster.StartAsync();
        _proxy = new TcpProxy(_cluster.Port);
        var server = new ServerProcess(
            _directory.Path,
            new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Port = _proxy.Port }.ConnectionString);
        _scene = await FaultScene.StartAsync(
            server, _directory.Path, $"{_cluster.ConnectionTo("taskrouter")};Pooling=false");
    }

    public async ValueTask DisposeAsync()
    {
        await (_scene?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        _directory.Dispose();
    }
}

/// <summary>
/// Whatever happens to Postgres, clients hear 503 with the error object or a true answer, and the same server process
/// goes on when it is over.
/// </summary>
public sealed class PostgresFaultTests(PostgresFaultFixture fixture) : IClassFixture<PostgresFaultFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PostgresCluster Cluster => fixture.Cluster;

    private TcpProxy Proxy => fixture.Proxy;

    private FaultScene Scene => fixture.Scene;

    [Fact]
    public Task Postgres_is_killed_and_started_again() => RunAsync(
        Cluster.KillAsync,
        async () =>
        {
            await Scene.UntilRefusedAsync();
            await ExpectReadsWithoutTheDatabaseAsync();
            await Cluster.LaunchAsync();
        });

    [Theory]
    [InlineData("immediate")]
    [InlineData("fast")]
    public Task Postgres_is_stopped_and_started_again(string mode) => RunAsync(
        () => Cluster.StopAsync(mode),
        async () =>
        {
            await Scene.UntilRefusedAsync();
            await Cluster.LaunchAsync();
        });

    [Fact]
    public Task Every_session_is_ended() => RunAsync(() => Cluster.EndSessionsAsync(), () => Task.CompletedTask);

    [Fact]
    public async Task There_is_no_connection_left()
    {
        List<NpgsqlConnection> taken = [];
        await RunAsync(
            async () =>
            {
                await Cluster.ExecuteAsync("ALTER ROLE taskrouter CONNECTION LIMIT 0");
                await Cluster.EndSessionsAsync();
                taken = await Cluster.TakeEveryConnectionAsync();
                await using var lift = new NpgsqlCommand("ALTER ROLE taskrouter CONNECTION LIMIT -1", taken[0]);
                await lift.ExecuteNonQueryAsync(Stop);
            },
            async () =>
            {
                await Scene.UntilRefusedAsync();
                await Task.WhenAll(taken.Select(connection => connection.DisposeAsync().AsTask()));
            });
    }

    [Fact]
    public Task The_database_is_read_only_for_a_while() => RunAsync(
        async () =>
        {
            await Cluster.ExecuteAsync("ALTER DATABASE taskrouter SET default_transaction_read_only = on");
            await Cluster.EndSessionsAsync();
        },
        async () =>
        {
            await Scene.UntilRefusedAsync();
            await Cluster.ExecuteAsync("ALTER DATABASE taskrouter RESET default_transaction_read_only");
            await Cluster.EndSessionsAsync();
        });

    [Fact]
    public Task Files_cannot_grow() => RunAsync(
        // As on a full disk, a row that needs a new page cannot be written. A segment of the log is no longer.
        () => Cluster.LimitFilesAsync(1024 * 1024),
        async () =>
        {
            await Scene.UntilRefusedAsync();
            await Cluster.LimitFilesAsync(null);
        });

    [Fact]
    public Task The_network_is_slow() => RunAsync(
        () =>
        {
            Proxy.Delay = TimeSpan.FromMilliseconds(100);
            return Task.CompletedTask;
        },
        async () =>
        {
            await Scene.UntilServedAsync();
            Proxy.Heal();
        });

    [Fact]
    public Task The_network_is_cut_and_comes_back() => RunAsync(
        () =>
        {
            Proxy.IsCut = true;
            Proxy.Drop();
            return Task.CompletedTask;
        },
        async () =>
        {
            await Scene.UntilRefusedAsync();
            Proxy.Heal();
        });

    [Fact]
    public Task The_network_swallows_everything() => RunAsync(
        () =>
        {
            Proxy.HoldsRequests = Proxy.HoldsAnswers = true;
            return Task.CompletedTask;
        },
        async () =>
        {
            await Scene.UntilRefusedAsync();
            Proxy.Drop();
            Proxy.Heal();
        });

    [Fact]
    public Task Commits_arrive_and_their_answers_do_not() => RunAsync(
        () =>
        {
            Proxy.HoldsAnswers = true;
            return Task.CompletedTask;
        },
        async () =>
        {
            var (held, refused) = (Proxy.Held, Scene.Ledger.Outages);
            await Scene.UntilAsync(() => Proxy.Held > held, "nothing is written");
            Proxy.Drop();
            Proxy.Heal();

            // Counted from before the connections were dropped: whoever is told is told at once.
            await Scene.UntilAsync(() => Scene.Ledger.Outages > refused, "nobody is told of the outage");
        });

    private async Task RunAsync(Func<Task> begin, Func<Task> end)
    {
        var name = TestContext.Current.Test!.TestDisplayName;
        var process = Scene.Server.Id;
        for (var cycle = 1; cycle <= FaultScene.Cycles; cycle++)
        {
            try
            {
                Scene.BeginLoad();
                await Scene.UntilServedAsync();
                await begin();
                await end();
                await Scene.UntilServedAsync();
            }
            finally
            {
                // The next test has the same server, and must not inherit what failed here.
                Proxy.Heal();
                await Scene.EndLoadAsync();
            }

            await Scene.CheckAsync($"{name}, cycle {cycle}");
        }

        Scene.Server.Id.ShouldBe(process);
        Scene.Server.HasExited.ShouldBeFalse();
    }

    // What was committed can be read meanwhile, and says so.
    private async Task ExpectReadsWithoutTheDatabaseAsync()
    {
        var http = Scene.Server.Http;
        using var workspace = await http.GetAsync($"/v1/Workspaces/{Scene.Workspace.Sid}", Stop);
        using var events = await http.GetAsync(Scene.Workspace.Path("Events"), Stop);
        using var ready = await http.GetAsync("/readyz", Stop);
        using var healthy = await http.GetAsync("/healthz", Stop);

        workspace.StatusCode.ShouldBe(HttpStatusCode.OK);
        events.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await events.Content.ReadAsStringAsync(Stop));
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        healthy.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
