using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class EventIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_reservation_sid_at_sequence",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_workspace_sid_sid",
                table: "events");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_reservation_sid_at_sequence",
                table: "events",
                columns: new[] { "workspace_sid", "reservation_sid", "at", "sequence" },
                filter: "reservation_sid IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_workspace_sid_sid",
                table: "events",
                columns: new[] { "workspace_sid", "sid" },
                unique: true);
        }
    }
}
