using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class AffinityGroups : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "affinity_group",
                table: "vms",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "affinity_groups",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    policy = table.Column<string>(type: "TEXT", nullable: false),
                    strictness = table.Column<string>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    labels = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false),
                    update_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_affinity_groups", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_vms_affinity_group",
                table: "vms",
                column: "affinity_group");

            migrationBuilder.CreateIndex(
                name: "ix_affinity_groups_project_name",
                table: "affinity_groups",
                columns: new[] { "project", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "affinity_groups");

            migrationBuilder.DropIndex(
                name: "ix_vms_affinity_group",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "affinity_group",
                table: "vms");
        }
    }
}
