using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class HostStandings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "loss_policy",
                table: "vms",
                type: "text",
                nullable: false,
                defaultValue: "Stay",
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "lost",
                table: "vms",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "promise_from",
                table: "vms",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "held_back",
                table: "hosts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "host_standings",
                columns: table => new
                {
                    host = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    session = table.Column<long>(type: "bigint", nullable: false),
                    renewals = table.Column<long>(type: "bigint", nullable: false),
                    length_ms = table.Column<long>(type: "bigint", nullable: false),
                    margin_ms = table.Column<long>(type: "bigint", nullable: false),
                    drift_permille = table.Column<int>(type: "integer", nullable: false),
                    proof = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_standings", x => x.host);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "host_standings");

            migrationBuilder.DropColumn(
                name: "loss_policy",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "lost",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "promise_from",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "held_back",
                table: "hosts");
        }
    }
}
