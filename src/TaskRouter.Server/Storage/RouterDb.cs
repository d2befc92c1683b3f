using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Events;
using TaskRouter.Server.Journal;
using TaskRouter.Server.Statistics;

namespace TaskRouter.Server.Storage;

/// <summary>
/// The schema, over the engine's own records: tables, columns, keys, checks and indexes of both databases. The batch
/// writers take every name from here. Every key begins with the workspace (of what belongs to an account, with the
/// account), so that a distributed Postgres can shard by it.
/// </summary>
// No foreign keys. What a task or reservation names may be deleted while the row stays as history, so most of them
// would be false; and each would cost the hot path a look-up per row. The workspace's own row is proved by every save.
internal abstract class RouterDb(DbContextOptions options) : DbContext(options)
{
    public const string Epoch = "Epoch";
    public const string LastEventSequence = "LastEventSequence";
    public const string LastEventSid = "LastEventSid";
    public const string HoursBefore = "HoursBefore";
    public const string HoursUnderWay = "HoursUnderWay";

    public DbSet<Workspace> Workspaces => Set<Workspace>();

    public DbSet<Activity> Activities => Set<Activity>();

    public DbSet<TaskChannel> TaskChannels => Set<TaskChannel>();

    public DbSet<TaskQueue> TaskQueues => Set<TaskQueue>();

    public DbSet<Workflow> Workflows => Set<Workflow>();

    public DbSet<WorkflowVersion> WorkflowVersions => Set<WorkflowVersion>();

    public DbSet<Worker> Workers => Set<Worker>();

    public DbSet<WorkerChannel> WorkerChannels => Set<WorkerChannel>();

    public DbSet<RoutingTask> Tasks => Set<RoutingTask>();

    public DbSet<Reservation> Reservations => Set<Reservation>();

    public DbSet<TaskTransfer> TaskTransfers => Set<TaskTransfer>();

    /// <summary>Of versions that kept each event for itself: see <see cref="EventConversion"/>.</summary>
    public DbSet<EventRecord> Events => Set<EventRecord>();

    public DbSet<EventBlock> EventBlocks => Set<EventBlock>();

    public DbSet<EventKey> EventKeys => Set<EventKey>();

    public DbSet<Commit> Commits => Set<Commit>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<FlexConfiguration> FlexConfigurations => Set<FlexConfiguration>();

    public DbSet<EventDelivery> EventDeliveries => Set<EventDelivery>();

    public DbSet<Alert> Alerts => Set<Alert>();

    public DbSet<RecordedCall> Calls => Set<RecordedCall>();

    public DbSet<Fact> Facts => Set<Fact>();

    public DbSet<FactHour> FactHours => Set<FactHour>();

    public DbSet<ActivityStint> ActivityStints => Set<ActivityStint>();

    public DbSet<OccupancyChange> OccupancyChanges => Set<OccupancyChange>();

    /// <summary>In queries alone: an event's time as a number, to be divided into intervals.</summary>
    public static long MillisecondsOf(DateTimeOffset instant) => throw new NotSupportedException($"{instant}");

    /// <summary>How this database says <see cref="MillisecondsOf"/>.</summary>
    protected abstract SqlExpression SqlMillisecondsOf(SqlExpression instant);

    /// <summary>How this database holds a SID of one kind in 16 bytes.</summary>
    protected abstract ValueConverter SidConverter(SidKind kind);

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<Enum>().HaveConversion<short>();

