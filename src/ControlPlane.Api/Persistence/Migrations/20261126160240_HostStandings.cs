using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations
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
                type: "TEXT",
                nullable: false,
                defaultValue: "Stay");

            migrationBuilder.AddColumn<string>(
                name: "lost",
                table: "vms",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "promise_from",
                table: "vms",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "held_back",
                table: "hosts",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "host_standings",
                columns: table => new
                {
                    host = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    session = table.Column<long>(type: "INTEGER", nullable: false),
                    renewals = table.Column<long>(type: "INTEGER", nullable: false),
                    length_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    margin_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    drift_permille = table.Column<int>(type: "INTEGER", nullable: false),
                    proof = table.Column<string>(type: "TEXT", nullable: true)
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
