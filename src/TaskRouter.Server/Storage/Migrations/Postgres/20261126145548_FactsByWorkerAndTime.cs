using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Postgres
{
    /// <summary>What a worker does next lies beside what came before, and not in a place for each kind.</summary>
    public partial class FactsByWorkerAndTime : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_facts_workspace_sid_worker_sid_kind_at",
                table: "facts");

            migrationBuilder.CreateIndex(
                name: "ix_facts_workspace_sid_worker_sid_at_kind",
                table: "facts",
                columns: new[] { "workspace_sid", "worker_sid", "at", "kind" },
                filter: "worker_sid IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_facts_workspace_sid_worker_sid_at_kind",
                table: "facts");

            migrationBuilder.CreateIndex(
                name: "ix_facts_workspace_sid_worker_sid_kind_at",
                table: "facts",
                columns: new[] { "workspace_sid", "worker_sid", "kind", "at" },
                filter: "worker_sid IS NOT NULL");
        }
    }
}
