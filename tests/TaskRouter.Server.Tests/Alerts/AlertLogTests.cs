using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;
using TaskRouter.Server.Tests.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Alerts;

/// <summary>What alerts may cost at most.</summary>
public sealed class AlertLogTests(TestDirectory directory) : IClassFixture<TestDirectory>, IDisposable
{
    private static readonly Sid WorkspaceSid = Sid.FromGuid(SidKind.Workspace, Guid.NewGuid());

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task One_account_in_trouble_is_bounded_each_minute_and_disturbs_no_other()
    {
        await using var database = await OpenAsync();
        var time = new ManualTime();
        using var writer = NewWriter(database);
        var alerts = new AlertLog(writer, time);
        var (noisy, quiet) = (NewAccount(), NewAccount());
        for (var index = 0; index < AlertLog.PerMinuteMax + 7; index++)
        {
            alerts.Write(TroubleOf(noisy));
        }

        alerts.Write(TroubleOf(quiet));
        alerts.Suppressed.ShouldBe(7);
        time.Advance(TimeSpan.FromMinutes(1));
        alerts.Write(TroubleOf(noisy));
        alerts.Suppressed.ShouldBe(7);

        await writer.StartAsync(CancellationToken.None);
        await writer.StopAsync(CancellationToken.None);

        (await CountAsync(database, noisy)).ShouldBe(AlertLog.PerMinuteMax + 1);
        (await CountAsync(database, quiet)).ShouldBe(1);
    }

    [Fact]
    public async Task What_finds_no_room_is_dropped_and_counted()
    {
        await using var database = await OpenAsync();
        using var writer = NewWriter(database);
        var alerts = new AlertLog(writer, TimeProvider.System);
        var accounts = Enumerable.Range(0, JournalWriter.RowsMax + 3).Select(_ => NewAccount()).ToList();

        accounts.ForEach(sid => alerts.Write(TroubleOf(sid)));

        writer.Dropped.ShouldBe(3);
        await writer.StartAsync(CancellationToken.None);
        Measured("taskrouter.journal.dropped").ShouldBe(3);
        await writer.StopAsync(CancellationToken.None);
        (await CountAsync(database, accounts[0])).ShouldBe(1);
        (await CountAsync(database, accounts[JournalWriter.RowsMax - 1])).ShouldBe(1);
        (await CountAsync(database, accounts[^1])).ShouldBe(0);
    }

    [Fact]
    public async Task A_database_that_is_away_loses_rows_and_not_the_writer()
    {
        await using var database = await OpenAsync();
        using var writer = NewWriter(database);
        var alerts = new AlertLog(writer, TimeProvider.System);
        var accountSid = NewAccount();
        await database.ChangeAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE alerts RENAME TO away"), default);
        await writer.StartAsync(CancellationToken.None);
        alerts.Write(TroubleOf(accountSid));
        while (writer.Dropped == 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await database.ChangeAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE away RENAME TO alerts"), default);
        alerts.Write(TroubleOf(accountSid));
        await writer.StopAsync(CancellationToken.None);

        (await CountAsync(database, accountSid)).ShouldBe(1);
        writer.Dropped.ShouldBe(1);
    }

    private JournalWriter NewWriter(Database database) => new(
        database,
        new Instruments(_services.GetRequiredService<IMeterFactory>()),
        TimeProvider.System,
        NullLogger<JournalWriter>.Instance);

    private long Measured(string name)
    {
        var value = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == name && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, measured, _, _) => value = measured);
        listener.Start();
        listener.RecordObservableInstruments();
        return value;
    }

    private static Sid NewAccount() => Sid.FromGuid(SidKind.Account, Guid.NewGuid());

    private static Trouble TroubleOf(Sid accountSid) => new(accountSid, WorkspaceSid, WorkspaceSid, 40005, "trouble");

    private static async Task<int> CountAsync(Database database, Sid accountSid)
    {
        await using var db = database.CreateDbContext();
        return await db.Alerts.CountAsync(row => row.AccountSid == accountSid);
    }

    private async Task<Database> OpenAsync()
    {
        var database = new SqliteDatabase(new StorageOptions(
            Path.Combine(directory.Path, Guid.NewGuid().ToString("N")), null));
        await database.MigrateAsync(CancellationToken.None);
        return database;
    }
}
