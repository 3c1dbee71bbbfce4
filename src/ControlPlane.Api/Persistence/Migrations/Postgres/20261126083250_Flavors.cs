using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Flavors : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "flavors",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    vcpus = table.Column<int>(type: "integer", nullable: false),
                    memory_mi_b = table.Column<long>(type: "bigint", nullable: false),
                    disk_gi_b = table.Column<long>(type: "bigint", nullable: false),
                    extra_resources = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    engine = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    isolation = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    labels = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_flavors", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_flavors_project_name",
                table: "flavors",
                columns: new[] { "project", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "flavors");
        }
    }
}
