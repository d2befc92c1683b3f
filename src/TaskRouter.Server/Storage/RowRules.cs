using System.Data.Common;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Storage;

/// <summary>
/// The check constraints of the tables that commits go into, asked before a batch is acknowledged: later, when its rows
/// reach their tables, it is too late to refuse it. Each has the name of its constraint in <see cref="RouterDb"/>.
/// </summary>
internal static class RowRules
{
    public static readonly Rule<RoutingTask>[] Tasks =
    [
        new("ck_tasks_assignment_status", row => Enum.IsDefined(row.AssignmentStatus)),
        new("ck_tasks_priority", row => row.Priority >= 0),
        new("ck_tasks_timeout_seconds", row => row.TimeoutSeconds >= 0),
        new("ck_tasks_workflow_version", row => row.WorkflowVersion >= 0),
        new("ck_tasks_filter_index", row => row.FilterIndex is null or >= 0),
        new("ck_tasks_step_index", row => row.StepIndex is null or >= 0),
        new("ck_tasks_assignment_count", row => row.AssignmentCount >= 0),
        new("ck_tasks_version", row => row.Version >= 0),
        new("ck_tasks_ended_at", row => row.EndedAt.HasValue == row.IsEnded),
        new("ck_tasks_remove_at", row => row.RemoveAt.HasValue == row.IsEnded),
    ];

    public static readonly Rule<Reservation>[] Reservations =
    [
        new("ck_reservations_status", row => Enum.IsDefined(row.Status)),
        new("ck_reservations_timeout_seconds", row => row.TimeoutSeconds >= 0),
        new("ck_reservations_version", row => row.Version >= 0),
        new("ck_reservations_expires_at", row => row.ExpiresAt is null || row.Status == ReservationStatus.Pending),
    ];

    public static readonly Rule<TaskTransfer>[] Transfers =
    [
        new("ck_task_transfers_mode", row => Enum.IsDefined(row.Mode)),
        new("ck_task_transfers_status", row => Enum.IsDefined(row.Status)),
    ];

    public static readonly Rule<Worker>[] Workers =
    [
        new("ck_workers_version", row => row.Version >= 0),
    ];

    public static readonly Rule<WorkerChannel>[] WorkerChannels =
    [
        new("ck_worker_channels_configured_capacity", row => row.ConfiguredCapacity >= 0),
        new("ck_worker_channels_version", row => row.Version >= 0),
    ];

    /// <exception cref="BrokenRuleException">A row could not be in its table.</exception>
    public static void Check(Changes changes)
    {
        Check(changes.Tasks, Tasks);
        Check(changes.Reservations, Reservations);
        Check(changes.Transfers, Transfers);
        Check(changes.Workers, Workers);
        Check(changes.WorkerChannels, WorkerChannels);
    }

    private static void Check<TRow>(RowChanges<TRow> changes, Rule<TRow>[] rules)
        where TRow : class
    {
        foreach (var row in changes.Written.Values)
        {
            foreach (var rule in rules)
            {
                if (!rule.Holds(row))
                {
                    throw new BrokenRuleException($"{rule.Name} does not hold of {row}.");
                }
            }
        }
    }

    /// <param name="Name">The constraint's.</param>
    public sealed record Rule<TRow>(string Name, Func<TRow, bool> Holds);
}

/// <summary>A batch that must not be acknowledged, because its rows contradict themselves.</summary>
internal sealed class BrokenRuleException(string message) : DbException(message);
