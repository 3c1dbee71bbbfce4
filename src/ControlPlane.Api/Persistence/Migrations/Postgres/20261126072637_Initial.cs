using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "allocations",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    pool = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    host = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    engine = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    owner = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    vm = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    seat = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_allocations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    project = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    resource_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    state = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_events", x => x.revision);
                });

            migrationBuilder.CreateTable(
                name: "fleets",
                columns: table => new
                {
                    hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_fleets", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "hosts",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    driver = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    zone = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    labels = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    traits = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    cordoned = table.Column<bool>(type: "boolean", nullable: false),
                    reachable = table.Column<bool>(type: "boolean", nullable: false),
                    facts = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    simulation = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    conditions = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    engines = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    platform = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    generation = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_hosts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    request_hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    status = table.Column<int>(type: "integer", nullable: false),
                    body = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    location = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: true),
                    create_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_keys", x => new { x.project, x.actor, x.key });
                });

            migrationBuilder.CreateTable(
                name: "images",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    format = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    architecture = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    firmware = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    min_memory_mi_b = table.Column<long>(type: "bigint", nullable: true),
                    min_disk_gi_b = table.Column<long>(type: "bigint", nullable: true),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    size_bytes = table.Column<long>(type: "bigint", nullable: true),
                    virtual_size_bytes = table.Column<long>(type: "bigint", nullable: true),
                    sha256 = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    content_file = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    initrd_size_bytes = table.Column<long>(type: "bigint", nullable: true),
                    initrd_sha256 = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    initrd_file = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    kernel_command_line = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    labels = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_images", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "operations",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    target = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    steps = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    fault = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    warnings = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    arguments = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    response = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    placement = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    parent = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    lease = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    start_time = table.Column<long>(type: "bigint", nullable: true),
                    end_time = table.Column<long>(type: "bigint", nullable: true),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "placements",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    target = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    demand = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    seed = table.Column<long>(type: "bigint", nullable: false),
                    fleet = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    host = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    engine = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    decision_microseconds = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_placements", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pools",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    parent = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    selector = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    default_algorithm = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    labels = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    generation = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pools", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tokens",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tokens", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "vms",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    pool = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    spec = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    activity = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    operation = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    host = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    engine = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    allocation = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    seat = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    placement = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    claim_microseconds = table.Column<long>(type: "bigint", nullable: false),
                    decision_microseconds = table.Column<long>(type: "bigint", nullable: false),
                    migrations = table.Column<int>(type: "integer", nullable: false),
                    incarnation = table.Column<long>(type: "bigint", nullable: false),
                    assignment_generation = table.Column<long>(type: "bigint", nullable: false),
                    assignment_revision = table.Column<long>(type: "bigint", nullable: false),
                    desired_power = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    stop_mode = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    stop_timeout_seconds = table.Column<int>(type: "integer", nullable: false),
                    force_after_timeout = table.Column<bool>(type: "boolean", nullable: false),
                    reboot_count = table.Column<long>(type: "bigint", nullable: false),
                    reboot_mode = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    observed_power = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    observed_generation = table.Column<long>(type: "bigint", nullable: false),
                    failure = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    failure_reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    started_at = table.Column<long>(type: "bigint", nullable: true),
                    process_id = table.Column<int>(type: "integer", nullable: true),
                    restarts = table.Column<int>(type: "integer", nullable: false),
                    conditions = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    isolation_controls = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    create_time = table.Column<long>(type: "bigint", nullable: false),
                    update_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vms", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "allocation_amounts",
                columns: table => new
                {
                    resource = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    allocation_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
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

            migrationBuilder.CreateTable(
                name: "host_inventory",
                columns: table => new
                {
                    scope = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    resource = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    host_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    total = table.Column<long>(type: "bigint", nullable: true),
                    reserved = table.Column<long>(type: "bigint", nullable: false),
                    overcommit = table.Column<int>(type: "integer", nullable: false),
                    used = table.Column<long>(type: "bigint", nullable: false),
                    exclusive = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_inventory", x => new { x.host_id, x.scope, x.resource });
                    table.CheckConstraint("exclusive_within_used", "exclusive >= 0 AND exclusive <= used");
                    table.CheckConstraint("floating_within_the_rest", "total IS NULL OR (exclusive <= total - reserved AND used - exclusive <= (total - reserved - exclusive) * overcommit::numeric / 1000)");
                    table.CheckConstraint("reserved_not_negative", "reserved >= 0");
                    table.CheckConstraint("used_not_negative", "used >= 0");
                    table.CheckConstraint("used_within_capacity", "total IS NULL OR used <= (total - reserved) * overcommit::numeric / 1000");
                    table.ForeignKey(
                        name: "fk_host_inventory_hosts_host_id",
                        column: x => x.host_id,
                        principalTable: "hosts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "host_nodes",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false),
                    host_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    cores = table.Column<long>(type: "bigint", nullable: false),
                    cpu_overcommit = table.Column<int>(type: "integer", nullable: false),
                    used_vcpus = table.Column<long>(type: "bigint", nullable: false),
                    pinned_cores = table.Column<long>(type: "bigint", nullable: false),
                    memory_mi_b = table.Column<long>(type: "bigint", nullable: false),
                    memory_overcommit = table.Column<int>(type: "integer", nullable: false),
                    used_memory_mi_b = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_nodes", x => new { x.host_id, x.number });
                    table.CheckConstraint("node_pinned_within_used", "pinned_cores >= 0 AND pinned_cores <= used_vcpus AND pinned_cores <= cores");
                    table.CheckConstraint("node_used_not_negative", "used_vcpus >= 0 AND used_memory_mi_b >= 0");
                    table.CheckConstraint("node_used_within_capacity", "used_vcpus <= cores * cpu_overcommit::numeric / 1000 AND used_vcpus - pinned_cores <= (cores - pinned_cores) * cpu_overcommit::numeric / 1000 AND used_memory_mi_b <= memory_mi_b * memory_overcommit::numeric / 1000");
                    table.ForeignKey(
                        name: "fk_host_nodes_hosts_host_id",
                        column: x => x.host_id,
                        principalTable: "hosts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pool_limits",
                columns: table => new
                {
                    resource = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    pool_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    limit = table.Column<long>(type: "bigint", nullable: true),
                    overcommit = table.Column<int>(type: "integer", nullable: false),
                    used = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pool_limits", x => new { x.pool_id, x.resource });
                    table.CheckConstraint("used_not_negative", "used >= 0");
                    table.CheckConstraint("used_within_limit", "\"limit\" IS NULL OR used <= \"limit\" * overcommit::numeric / 1000");
                    table.ForeignKey(
                        name: "fk_pool_limits_pools_pool_id",
                        column: x => x.pool_id,
                        principalTable: "pools",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_allocations_host",
                table: "allocations",
                column: "host");

            migrationBuilder.CreateIndex(
                name: "ix_allocations_pool",
                table: "allocations",
                column: "pool");

            migrationBuilder.CreateIndex(
                name: "ix_events_time",
                table: "events",
                column: "time");

            migrationBuilder.CreateIndex(
                name: "ix_hosts_name",
                table: "hosts",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_keys_create_time",
                table: "idempotency_keys",
                column: "create_time");

            migrationBuilder.CreateIndex(
                name: "ix_images_project_name",
                table: "images",
                columns: new[] { "project", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_operations_end_time",
                table: "operations",
                column: "end_time");

            migrationBuilder.CreateIndex(
                name: "ix_operations_target",
                table: "operations",
                column: "target");

            migrationBuilder.CreateIndex(
                name: "ix_placements_create_time",
                table: "placements",
                column: "create_time");

            migrationBuilder.CreateIndex(
                name: "ix_placements_fleet",
                table: "placements",
                column: "fleet");

            migrationBuilder.CreateIndex(
                name: "ix_placements_target",
                table: "placements",
                column: "target");

            migrationBuilder.CreateIndex(
                name: "ix_pools_project_name",
                table: "pools",
                columns: new[] { "project", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tokens_sha256",
                table: "tokens",
                column: "sha256",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_vms_assignment_revision",
                table: "vms",
                column: "assignment_revision");

            migrationBuilder.CreateIndex(
                name: "ix_vms_host_assignment_revision",
                table: "vms",
                columns: new[] { "host", "assignment_revision" });

            migrationBuilder.CreateIndex(
                name: "ix_vms_pool",
                table: "vms",
                column: "pool");

            migrationBuilder.CreateIndex(
                name: "ix_vms_project_name",
                table: "vms",
                columns: new[] { "project", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "allocation_amounts");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "fleets");

            migrationBuilder.DropTable(
                name: "host_inventory");

            migrationBuilder.DropTable(
                name: "host_nodes");

            migrationBuilder.DropTable(
                name: "idempotency_keys");

            migrationBuilder.DropTable(
                name: "images");

            migrationBuilder.DropTable(
                name: "operations");

            migrationBuilder.DropTable(
                name: "placements");

            migrationBuilder.DropTable(
                name: "pool_limits");

            migrationBuilder.DropTable(
                name: "tokens");

            migrationBuilder.DropTable(
                name: "vms");

            migrationBuilder.DropTable(
                name: "allocations");

            migrationBuilder.DropTable(
                name: "hosts");

            migrationBuilder.DropTable(
                name: "pools");
        }
    }
}
