using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "activities",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    friendly_name = table.Column<string>(type: "TEXT", nullable: false),
                    name_key = table.Column<string>(type: "TEXT", nullable: false),
                    available = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_activities", x => new { x.workspace_sid, x.sid });
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    resource_type = table.Column<string>(type: "TEXT", nullable: false),
                    resource_sid = table.Column<string>(type: "TEXT", nullable: false),
                    task_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    worker_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    task_queue_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    workflow_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    reservation_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    task_channel_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    event_data = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_events", x => new { x.workspace_sid, x.sequence });
                    table.CheckConstraint("ck_events_sequence", "sequence >= 1");
                });

            migrationBuilder.CreateTable(
                name: "reservations",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    worker_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_channel_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_queue_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    workflow_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    task_transfer_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    status = table.Column<short>(type: "INTEGER", nullable: false),
                    worker_previous_activity_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    timeout_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    callback_due = table.Column<bool>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reservations", x => new { x.workspace_sid, x.sid });
                    table.CheckConstraint("ck_reservations_expires_at", "expires_at IS NULL OR status = 0");
                    table.CheckConstraint("ck_reservations_status", "status BETWEEN 0 AND 7");
                    table.CheckConstraint("ck_reservations_timeout_seconds", "timeout_seconds >= 0");
                    table.CheckConstraint("ck_reservations_version", "version >= 0");
                });

            migrationBuilder.CreateTable(
                name: "task_channels",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    friendly_name = table.Column<string>(type: "TEXT", nullable: false),
                    unique_name = table.Column<string>(type: "TEXT", nullable: false),
                    name_key = table.Column<string>(type: "TEXT", nullable: false),
                    channel_optimized_routing = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_task_channels", x => new { x.workspace_sid, x.sid });
                });

            migrationBuilder.CreateTable(
                name: "task_queues",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    friendly_name = table.Column<string>(type: "TEXT", nullable: false),
                    name_key = table.Column<string>(type: "TEXT", nullable: false),
                    target_workers = table.Column<string>(type: "TEXT", nullable: false),
                    max_reserved_workers = table.Column<int>(type: "INTEGER", nullable: false),
                    task_order = table.Column<short>(type: "INTEGER", nullable: false),
                    reservation_activity_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    assignment_activity_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_task_queues", x => new { x.workspace_sid, x.sid });
                    table.CheckConstraint("ck_task_queues_max_reserved_workers", "max_reserved_workers >= 1");
                    table.CheckConstraint("ck_task_queues_task_order", "task_order BETWEEN 0 AND 1");
                });

            migrationBuilder.CreateTable(
                name: "task_transfers",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    transfer_to = table.Column<string>(type: "TEXT", nullable: false),
                    mode = table.Column<short>(type: "INTEGER", nullable: false),
                    status = table.Column<short>(type: "INTEGER", nullable: false),
                    failed_reason = table.Column<string>(type: "TEXT", nullable: true),
                    initiating_reservation_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    initiating_worker_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    initiating_task_queue_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    initiating_workflow_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_task_transfers", x => new { x.workspace_sid, x.sid });
                    table.CheckConstraint("ck_task_transfers_mode", "mode BETWEEN 0 AND 1");
                    table.CheckConstraint("ck_task_transfers_status", "status BETWEEN 0 AND 3");
                });

            migrationBuilder.CreateTable(
                name: "tasks",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    attributes = table.Column<string>(type: "TEXT", nullable: false),
                    assignment_status = table.Column<short>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    timeout_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    task_channel_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_queue_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    workflow_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    workflow_version = table.Column<int>(type: "INTEGER", nullable: false),
                    re_evaluation_due = table.Column<bool>(type: "INTEGER", nullable: false),
                    left_workflow = table.Column<bool>(type: "INTEGER", nullable: false),
                    filter_index = table.Column<int>(type: "INTEGER", nullable: true),
                    step_index = table.Column<int>(type: "INTEGER", nullable: true),
                    filter_entered_at = table.Column<long>(type: "INTEGER", nullable: true),
                    step_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    routing_target = table.Column<string>(type: "TEXT", nullable: true),
                    ignore_capacity = table.Column<bool>(type: "INTEGER", nullable: false),
                    assignment_count = table.Column<int>(type: "INTEGER", nullable: false),
                    queue_entered_at = table.Column<long>(type: "INTEGER", nullable: true),
                    virtual_start_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    step_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    completion_due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    target_due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    remove_at = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tasks", x => new { x.workspace_sid, x.sid });
                    table.CheckConstraint("ck_tasks_assignment_count", "assignment_count >= 0");
                    table.CheckConstraint("ck_tasks_assignment_status", "assignment_status BETWEEN 0 AND 5");
                    table.CheckConstraint("ck_tasks_ended_at", "(ended_at IS NOT NULL) = (assignment_status >= 4)");
                    table.CheckConstraint("ck_tasks_filter_index", "filter_index >= 0");
                    table.CheckConstraint("ck_tasks_priority", "priority >= 0");
                    table.CheckConstraint("ck_tasks_remove_at", "(remove_at IS NOT NULL) = (assignment_status >= 4)");
                    table.CheckConstraint("ck_tasks_step_index", "step_index >= 0");
                    table.CheckConstraint("ck_tasks_timeout_seconds", "timeout_seconds >= 0");
                    table.CheckConstraint("ck_tasks_version", "version >= 0");
                    table.CheckConstraint("ck_tasks_workflow_version", "workflow_version >= 0");
                });

            migrationBuilder.CreateTable(
                name: "worker_channels",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    worker_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_channel_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    configured_capacity = table.Column<int>(type: "INTEGER", nullable: false),
                    available = table.Column<bool>(type: "INTEGER", nullable: false),
                    last_reserved_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_worker_channels", x => new { x.workspace_sid, x.sid });
                    table.CheckConstraint("ck_worker_channels_configured_capacity", "configured_capacity >= 0");
                    table.CheckConstraint("ck_worker_channels_version", "version >= 0");
                });

            migrationBuilder.CreateTable(
                name: "workers",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    friendly_name = table.Column<string>(type: "TEXT", nullable: false),
                    name_key = table.Column<string>(type: "TEXT", nullable: false),
                    activity_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    attributes = table.Column<string>(type: "TEXT", nullable: false),
                    status_changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_workers", x => new { x.workspace_sid, x.sid });
                    table.CheckConstraint("ck_workers_version", "version >= 0");
                });

            migrationBuilder.CreateTable(
                name: "workflow_versions",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workflow_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    configuration = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_workflow_versions", x => new { x.workspace_sid, x.workflow_sid, x.version });
                    table.CheckConstraint("ck_workflow_versions_version", "version >= 1");
                });

            migrationBuilder.CreateTable(
                name: "workflows",
                columns: table => new
                {
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    friendly_name = table.Column<string>(type: "TEXT", nullable: false),
                    name_key = table.Column<string>(type: "TEXT", nullable: false),
                    assignment_callback_url = table.Column<string>(type: "TEXT", nullable: true),
                    fallback_assignment_callback_url = table.Column<string>(type: "TEXT", nullable: true),
                    configuration = table.Column<string>(type: "TEXT", nullable: false),
                    configuration_version = table.Column<int>(type: "INTEGER", nullable: false),
                    task_reservation_timeout_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_workflows", x => new { x.workspace_sid, x.sid });
                    table.CheckConstraint("ck_workflows_configuration_version", "configuration_version >= 1");
                    table.CheckConstraint("ck_workflows_task_reservation_timeout_seconds", "task_reservation_timeout_seconds >= 1");
                });

            migrationBuilder.CreateTable(
                name: "workspaces",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    friendly_name = table.Column<string>(type: "TEXT", nullable: false),
                    name_key = table.Column<string>(type: "TEXT", nullable: false),
                    default_activity_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    timeout_activity_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    event_callback_url = table.Column<string>(type: "TEXT", nullable: false),
                    events_filter = table.Column<string>(type: "TEXT", nullable: true),
                    multi_task_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    prioritize_queue_order = table.Column<short>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false, defaultValue: 1L),
                    last_event_sequence = table.Column<long>(type: "INTEGER", nullable: false, defaultValue: 0L),
                    last_event_sid = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_workspaces", x => x.workspace_sid);
                    table.CheckConstraint("ck_workspaces_epoch", "epoch >= 1");
                    table.CheckConstraint("ck_workspaces_last_event_sequence", "last_event_sequence >= 0");
                    table.CheckConstraint("ck_workspaces_prioritize_queue_order", "prioritize_queue_order BETWEEN 0 AND 1");
                });

            migrationBuilder.CreateIndex(
                name: "ix_activities_workspace_sid_name_key",
                table: "activities",
                columns: new[] { "workspace_sid", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_at",
                table: "events",
                columns: new[] { "workspace_sid", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_sid",
                table: "events",
                columns: new[] { "workspace_sid", "sid" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_reservations_workspace_sid_task_sid",
                table: "reservations",
                columns: new[] { "workspace_sid", "task_sid" });

            migrationBuilder.CreateIndex(
                name: "ix_reservations_workspace_sid_task_sid_worker_sid",
                table: "reservations",
                columns: new[] { "workspace_sid", "task_sid", "worker_sid" },
                unique: true,
                filter: "status IN (0, 1, 6)");

            migrationBuilder.CreateIndex(
                name: "ix_task_channels_workspace_sid_name_key",
                table: "task_channels",
                columns: new[] { "workspace_sid", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_task_queues_workspace_sid_name_key",
                table: "task_queues",
                columns: new[] { "workspace_sid", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_task_transfers_workspace_sid_task_sid",
                table: "task_transfers",
                columns: new[] { "workspace_sid", "task_sid" });

            migrationBuilder.CreateIndex(
                name: "ix_tasks_workspace_sid_remove_at",
                table: "tasks",
                columns: new[] { "workspace_sid", "remove_at" });

            migrationBuilder.CreateIndex(
                name: "ix_worker_channels_workspace_sid_worker_sid_task_channel_sid",
                table: "worker_channels",
                columns: new[] { "workspace_sid", "worker_sid", "task_channel_sid" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_workers_workspace_sid_name_key",
                table: "workers",
                columns: new[] { "workspace_sid", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_workflows_workspace_sid_name_key",
                table: "workflows",
                columns: new[] { "workspace_sid", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_workspaces_account_sid_name_key",
                table: "workspaces",
                columns: new[] { "account_sid", "name_key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "activities");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "reservations");

            migrationBuilder.DropTable(
                name: "task_channels");

            migrationBuilder.DropTable(
                name: "task_queues");

            migrationBuilder.DropTable(
                name: "task_transfers");

            migrationBuilder.DropTable(
                name: "tasks");

            migrationBuilder.DropTable(
                name: "worker_channels");

            migrationBuilder.DropTable(
                name: "workers");

            migrationBuilder.DropTable(
                name: "workflow_versions");

            migrationBuilder.DropTable(
                name: "workflows");

            migrationBuilder.DropTable(
                name: "workspaces");
        }
    }
}
