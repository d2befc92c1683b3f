using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Postgres
{
    /// <summary>
    /// Rows that are written once and deleted by retention. Postgres vacuums a table that has grown by a fifth, which
    /// finds nothing to remove, marks its pages as seen by all, and with checksums writes each page to the write-ahead
    /// log once more. Nobody reads these tables by an index alone, which is what the marks are for; facts are read so.
    /// What retention deletes still has them vacuumed.
    /// https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-AUTOVACUUM-VACUUM-INSERT-THRESHOLD
    /// </summary>
    public partial class NoVacuumForInserts : Migration
    {
        private const string Setting = "autovacuum_vacuum_insert_threshold";

        private static readonly string[] Tables =
            ["event_blocks", "event_keys", "occupancy_changes", "tasks", "reservations"];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            foreach (var table in Tables)
            {
                migrationBuilder.Sql($"ALTER TABLE {table} SET ({Setting} = -1, toast.{Setting} = -1);");
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var table in Tables)
            {
                migrationBuilder.Sql($"ALTER TABLE {table} RESET ({Setting}, toast.{Setting});");
            }
        }
    }
}
