using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Preemption : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "held",
                table: "vms",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "preempted",
                table: "vms",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<bool>(
                name: "preemptible",
                table: "vms",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "priority",
                table: "vms",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "preemption",
                table: "pools",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "preemption",
                table: "placements",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.CreateIndex(
                name: "ix_vms_priority",
                table: "vms",
                column: "priority",
                filter: "preemptible");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_vms_priority",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "held",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "preempted",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "preemptible",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "preemption",
                table: "pools");

            migrationBuilder.DropColumn(
                name: "preemption",
                table: "placements");
        }
    }
}
