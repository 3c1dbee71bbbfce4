using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class HostHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_placements_fleet",
                table: "placements");

            migrationBuilder.AlterColumn<string>(
                name: "fleet",
                table: "placements",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "TEXT");

            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "placements",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "host_history",
                columns: table => new
                {
                    host = table.Column<string>(type: "TEXT", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    shape = table.Column<string>(type: "TEXT", nullable: true),
                    use = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_history", x => new { x.host, x.revision });
                });

            migrationBuilder.CreateTable(
                name: "host_shapes",
                columns: table => new
                {
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    content = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_shapes", x => x.hash);
                });

            migrationBuilder.CreateIndex(
                name: "ix_placements_fleet",
                table: "placements",
                column: "fleet",
                filter: "fleet IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "host_history");

            migrationBuilder.DropTable(
                name: "host_shapes");

            migrationBuilder.DropIndex(
                name: "ix_placements_fleet",
                table: "placements");

            migrationBuilder.DropColumn(
                name: "revision",
                table: "placements");

            migrationBuilder.AlterColumn<string>(
                name: "fleet",
                table: "placements",
                type: "TEXT",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_placements_fleet",
                table: "placements",
                column: "fleet");
        }
    }
}
