using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Statistics;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Tests.Statistics;

/// <summary>Facts as earlier versions have written them: a row for each event.</summary>
internal static class EarlierFacts
{
    /// <summary>Makes all that are there now as if an earlier version had been at work.</summary>
    public static async Task SplitAsync(TestServer server, Sid workspaceSid)
    {
        var stop = CancellationToken.None;
        await server.Services.GetRequiredService<CommitLog>().CatchUpAsync(workspaceSid, stop);
        await using var db = server.Services.GetRequiredService<Database>().CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var single = FactKinds.Singles;
        var joined = db.Facts.Where(fact => fact.WorkspaceSid == workspaceSid && !single.Contains(fact.Kind));
        var facts = await joined.AsNoTracking().ToListAsync(stop);
        await joined.ExecuteDeleteAsync(stop);
        db.AddRange(facts.SelectMany(Of));
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);

        // Traffic that leaves them out proves nothing.
        facts.Select(fact => fact.Kind).Distinct().ShouldBe(
            [FactKind.TaskArrived, FactKind.TaskReservedOnArrival, FactKind.TaskCompletedWithReservation],
            ignoreOrder: true);
    }

    /// <summary>What a row would have been.</summary>
    public static IEnumerable<Fact> Of(Fact fact) => FactKinds.PartsOf(fact.Kind).Select(kind => fact with
    {
        Kind = kind,
        TaskQueueSid = kind is FactKind.TaskCreated or FactKind.WorkflowEntered ? default : fact.TaskQueueSid,
        WorkerSid = FactKinds.OfReservations.Contains(kind) ? fact.WorkerSid : null,
        HandleSeconds = kind == FactKind.ReservationCompleted ? fact.HandleSeconds : null,
    });
}
