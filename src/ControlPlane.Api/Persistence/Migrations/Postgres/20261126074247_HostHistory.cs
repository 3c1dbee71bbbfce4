using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
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
                type: "text",
                nullable: true,
                collation: "C",
                oldClrType: typeof(string),
                oldType: "text",
                oldCollation: "C");

            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "placements",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "host_history",
                columns: table => new
                {
                    host = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    shape = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    use = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_history", x => new { x.host, x.revision });
                });

            migrationBuilder.CreateTable(
                name: "host_shapes",
                columns: table => new
                {
                    hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    content = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C",
                oldClrType: typeof(string),
                oldType: "text",
                oldNullable: true,
                oldCollation: "C");

            migrationBuilder.CreateIndex(
                name: "ix_placements_fleet",
                table: "placements",
                column: "fleet");
        }
    }
}