        // Makes every SID a column; CompleteColumns puts the converter of its kind in this one's place.
        configuration.Properties<Sid>().HaveConversion<SidTextConverter>();
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        MapWorkspace(model);
        Map<Activity>(model, "activities", UniqueName);
        Map<TaskChannel>(model, "task_channels", UniqueName);
        Map<TaskQueue>(model, "task_queues", UniqueName, queue =>
        {
            Check(queue, "max_reserved_workers", "max_reserved_workers >= 1");
            CheckRange<QueueOrder>(queue, "task_order");
        });
        Map<Workflow>(model, "workflows", UniqueName, workflow =>
        {
            Check(workflow, "configuration_version", "configuration_version >= 1");
            Check(workflow, "task_reservation_timeout_seconds", "task_reservation_timeout_seconds >= 1");
        });
        Map<Worker>(model, "workers", UniqueName, worker => Check(worker, "version", "version >= 0"));
        Map<WorkerChannel>(model, "worker_channels", channel =>
        {
            channel.Ignore(row => row.AssignedTasks).Ignore(row => row.ActiveTasks);
            channel.HasIndex(row => new { row.WorkspaceSid, row.WorkerSid, row.TaskChannelSid }).IsUnique();
            Check(channel, "configured_capacity", "configured_capacity >= 0");
            Check(channel, "version", "version >= 0");
        });
        Map<RoutingTask>(model, "tasks", MapTask);
        Map<Reservation>(model, "reservations", MapReservation);
        Map<TaskTransfer>(model, "task_transfers", transfer =>
        {
            transfer.HasIndex(row => new { row.WorkspaceSid, row.TaskSid });
            CheckRange<TransferMode>(transfer, "mode");
            CheckRange<TransferStatus>(transfer, "status");
        });
        MapWorkflowVersion(model);
        MapEvent(model);
        model.Entity<Commit>().ToTable("commits").HasKey(row => new { row.WorkspaceSid, row.Position });
        model.Entity<ApiKey>().ToTable("api_keys").HasKey(row => new { row.AccountSid, row.Sid });
        MapFlexConfiguration(model);
        MapEventDelivery(model);
        JournalModel.Map(model);
        StatisticsTables.Map(model);
        model.HasDbFunction(() => MillisecondsOf(default))
            .HasTranslation(arguments => SqlMillisecondsOf(arguments[0]));

