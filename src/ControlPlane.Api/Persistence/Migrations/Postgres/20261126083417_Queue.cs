using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Queue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "queue_cost",
                table: "operations",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "queue_deadline",
                table: "operations",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "queue_reason",
                table: "operations",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "queue_turn",
                table: "operations",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_operations_queue_turn",
                table: "operations",
                column: "queue_turn");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_operations_queue_turn",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "queue_cost",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "queue_deadline",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "queue_reason",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "queue_turn",
                table: "operations");
        }
    }
}
