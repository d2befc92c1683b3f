using Microsoft.EntityFrameworkCore;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>What cumulative statistics are read from: see docs/statistics.md.</summary>
internal static class StatisticsTables
{
    public static void Map(ModelBuilder model)
    {
        // A window of one kind is one stretch of the key, and so is the end of the table that retention deletes.
        var fact = model.Entity<Fact>().ToTable("facts");
        fact.HasKey(row => new { row.WorkspaceSid, row.Kind, row.At, row.Sequence });

        // By time before kind: what a worker does next lies beside what came before, and not in a place for each kind.
        fact.HasIndex(row => new { row.WorkspaceSid, row.WorkerSid, row.At, row.Kind })
            .HasFilter("worker_sid IS NOT NULL");

        // For a transfer's acceptance to find those before it.
        fact.HasIndex(row => new { row.WorkspaceSid, row.TaskSid, row.At })
            .HasFilter($"kind IN ({(short)FactKind.ReservationAccepted}, {(short)FactKind.ReservationAcceptedAgain})");

        var hour = model.Entity<FactHour>().ToTable("fact_hours");
        hour.HasKey(row => new { row.WorkspaceSid, row.OfSid, row.Kind, row.Hour, row.TaskChannelSid });
        hour.HasIndex(row => new { row.WorkspaceSid, row.Hour });

        var stint = model.Entity<ActivityStint>().ToTable("activity_stints");
        stint.HasKey(row => new { row.WorkspaceSid, row.WorkerSid, row.EndedAt, row.Sequence });
        stint.HasIndex(row => new { row.WorkspaceSid, row.EndedAt, row.Sequence });
        stint.HasIndex(row => new { row.WorkspaceSid, row.EndedAt }, "ended_by_deletion").HasFilter("is_last");

        // Read forward in time; what a worker does when a window begins is the first change after that.
        var occupancy = model.Entity<OccupancyChange>().ToTable("occupancy_changes");
        occupancy.HasKey(row => new { row.WorkspaceSid, row.At, row.Sequence });
        occupancy.HasIndex(row => new { row.WorkspaceSid, row.WorkerSid, row.At, row.Sequence });
    }
}
