using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Flex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "flex_configurations",
                columns: table => new
                {
                    account_sid = table.Column<byte[]>(type: "BLOB", nullable: false),
                    properties = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_flex_configurations", x => x.account_sid);
                    table.CheckConstraint("ck_flex_configurations_version", "version >= 1");
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "flex_configurations");
        }
    }
}
