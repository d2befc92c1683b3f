using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Statistics : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "activity_stints",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    worker_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    activity_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_last = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_activity_stints", x => new { x.workspace_sid, x.worker_sid, x.ended_at, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "fact_hours",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    of_sid = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    hour = table.Column<long>(type: "INTEGER", nullable: false),
                    task_channel_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    fact_count = table.Column<long>(type: "INTEGER", nullable: false),
                    wait_total = table.Column<long>(type: "INTEGER", nullable: false),
                    wait_min = table.Column<int>(type: "INTEGER", nullable: false),
                    wait_max = table.Column<int>(type: "INTEGER", nullable: false),
                    queue_wait_total = table.Column<long>(type: "INTEGER", nullable: false),
                    queue_wait_min = table.Column<int>(type: "INTEGER", nullable: false),
                    queue_wait_max = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_fact_hours", x => new { x.workspace_sid, x.of_sid, x.kind, x.hour, x.task_channel_sid });
                });

            migrationBuilder.CreateTable(
                name: "facts",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    task_queue_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    workflow_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_channel_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    worker_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    wait_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    queue_wait_seconds = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facts", x => new { x.workspace_sid, x.kind, x.at, x.sequence });
                });

            migrationBuilder.CreateIndex(
                name: "ix_activity_stints_workspace_sid_ended_at",
                table: "activity_stints",
                columns: new[] { "workspace_sid", "ended_at" },
                filter: "is_last");

            migrationBuilder.CreateIndex(
                name: "ix_activity_stints_workspace_sid_ended_at_sequence",
                table: "activity_stints",
                columns: new[] { "workspace_sid", "ended_at", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_fact_hours_workspace_sid_hour",
                table: "fact_hours",
                columns: new[] { "workspace_sid", "hour" });

            migrationBuilder.CreateIndex(
                name: "ix_facts_workspace_sid_worker_sid_kind_at",
                table: "facts",
                columns: new[] { "workspace_sid", "worker_sid", "kind", "at" },
                filter: "worker_sid IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "activity_stints");

            migrationBuilder.DropTable(
                name: "fact_hours");

            migrationBuilder.DropTable(
                name: "facts");
        }
    }
}
