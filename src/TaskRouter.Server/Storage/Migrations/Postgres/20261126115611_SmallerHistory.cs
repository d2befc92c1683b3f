using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Postgres
{
    /// <summary>
    /// Changes no table. An earlier version would not count facts that stand for several events, nor read blocks of
    /// events without their JSON; now it refuses to start on them.
    /// </summary>
    public partial class SmallerHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {

        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {

        }
    }
}
