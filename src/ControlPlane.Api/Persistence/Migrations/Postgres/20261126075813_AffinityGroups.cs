using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
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
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.CreateTable(
                name: "affinity_groups",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    policy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    strictness = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    scope = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    labels = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
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
