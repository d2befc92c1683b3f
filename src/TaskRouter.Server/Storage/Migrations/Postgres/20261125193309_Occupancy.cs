using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Occupancy : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "accepted_at",
                table: "reservations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "handle_seconds",
                table: "facts",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "occupancy_changes",
                columns: table => new
                {
                    workspace_sid = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    worker_sid = table.Column<Guid>(type: "uuid", nullable: false),
                    before = table.Column<short>(type: "smallint", nullable: false),
                    after = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_occupancy_changes", x => new { x.workspace_sid, x.at, x.sequence });
                });

            migrationBuilder.CreateIndex(
                name: "ix_occupancy_changes_workspace_sid_worker_sid_at_sequence",
                table: "occupancy_changes",
                columns: new[] { "workspace_sid", "worker_sid", "at", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_facts_workspace_sid_task_sid_at",
                table: "facts",
                columns: new[] { "workspace_sid", "task_sid", "at" },
                filter: "kind IN (9, 10)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "occupancy_changes");

            migrationBuilder.DropIndex(
                name: "ix_facts_workspace_sid_task_sid_at",
                table: "facts");

            migrationBuilder.DropColumn(
                name: "accepted_at",
                table: "reservations");

            migrationBuilder.DropColumn(
                name: "handle_seconds",
                table: "facts");
        }
    }
}
