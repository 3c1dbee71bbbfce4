using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class HostDuties : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "duty",
                table: "hosts",
                type: "text",
                nullable: false,
                defaultValue: "Active",
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "life",
                table: "hosts",
                type: "text",
                nullable: false,
                defaultValue: "Active",
                collation: "C");

            migrationBuilder.Sql("UPDATE hosts SET duty = 'Cordoned' WHERE cordoned");

            migrationBuilder.DropColumn(
                name: "cordoned",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "reachable",
                table: "hosts");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "duty",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "life",
                table: "hosts");

            migrationBuilder.AddColumn<bool>(
                name: "cordoned",
                table: "hosts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "reachable",
                table: "hosts",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }
    }
}
