using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Events : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_at",
                table: "events");

            migrationBuilder.AddColumn<long>(
                name: "events_since",
                table: "workspaces",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            // Whoever has a URL already starts at now, not at the beginning.
            migrationBuilder.Sql("UPDATE workspaces SET events_since = last_event_sequence + 1;");

            migrationBuilder.AddColumn<string>(
                name: "actor_sid",
                table: "events",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "source_ip_address",
                table: "events",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "event_deliveries",
                columns: table => new
                {
                    workspace_sid = table.Column<Guid>(type: "uuid", nullable: false),
                    delivered_sequence = table.Column<long>(type: "bigint", nullable: false),
                    failing_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_stopped = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_deliveries", x => x.workspace_sid);
                    table.CheckConstraint("ck_event_deliveries_delivered_sequence", "delivered_sequence >= 0");
                    table.CheckConstraint("ck_event_deliveries_is_stopped", "failing_since IS NOT NULL OR NOT is_stopped");
                });

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_at_sequence",
                table: "events",
                columns: new[] { "workspace_sid", "at", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_reservation_sid_at_sequence",
                table: "events",
                columns: new[] { "workspace_sid", "reservation_sid", "at", "sequence" },
                filter: "reservation_sid IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_task_sid_at_sequence",
                table: "events",
                columns: new[] { "workspace_sid", "task_sid", "at", "sequence" },
                filter: "task_sid IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_type_at_sequence",
                table: "events",
                columns: new[] { "workspace_sid", "type", "at", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_worker_sid_at_sequence",
                table: "events",
                columns: new[] { "workspace_sid", "worker_sid", "at", "sequence" },
                filter: "worker_sid IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "event_deliveries");

            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_at_sequence",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_reservation_sid_at_sequence",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_task_sid_at_sequence",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_type_at_sequence",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_worker_sid_at_sequence",
                table: "events");

            migrationBuilder.DropColumn(
                name: "events_since",
                table: "workspaces");

            migrationBuilder.DropColumn(
                name: "actor_sid",
                table: "events");

            migrationBuilder.DropColumn(
                name: "source_ip_address",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_at",
                table: "events",
                columns: new[] { "workspace_sid", "at" });
        }
    }
}
