using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Storage;
using Xunit;
using static TaskRouter.Server.Tests.Storage.StoredWorkspace;

namespace TaskRouter.Server.Tests.Storage;

/// <summary>
/// Every page of the event log is one stretch of one index. SQLite chooses by the schema alone, so its plans hold for
/// a log of any length.
/// </summary>
public sealed class EventPlanTests : IAsyncLifetime
{
    private const string ByTime = "ix_events_workspace_sid_at_sequence (workspace_sid=? AND at";

    private readonly TestDirectory _directory = new();
    private readonly Plans _plans = new();
    private SqliteDatabase _database = null!;
    private StoredWorkspace _stored = null!;
    private GeneratedLog _written = null!;
    private EventLog _log = null!;
    private Reservation _reservation = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new StorageOptions(_directory.Path, null);
        _database = new SqliteDatabase(options);
        await _database.MigrateAsync(Stop);
        _stored = await CreateAsync(_database);
        _written = new GeneratedLog(_stored);
        _written.Add(1);
        _reservation = _written.AddReservation(_stored.OpenTask());
        await _written.SaveAsync();
        _log = new EventLog(new Planned(options, _plans));
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Pages_are_read_by_the_index_of_what_they_are_about(bool hasStart, bool hasEnd)
    {
        var query = new EventQuery(_stored.Sid)
        {
            Start = hasStart ? _written.Now.AddDays(-1) : null,
            End = hasEnd ? _written.Now.AddDays(1) : null,
        };
        await ShouldReadByAsync(query, ByTime);
        await ShouldReadByAsync(query with { WorkflowSid = _stored.Filled.Sid(SidKind.Workflow) }, ByTime);
        await ShouldReadByAsync(query with { TaskSid = _reservation.TaskSid }, By("task_sid"));
        await ShouldReadByAsync(query with { WorkerSid = _reservation.WorkerSid }, By("worker_sid"));
        await ShouldReadByAsync(
            query with { TaskSid = _reservation.TaskSid, ReservationSid = _reservation.Sid, Type = "task.created" },
            By("task_sid"));
    }

    // Not of windows with two bounds, which SQLite reads by time as soon as they are the more telling ones.
    [Fact]
    public async Task Events_of_a_type_are_read_by_their_index()
    {
        await ShouldReadByAsync(new EventQuery(_stored.Sid) { Type = "task.created" }, By("type"));
    }

    [Fact]
    public async Task An_event_is_read_by_its_time()
    {
        await _log.FindAsync(_stored.Sid, _written.Events[0].Sid, Stop);

        _plans.Taken.ShouldHaveSingleItem().ShouldHaveSingleItem().ShouldContain($"{ByTime}=?)");
    }

    [Fact]
    public async Task A_sid_without_its_time_is_searched_for_along_the_key()
    {
        await _log.FindAsync(_stored.Sid, _written.Skipped[0], Stop);

        _plans.Taken.Count.ShouldBeGreaterThan(2);
        foreach (var plan in _plans.Taken.Skip(1))
        {
            plan.ShouldHaveSingleItem().ShouldMatch(@"INDEX sqlite_autoindex_events_1 \(workspace_sid=\?.*\)$");
        }
    }

    [Fact]
    public async Task A_reservations_events_are_read_by_the_index_of_tasks()
    {
        await _log.ReadAsync(
            new EventQuery(_stored.Sid) { ReservationSid = _reservation.Sid }, null, older: true, count: 50, Stop);

        _plans.Taken[0].ShouldHaveSingleItem().ShouldContain("(workspace_sid=? AND sid=?)");
        _plans.Taken[1].ShouldHaveSingleItem().ShouldContain($"{ByTime}=?)");
        _plans.Taken.Count.ShouldBe(4);
        foreach (var plan in _plans.Taken.Skip(2))
        {
            ShouldUse(plan, "ix_events_workspace_sid_task_sid_at_sequence (workspace_sid=? AND task_sid=?");
        }
    }

    private static string By(string column) =>
        $"ix_events_workspace_sid_{column}_at_sequence (workspace_sid=? AND {column}=? AND at";

    private async Task ShouldReadByAsync(EventQuery query, string index)
    {
        foreach (var older in new[] { true, false })
        {
            _plans.Taken.Clear();
            var from = new EventPlace(_written.Now.AddHours(older ? 1 : -1), 1, _stored.Sid);
            await _log.ReadAsync(query, from, older, count: 50, Stop);

            // The page, and where the next one begins.
            _plans.Taken.Count.ShouldBe(2);
            _plans.Taken.ForEach(plan => ShouldUse(plan, index));
        }
    }

    // The log is read once, by one index, in order; only what a filter leaves of that is put in order again.
    private static void ShouldUse(List<string> plan, string index)
    {
        plan.Where(step => step.StartsWith("SEARCH", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain(index);
        plan.TakeWhile(step => !step.StartsWith("SCAN", StringComparison.Ordinal))
            .ShouldNotContain("USE TEMP B-TREE FOR ORDER BY");
    }

    /// <summary>Asks for the plan of each query before it runs.</summary>
    private sealed class Plans : DbCommandInterceptor
    {
        public List<List<string>> Taken { get; } = [];

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            var query = command.CommandText;
            command.CommandText = $"EXPLAIN QUERY PLAN {query}";
            var plan = new List<string>();
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    plan.Add(reader.GetString(reader.GetOrdinal("detail")));
                }
            }

            command.CommandText = query;
            Taken.Add(plan);
            return result;
        }
    }

    private sealed class Planned(StorageOptions options, Plans plans) : IDbContextFactory<RouterDb>
    {
        public RouterDb CreateDbContext() => new SqliteRouterDb(new DbContextOptionsBuilder<SqliteRouterDb>()
            .UseSqlite($"Data Source={options.SqlitePath};Pooling=False")
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(plans)
            .Options);
    }
}
