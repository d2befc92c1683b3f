using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Commits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_at_sequence",
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

            migrationBuilder.CreateTable(
                name: "commits",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_commits", x => new { x.workspace_sid, x.position });
                });

            migrationBuilder.CreateTable(
                name: "event_blocks",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    first_sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    last_sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    first_event_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_blocks", x => new { x.workspace_sid, x.first_sequence });
                });

            migrationBuilder.CreateTable(
                name: "event_keys",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    of_bits = table.Column<byte[]>(type: "BLOB", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    blocks = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_keys", x => new { x.workspace_sid, x.of_bits, x.at, x.last_sequence });
                });

            migrationBuilder.CreateIndex(
                name: "ix_event_blocks_workspace_sid_at_first_sequence",
                table: "event_blocks",
                columns: new[] { "workspace_sid", "at", "first_sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_event_blocks_workspace_sid_first_event_sid",
                table: "event_blocks",
                columns: new[] { "workspace_sid", "first_event_sid" });

            migrationBuilder.CreateIndex(
                name: "ix_event_keys_workspace_sid_at",
                table: "event_keys",
                columns: new[] { "workspace_sid", "at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "commits");

            migrationBuilder.DropTable(
                name: "event_blocks");

            migrationBuilder.DropTable(
                name: "event_keys");

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_at_sequence",
                table: "events",
                columns: new[] { "workspace_sid", "at", "sequence" });

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
    }
}
