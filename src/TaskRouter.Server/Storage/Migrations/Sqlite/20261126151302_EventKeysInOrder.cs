using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskRouter.Server.Storage.Migrations.Sqlite
{
    /// <summary>
    /// The bits of SIDs were kept in the order of bytes in which Windows keeps a GUID, which is none of time: each row
    /// went to a place of its own. There and back is the same step.
    /// </summary>
    public partial class EventKeysInOrder : Migration
    {
        private const string TurnRound = """
            UPDATE event_keys SET of_bits = unhex(
                substr(hex(of_bits), 7, 2) || substr(hex(of_bits), 5, 2)
                || substr(hex(of_bits), 3, 2) || substr(hex(of_bits), 1, 2)
                || substr(hex(of_bits), 11, 2) || substr(hex(of_bits), 9, 2)
                || substr(hex(of_bits), 15, 2) || substr(hex(of_bits), 13, 2)
                || substr(hex(of_bits), 17));
            """;

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(TurnRound);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(TurnRound);
    }
}
