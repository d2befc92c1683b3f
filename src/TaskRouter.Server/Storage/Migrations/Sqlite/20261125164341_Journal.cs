using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Journal : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "alerts",
                columns: table => new
                {
                    account_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    code = table.Column<int>(type: "INTEGER", nullable: false),
                    level = table.Column<short>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: true),
                    resource_sid = table.Column<string>(type: "TEXT", nullable: true),
                    request_method = table.Column<string>(type: "TEXT", nullable: true),
                    request_url = table.Column<string>(type: "TEXT", nullable: true),
                    request_variables = table.Column<string>(type: "TEXT", nullable: true),
                    response_headers = table.Column<string>(type: "TEXT", nullable: true),
                    response_body = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alerts", x => new { x.account_sid, x.sid });
                    table.CheckConstraint("ck_alerts_level", "level BETWEEN 0 AND 3");
                });

            migrationBuilder.CreateTable(
                name: "calls",
                columns: table => new
                {
                    workspace_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    task_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    reservation_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    worker_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    instruction = table.Column<string>(type: "TEXT", nullable: false),
                    to = table.Column<string>(type: "TEXT", nullable: true),
                    from = table.Column<string>(type: "TEXT", nullable: true),
                    outcome = table.Column<short>(type: "INTEGER", nullable: false),
                    parameters = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_calls", x => new { x.workspace_sid, x.sid });
                    table.CheckConstraint("ck_calls_outcome", "outcome BETWEEN 0 AND 3");
                });

            migrationBuilder.CreateIndex(
                name: "ix_alerts_sid",
                table: "alerts",
                column: "sid");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alerts");

            migrationBuilder.DropTable(
                name: "calls");
        }
    }
}
