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
    private const string ByTime = "ix_event_blocks_workspace_sid_at_first_sequence (workspace_sid=? AND at";
    private const string BySid = "ix_event_blocks_workspace_sid_first_event_sid (workspace_sid=? AND first_event_sid";
    private const string Keys = "sqlite_autoindex_event_keys_1 (workspace_sid=? AND of_bits=?";
    private const string Blocks = "sqlite_autoindex_event_blocks_1 (workspace_sid=? AND first_sequence=?)";

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
        _log = new EventLog(new Planned(options, _plans), _stored.Commits);
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
        string[] byKey = [Keys, Blocks];
        await ShouldReadByAsync(query, ByTime);
        await ShouldReadByAsync(query with { WorkflowSid = _stored.Filled.Sid(SidKind.Workflow) }, ByTime);
        await ShouldReadByAsync(query with { Type = "task.created" }, ByTime);
        await ShouldReadByAsync(query with { TaskSid = _reservation.TaskSid }, byKey);
        await ShouldReadByAsync(
            query with { TaskSid = _reservation.TaskSid, ReservationSid = _reservation.Sid, Type = "task.created" },
            byKey);
    }

    [Fact]
    public async Task An_event_is_read_by_its_sid()
    {
        await _log.FindAsync(_stored.Sid, _written.Events[0].Sid, Stop);

        ShouldUse(_plans.Taken.ShouldHaveSingleItem(), BySid);
    }

    [Fact]
    public async Task A_reservations_events_are_read_by_the_key_of_its_task()
    {
        await _log.ReadAsync(
            new EventQuery(_stored.Sid) { ReservationSid = _reservation.Sid }, null, older: true, count: 50, Stop);

        _plans.Taken.Count.ShouldBeGreaterThanOrEqualTo(4);
        ShouldUse(_plans.Taken[0], "(workspace_sid=? AND sid=?)");
        ShouldUse(_plans.Taken[1], BySid);
        _plans.Taken.Skip(2).ShouldContain(plan => plan.Any(step => step.Contains(Keys)));
        _plans.Taken.Skip(2).ShouldAllBe(plan => plan.Any(step => step.Contains(Keys) || step.Contains(Blocks)));
    }

    [Fact]
    public async Task What_is_told_next_is_read_along_the_log()
    {
        await _log.ReadAsync(_stored.Sid, 1, 3, null, 50, Stop);

        _plans.Taken.ShouldAllBe(plan => plan.Any(step => step.Contains(
            "sqlite_autoindex_event_blocks_1 (workspace_sid=? AND first_sequence>? AND first_sequence<?)")));
    }

    private async Task ShouldReadByAsync(EventQuery query, params string[] indexes)
    {
        foreach (var older in new[] { true, false })
        {
            _plans.Taken.Clear();
            var from = new EventPlace(_written.Now.AddHours(older ? 1 : -1), 1, _stored.Sid);
            var slice = await _log.ReadAsync(query, from, older, count: 50, Stop);
            _plans.Taken.ShouldNotBeEmpty();
            _plans.Taken.ForEach(plan => ShouldUse(plan, indexes));
            (slice.Rows.Count > 0).ShouldBe(query.WorkflowSid is null && query.Type is null);
        }
    }

    // Read once, by one index, in order; only the blocks of keys are put in order again.
    private static void ShouldUse(List<string> plan, params string[] indexes)
    {
        plan.Where(step => step.StartsWith("SEARCH", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(step => indexes.ShouldContain(index => step.Contains(index)));
        plan.ShouldNotContain("USE TEMP B-TREE FOR ORDER BY");
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
