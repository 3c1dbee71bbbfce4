using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Moves : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "departing",
                table: "vms",
                type: "text",
                nullable: false,
                defaultValue: "[]",
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "issued",
                table: "vms",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "migration",
                table: "vms",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "migration_counts",
                table: "vms",
                type: "text",
                nullable: false,
                defaultValue: "[]",
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "migration_sight",
                table: "vms",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "migration_target",
                table: "vms",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "transfer",
                table: "operations",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<bool>(
                name: "for_move",
                table: "allocations",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "departures",
                columns: table => new
                {
                    vm = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    host = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    engine = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    incarnation = table.Column<long>(type: "bigint", nullable: false),
                    generation = table.Column<long>(type: "bigint", nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_departures", x => new { x.host, x.vm });
                });

            migrationBuilder.CreateIndex(
                name: "ix_vms_migration_target",
                table: "vms",
                column: "migration_target",
                filter: "migration_target IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_departures_host_revision",
                table: "departures",
                columns: new[] { "host", "revision" });

            migrationBuilder.CreateIndex(
                name: "ix_departures_revision",
                table: "departures",
                column: "revision");

            migrationBuilder.CreateIndex(
                name: "ix_departures_vm",
                table: "departures",
                column: "vm");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "departures");

            migrationBuilder.DropIndex(
                name: "ix_vms_migration_target",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "departing",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "issued",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "migration",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "migration_counts",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "migration_sight",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "migration_target",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "transfer",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "for_move",
                table: "allocations");
        }
    }
}
