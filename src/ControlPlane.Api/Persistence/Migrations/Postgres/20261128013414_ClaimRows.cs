using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ClaimRows : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_vms_affinity_group",
                table: "vms");

            migrationBuilder.DropIndex(
                name: "ix_placements_create_time",
                table: "placements");

            migrationBuilder.DropIndex(
                name: "ix_operations_parent_state",
                table: "operations");

            migrationBuilder.DropIndex(
                name: "ix_operations_queue_turn",
                table: "operations");

            migrationBuilder.AddColumn<string>(
                name: "resources",
                table: "allocations",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

            // As the product writes them: by class, without spaces.
            migrationBuilder.Sql("UPDATE allocations SET resources = coalesce((SELECT '{' || string_agg('\"' || resource || '\":' || amount, ',' "
                + "ORDER BY resource) || '}' FROM allocation_amounts WHERE allocation_id = id), '{}')");

            migrationBuilder.DropTable(
                name: "allocation_amounts");

            migrationBuilder.CreateIndex(
                name: "ix_vms_affinity_group",
                table: "vms",
                column: "affinity_group",
                filter: "affinity_group IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_operations_parent_state",
                table: "operations",
                columns: new[] { "parent", "state" },
                filter: "parent IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_operations_queue_turn",
                table: "operations",
                column: "queue_turn",
                filter: "queue_turn IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_vms_affinity_group",
                table: "vms");

            migrationBuilder.DropIndex(
                name: "ix_operations_parent_state",
                table: "operations");

            migrationBuilder.DropIndex(
                name: "ix_operations_queue_turn",
                table: "operations");

            migrationBuilder.CreateTable(
                name: "allocation_amounts",
                columns: table => new
                {
                    allocation_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    resource = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    amount = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_allocation_amounts", x => new { x.allocation_id, x.resource });
                    table.CheckConstraint("amount_above_zero", "amount > 0");
                    table.ForeignKey(
                        name: "fk_allocation_amounts_allocations_allocation_id",
                        column: x => x.allocation_id,
                        principalTable: "allocations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });
            migrationBuilder.Sql("INSERT INTO allocation_amounts (allocation_id, resource, amount) "
                + "SELECT id, key, value::bigint FROM allocations, jsonb_each_text(resources::jsonb)");

            migrationBuilder.DropColumn(
                name: "resources",
                table: "allocations");

            migrationBuilder.CreateIndex(
                name: "ix_vms_affinity_group",
                table: "vms",
                column: "affinity_group");

            migrationBuilder.CreateIndex(
                name: "ix_placements_create_time",
                table: "placements",
                column: "create_time");

            migrationBuilder.CreateIndex(
                name: "ix_operations_parent_state",
                table: "operations",
                columns: new[] { "parent", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_operations_queue_turn",
                table: "operations",
                column: "queue_turn");
        }
    }
}
