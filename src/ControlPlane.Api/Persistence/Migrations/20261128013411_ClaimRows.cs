using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ClaimRows : Migration
    {
        private const string Allocations = "id TEXT NOT NULL CONSTRAINT pk_allocations PRIMARY KEY, project TEXT NOT NULL, pool TEXT NOT NULL, "
            + "host TEXT NOT NULL, engine TEXT NULL, owner TEXT NOT NULL, vm TEXT NULL, version INTEGER NOT NULL, create_time INTEGER NOT NULL, "
            + "update_time INTEGER NOT NULL, seat TEXT NULL, reservation TEXT NULL, for_move INTEGER NOT NULL DEFAULT 0";

        private const string AllocationColumns =
            "id, project, pool, host, engine, owner, vm, version, create_time, update_time, seat, reservation, for_move";

        private const string Placements = "id TEXT NOT NULL CONSTRAINT pk_placements PRIMARY KEY, create_time INTEGER NOT NULL, "
            + "decision_microseconds INTEGER NOT NULL, demand TEXT NOT NULL, engine TEXT NULL, fleet TEXT NULL, host TEXT NOT NULL, "
            + "project TEXT NOT NULL, revision INTEGER NOT NULL, seed INTEGER NOT NULL, target TEXT NOT NULL, preemption TEXT NULL";

        private const string PlacementColumns =
            "id, create_time, decision_microseconds, demand, engine, fleet, host, project, revision, seed, target, preemption";

        private const string HostHistory = "revision INTEGER NOT NULL, host TEXT NOT NULL, shape TEXT NULL, \"use\" TEXT NULL, "
            + "CONSTRAINT pk_host_history PRIMARY KEY (revision, host)";

        private const string HostHistoryColumns = "revision, host, shape, \"use\"";

        private const string HostInventory = "host_id TEXT NOT NULL, scope TEXT NOT NULL, resource TEXT NOT NULL, exclusive INTEGER NOT NULL, "
            + "overcommit INTEGER NOT NULL, reserved INTEGER NOT NULL, total INTEGER NULL, used INTEGER NOT NULL, "
            + "CONSTRAINT pk_host_inventory PRIMARY KEY (host_id, scope, resource), "
            + "CONSTRAINT exclusive_within_used CHECK (exclusive >= 0 AND exclusive <= used), "
            + "CONSTRAINT floating_within_the_rest CHECK (total IS NULL OR (exclusive <= total - reserved "
            + "AND used - exclusive <= (total - reserved - exclusive) * overcommit / 1000)), "
            + "CONSTRAINT reserved_not_negative CHECK (reserved >= 0), CONSTRAINT used_not_negative CHECK (used >= 0), "
            + "CONSTRAINT used_within_capacity CHECK (total IS NULL OR used <= (total - reserved) * overcommit / 1000), "
            + "CONSTRAINT fk_host_inventory_hosts_host_id FOREIGN KEY (host_id) REFERENCES hosts (id) ON DELETE CASCADE";

        private const string HostInventoryColumns = "host_id, scope, resource, exclusive, overcommit, reserved, total, used";

        private const string PoolLimits = "resource TEXT NOT NULL, pool_id TEXT NOT NULL, \"limit\" INTEGER NULL, overcommit INTEGER NOT NULL, "
            + "used INTEGER NOT NULL, CONSTRAINT pk_pool_limits PRIMARY KEY (pool_id, resource), "
            + "CONSTRAINT used_not_negative CHECK (used >= 0), "
            + "CONSTRAINT used_within_limit CHECK (\"limit\" IS NULL OR used <= \"limit\" * overcommit / 1000), "
            + "CONSTRAINT fk_pool_limits_pools_pool_id FOREIGN KEY (pool_id) REFERENCES pools (id) ON DELETE CASCADE";

        private const string PoolLimitColumns = "resource, pool_id, \"limit\", overcommit, used";

        // As the product writes them: by class, without spaces.
        private const string Together = "coalesce((SELECT '{' || group_concat('\"' || resource || '\":' || amount, ',') || '}' "
            + "FROM (SELECT resource, amount FROM allocation_amounts WHERE allocation_id = id ORDER BY resource)), '{}')";

        private enum RowIds { None, Kept }

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

            Rebuild(migrationBuilder, "allocations", Allocations + ", resources TEXT NOT NULL", AllocationColumns + ", resources", RowIds.None,
                AllocationColumns + ", " + Together);
            migrationBuilder.DropTable(
                name: "allocation_amounts");
            Rebuild(migrationBuilder, "placements", Placements, PlacementColumns, RowIds.None);
            Rebuild(migrationBuilder, "host_history", HostHistory, HostHistoryColumns, RowIds.None);
            Rebuild(migrationBuilder, "host_inventory", HostInventory, HostInventoryColumns, RowIds.None);
            Rebuild(migrationBuilder, "pool_limits", PoolLimits, PoolLimitColumns, RowIds.None);
            IndexAgain(migrationBuilder);

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
                    allocation_id = table.Column<string>(type: "TEXT", nullable: false),
                    resource = table.Column<string>(type: "TEXT", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false)
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
            // Its parent is made anew: the rows come after it.
            migrationBuilder.Sql("CREATE TEMP TABLE amounts_apart AS SELECT allocations.id, key AS resource, value AS amount FROM allocations, json_each(resources)");
            Rebuild(migrationBuilder, "allocations", Allocations, AllocationColumns, RowIds.Kept);
            migrationBuilder.Sql("INSERT INTO allocation_amounts (allocation_id, resource, amount) SELECT id, resource, amount FROM amounts_apart");
            migrationBuilder.Sql("DROP TABLE amounts_apart");
            Rebuild(migrationBuilder, "placements", Placements, PlacementColumns, RowIds.Kept);
            Rebuild(migrationBuilder, "host_history", HostHistory, HostHistoryColumns, RowIds.Kept);
            Rebuild(migrationBuilder, "host_inventory", HostInventory, HostInventoryColumns, RowIds.Kept);
            Rebuild(migrationBuilder, "pool_limits", PoolLimits, PoolLimitColumns, RowIds.Kept);
            IndexAgain(migrationBuilder);

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

        // Whoever has no integer for a key is one tree less without a rowid: its rows are in the tree of its key.
        private static void Rebuild(
            MigrationBuilder migrationBuilder, string table, string definition, string columns, RowIds rowIds, string values = null)
        {
            migrationBuilder.Sql($"CREATE TABLE {table}_anew ({definition}){(rowIds == RowIds.None ? " WITHOUT ROWID" : "")}");
            migrationBuilder.Sql($"INSERT INTO {table}_anew ({columns}) SELECT {values ?? columns} FROM {table}");
            migrationBuilder.Sql($"DROP TABLE {table}");
            migrationBuilder.Sql($"ALTER TABLE {table}_anew RENAME TO {table}");
        }

        private static void IndexAgain(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(name: "ix_allocations_pool", table: "allocations", column: "pool");
            migrationBuilder.CreateIndex(name: "ix_allocations_host", table: "allocations", column: "host", filter: "for_move");
            migrationBuilder.CreateIndex(
                name: "ix_allocations_reservation", table: "allocations", column: "reservation", filter: "reservation IS NOT NULL");
            migrationBuilder.CreateIndex(name: "ix_placements_target", table: "placements", column: "target");
            migrationBuilder.CreateIndex(name: "ix_placements_fleet", table: "placements", column: "fleet", filter: "fleet IS NOT NULL");
        }
    }
}
