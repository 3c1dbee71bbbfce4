using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Reservations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "reservation",
                table: "allocations",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.CreateTable(
                name: "reservation_slots",
                columns: table => new
                {
                    reservation = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<int>(type: "integer", nullable: false),
                    allocation = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    host = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    engine = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    resources = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    seat = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    vm = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reservation_slots", x => new { x.reservation, x.number });
                });

            migrationBuilder.CreateTable(
                name: "reservations",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    pool = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    expire_time = table.Column<long>(type: "bigint", nullable: false),
                    count = table.Column<int>(type: "integer", nullable: false),
                    held = table.Column<int>(type: "integer", nullable: false),
                    consumed = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reservations", x => x.id);
                    table.CheckConstraint("slots_add_up", "held >= 0 AND consumed >= 0 AND held + consumed <= count");
                });

            migrationBuilder.CreateIndex(
                name: "ix_allocations_reservation",
                table: "allocations",
                column: "reservation");

            migrationBuilder.CreateIndex(
                name: "ix_reservation_slots_allocation",
                table: "reservation_slots",
                column: "allocation");

            migrationBuilder.CreateIndex(
                name: "ix_reservations_pool",
                table: "reservations",
                column: "pool");

            migrationBuilder.CreateIndex(
                name: "ix_reservations_project_name",
                table: "reservations",
                columns: new[] { "project", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_reservations_state_expire_time",
                table: "reservations",
                columns: new[] { "state", "expire_time" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "reservation_slots");

            migrationBuilder.DropTable(
                name: "reservations");

            migrationBuilder.DropIndex(
                name: "ix_allocations_reservation",
                table: "allocations");

            migrationBuilder.DropColumn(
                name: "reservation",
                table: "allocations");
        }
    }
}
