using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations
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
                type: "TEXT",
                nullable: false,
                defaultValue: "Active");

            migrationBuilder.AddColumn<string>(
                name: "life",
                table: "hosts",
                type: "TEXT",
                nullable: false,
                defaultValue: "Active");

            migrationBuilder.Sql("UPDATE hosts SET duty = 'Cordoned' WHERE cordoned = 1");

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
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "reachable",
                table: "hosts",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);
        }
    }
}