        foreach (var table in model.Model.GetEntityTypes())
        {
            CompleteColumns(table);
        }
    }

    private static void MapWorkspace(ModelBuilder model)
    {
        var workspace = model.Entity<Workspace>().ToTable("workspaces");
        workspace.HasKey(row => row.Sid);
        workspace.Property(row => row.Sid).HasColumnName("workspace_sid");
        workspace.HasIndex(row => new { row.AccountSid, row.NameKey }).IsUnique();

        // The workspace's owner, the end of its event log, and how far its facts are added up by the hour: see
        // AddedHours. Defaults, because the record does not carry them.
        workspace.Property<long>(Epoch).HasDefaultValue(OwnedWorkspace.FirstEpoch);
        workspace.Property<long>(LastEventSequence).HasDefaultValue(0L);
        workspace.Property<Sid?>(LastEventSid);
        workspace.Property<DateTimeOffset>(HoursBefore).HasDefaultValue(DateTimeOffset.UnixEpoch);
        workspace.Property<DateTimeOffset>(HoursUnderWay).HasDefaultValue(DateTimeOffset.UnixEpoch);
        Check(workspace, "epoch", $"epoch >= {OwnedWorkspace.FirstEpoch}");
        Check(workspace, "last_event_sequence", "last_event_sequence >= 0");
        CheckRange<QueueOrder>(workspace, "prioritize_queue_order");
    }

    private static void MapTask(EntityTypeBuilder<RoutingTask> task)
    {
        // Loading reads what is not removed (null) or not yet: both are ranges of this index, so that the ended tasks
        // of months are not touched. It changes when a task ends and not before, which keeps updates within the page.
        task.HasIndex(row => new { row.WorkspaceSid, row.RemoveAt });

        CheckRange<AssignmentStatus>(task, "assignment_status");
        Check(task, "priority", "priority >= 0");
        Check(task, "timeout_seconds", "timeout_seconds >= 0");
        Check(task, "workflow_version", "workflow_version >= 0");
        Check(task, "filter_index", "filter_index >= 0");
        Check(task, "step_index", "step_index >= 0");
        Check(task, "assignment_count", "assignment_count >= 0");
        Check(task, "version", "version >= 0");

        var isEnded = $"(assignment_status >= {(short)AssignmentStatus.Completed})";
        Check(task, "ended_at", $"(ended_at IS NOT NULL) = {isEnded}");
        Check(task, "remove_at", $"(remove_at IS NOT NULL) = {isEnded}");
    }

    private static void MapReservation(EntityTypeBuilder<Reservation> reservation)
    {
        reservation.HasIndex(row => new { row.WorkspaceSid, row.TaskSid });

        // One worker never holds two open offers of one task.
        var active = string.Join(
            ", ",
            (short)ReservationStatus.Pending,
            (short)ReservationStatus.Accepted,
            (short)ReservationStatus.Wrapping);
        reservation.HasIndex(row => new { row.WorkspaceSid, row.TaskSid, row.WorkerSid })
            .IsUnique()
            .HasFilter($"status IN ({active})");

        CheckRange<ReservationStatus>(reservation, "status");
        Check(reservation, "timeout_seconds", "timeout_seconds >= 0");
        Check(reservation, "version", "version >= 0");
        Check(reservation, "expires_at", $"expires_at IS NULL OR status = {(short)ReservationStatus.Pending}");
    }

    private static void MapWorkflowVersion(ModelBuilder model)
    {
        var version = model.Entity<WorkflowVersion>().ToTable("workflow_versions");
        version.HasKey(row => new { row.WorkspaceSid, row.WorkflowSid, row.Version });
        Check(version, "version", "version >= 1");
    }

    private static void MapEvent(ModelBuilder model)
    {
        var log = model.Entity<EventRecord>().ToTable("events");
        log.HasKey(row => new { row.WorkspaceSid, row.Sequence });
        Check(log, "sequence", "sequence >= 1");

        // In the order of time, which is that of the sequence but where the clock was set back between two runs.
        var block = model.Entity<EventBlock>().ToTable("event_blocks");
        block.HasKey(row => new { row.WorkspaceSid, row.FirstSequence });
        block.HasIndex(row => new { row.WorkspaceSid, row.At, row.FirstSequence });
        block.HasIndex(row => new { row.WorkspaceSid, row.FirstEventSid });

        // Tasks and workers alone: the events of a queue, a workflow, a channel or a type lie close together.
        var key = model.Entity<EventKey>().ToTable("event_keys");
        key.HasKey(row => new { row.WorkspaceSid, row.OfBits, row.At, row.LastSequence });
        key.HasIndex(row => new { row.WorkspaceSid, row.At });
    }

    private static void MapFlexConfiguration(ModelBuilder model)
    {
        var configuration = model.Entity<FlexConfiguration>().ToTable("flex_configurations");
        configuration.HasKey(row => row.AccountSid);
        Check(configuration, "version", "version >= 1");
    }

    private static void MapEventDelivery(ModelBuilder model)
    {
        var delivery = model.Entity<EventDelivery>().ToTable("event_deliveries");
        delivery.HasKey(row => row.WorkspaceSid);
        Check(delivery, "delivered_sequence", "delivered_sequence >= 0");
        Check(delivery, "is_stopped", "failing_since IS NOT NULL OR NOT is_stopped");
    }

    private static void Map<TRow>(ModelBuilder model, string table, params Action<EntityTypeBuilder<TRow>>[] more)
        where TRow : class
    {
        var builder = model.Entity<TRow>().ToTable(table);
        builder.HasKey("WorkspaceSid", "Sid");
        foreach (var map in more)
        {
            map(builder);
        }
    }

    private static void UniqueName<TRow>(EntityTypeBuilder<TRow> builder)
        where TRow : class => builder.HasIndex("WorkspaceSid", "NameKey").IsUnique();

    private static void Check<TRow>(EntityTypeBuilder<TRow> builder, string column, string sql)
        where TRow : class => builder.ToTable(
            table => table.HasCheckConstraint($"ck_{builder.Metadata.GetTableName()}_{column}", sql));

    private static void CheckRange<TEnum>(EntityTypeBuilder builder, string column)
        where TEnum : struct, Enum => builder.ToTable(table => table.HasCheckConstraint(
            $"ck_{builder.Metadata.GetTableName()}_{column}",
            $"{column} BETWEEN 0 AND {Enum.GetValues<TEnum>().Length - 1}"));

    private void CompleteColumns(IMutableEntityType table)
    {
        var name = table.GetTableName();
        foreach (var property in table.GetProperties())
        {
            if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
            {
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            }

            if (property.ClrType == typeof(Sid) || property.ClrType == typeof(Sid?))
            {
                CompleteSid(property);
            }
        }

        table.FindPrimaryKey()!.SetName($"pk_{name}");
        foreach (var index in table.GetIndexes())
        {
            var columns = index.Properties.Select(property => property.GetColumnName());
            index.SetDatabaseName($"ix_{name}_{string.Join('_', columns)}");
        }
    }

    private void CompleteSid(IMutableProperty property)
    {
        if (StoredSids.KindOf(property.DeclaringType.ClrType, property.Name) is { } kind)
        {
            property.SetValueConverter(SidConverter(kind));
        }
    }
}
