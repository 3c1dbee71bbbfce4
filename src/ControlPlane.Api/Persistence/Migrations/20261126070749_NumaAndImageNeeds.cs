using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class NumaAndImageNeeds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "seat",
                table: "vms",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "architecture",
                table: "images",
                type: "TEXT",
                nullable: false,
                defaultValue: "X86_64");

            migrationBuilder.AddColumn<string>(
                name: "firmware",
                table: "images",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "min_disk_gi_b",
                table: "images",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "min_memory_mi_b",
                table: "images",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "platform",
                table: "hosts",
                type: "TEXT",
                nullable: false,
                defaultValue: "{}");

            migrationBuilder.AddColumn<long>(
                name: "exclusive",
                table: "host_inventory",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "seat",
                table: "allocations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "host_nodes",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    host_id = table.Column<string>(type: "TEXT", nullable: false),
                    cores = table.Column<long>(type: "INTEGER", nullable: false),
                    cpu_overcommit = table.Column<int>(type: "INTEGER", nullable: false),
                    used_vcpus = table.Column<long>(type: "INTEGER", nullable: false),
                    pinned_cores = table.Column<long>(type: "INTEGER", nullable: false),
                    memory_mi_b = table.Column<long>(type: "INTEGER", nullable: false),
                    memory_overcommit = table.Column<int>(type: "INTEGER", nullable: false),
                    used_memory_mi_b = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_nodes", x => new { x.host_id, x.number });
                    table.CheckConstraint("node_pinned_within_used", "pinned_cores >= 0 AND pinned_cores <= used_vcpus AND pinned_cores <= cores");
                    table.CheckConstraint("node_used_not_negative", "used_vcpus >= 0 AND used_memory_mi_b >= 0");
                    table.CheckConstraint("node_used_within_capacity", "used_vcpus <= cores * cpu_overcommit / 1000 AND used_vcpus - pinned_cores <= (cores - pinned_cores) * cpu_overcommit / 1000 AND used_memory_mi_b <= memory_mi_b * memory_overcommit / 1000");
                    table.ForeignKey(
                        name: "fk_host_nodes_hosts_host_id",
                        column: x => x.host_id,
                        principalTable: "hosts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.AddCheckConstraint(
                name: "exclusive_within_used",
                table: "host_inventory",
                sql: "exclusive >= 0 AND exclusive <= used");

            migrationBuilder.AddCheckConstraint(
                name: "floating_within_the_rest",
                table: "host_inventory",
                sql: "total IS NULL OR (exclusive <= total - reserved AND used - exclusive <= (total - reserved - exclusive) * overcommit / 1000)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "host_nodes");

            migrationBuilder.DropCheckConstraint(
                name: "exclusive_within_used",
                table: "host_inventory");

            migrationBuilder.DropCheckConstraint(
                name: "floating_within_the_rest",
                table: "host_inventory");

            migrationBuilder.DropColumn(
                name: "seat",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "architecture",
                table: "images");

            migrationBuilder.DropColumn(
                name: "firmware",
                table: "images");

            migrationBuilder.DropColumn(
                name: "min_disk_gi_b",
                table: "images");

            migrationBuilder.DropColumn(
                name: "min_memory_mi_b",
                table: "images");

            migrationBuilder.DropColumn(
                name: "platform",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "exclusive",
                table: "host_inventory");

            migrationBuilder.DropColumn(
                name: "seat",
                table: "allocations");
        }
    }
}
