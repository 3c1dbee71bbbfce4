using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ClaimPages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_host_history",
                table: "host_history");

            migrationBuilder.DropIndex(
                name: "ix_events_time",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_allocations_host",
                table: "allocations");

            migrationBuilder.DropIndex(
                name: "ix_allocations_reservation",
                table: "allocations");

            migrationBuilder.AddPrimaryKey(
                name: "pk_host_history",
                table: "host_history",
                columns: new[] { "revision", "host" });

            migrationBuilder.CreateIndex(
                name: "ix_allocations_host",
                table: "allocations",
                column: "host",
                filter: "for_move");

            migrationBuilder.CreateIndex(
                name: "ix_allocations_reservation",
                table: "allocations",
                column: "reservation",
                filter: "reservation IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_host_history",
                table: "host_history");

            migrationBuilder.DropIndex(
                name: "ix_allocations_host",
                table: "allocations");

            migrationBuilder.DropIndex(
                name: "ix_allocations_reservation",
                table: "allocations");

            migrationBuilder.AddPrimaryKey(
                name: "pk_host_history",
                table: "host_history",
                columns: new[] { "host", "revision" });

            migrationBuilder.CreateIndex(
                name: "ix_events_time",
                table: "events",
                column: "time");

            migrationBuilder.CreateIndex(
                name: "ix_allocations_host",
                table: "allocations",
                column: "host");

            migrationBuilder.CreateIndex(
                name: "ix_allocations_reservation",
                table: "allocations",
                column: "reservation");
        }
    }
}
