using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Api.Persistence.Migrations
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
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    pool = table.Column<string>(type: "TEXT", nullable: false),
                    host = table.Column<string>(type: "TEXT", nullable: false),
                    engine = table.Column<string>(type: "TEXT", nullable: true),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    vm = table.Column<string>(type: "TEXT", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false),
                    update_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_allocations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: true),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    resource_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: true),
                    state = table.Column<string>(type: "TEXT", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_events", x => x.revision);
                });

            migrationBuilder.CreateTable(
                name: "fleets",
                columns: table => new
                {
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_fleets", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "hosts",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    driver = table.Column<string>(type: "TEXT", nullable: false),
                    zone = table.Column<string>(type: "TEXT", nullable: true),
                    labels = table.Column<string>(type: "TEXT", nullable: false),
                    traits = table.Column<string>(type: "TEXT", nullable: false),
                    cordoned = table.Column<bool>(type: "INTEGER", nullable: false),
                    reachable = table.Column<bool>(type: "INTEGER", nullable: false),
                    facts = table.Column<string>(type: "TEXT", nullable: true),
                    simulation = table.Column<string>(type: "TEXT", nullable: true),
                    conditions = table.Column<string>(type: "TEXT", nullable: false),
                    engines = table.Column<string>(type: "TEXT", nullable: false),
                    generation = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false),
                    update_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_hosts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    request_hash = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: true),
                    location = table.Column<string>(type: "TEXT", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: true),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_keys", x => new { x.project, x.actor, x.key });
                });

            migrationBuilder.CreateTable(
                name: "images",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    format = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: true),
                    virtual_size_bytes = table.Column<long>(type: "INTEGER", nullable: true),
                    sha256 = table.Column<string>(type: "TEXT", nullable: true),
                    content_file = table.Column<string>(type: "TEXT", nullable: true),
                    initrd_size_bytes = table.Column<long>(type: "INTEGER", nullable: true),
                    initrd_sha256 = table.Column<string>(type: "TEXT", nullable: true),
                    initrd_file = table.Column<string>(type: "TEXT", nullable: true),
                    kernel_command_line = table.Column<string>(type: "TEXT", nullable: true),
                    labels = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false),
                    update_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_images", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "operations",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    target = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    steps = table.Column<string>(type: "TEXT", nullable: false),
                    fault = table.Column<string>(type: "TEXT", nullable: true),
                    warnings = table.Column<string>(type: "TEXT", nullable: false),
                    arguments = table.Column<string>(type: "TEXT", nullable: true),
                    response = table.Column<string>(type: "TEXT", nullable: true),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    placement = table.Column<string>(type: "TEXT", nullable: true),
                    parent = table.Column<string>(type: "TEXT", nullable: true),
                    lease = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false),
                    start_time = table.Column<long>(type: "INTEGER", nullable: true),
                    end_time = table.Column<long>(type: "INTEGER", nullable: true),
                    update_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "placements",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    target = table.Column<string>(type: "TEXT", nullable: false),
                    demand = table.Column<string>(type: "TEXT", nullable: false),
                    seed = table.Column<long>(type: "INTEGER", nullable: false),
                    fleet = table.Column<string>(type: "TEXT", nullable: false),
                    host = table.Column<string>(type: "TEXT", nullable: false),
                    engine = table.Column<string>(type: "TEXT", nullable: true),
                    decision_microseconds = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_placements", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pools",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    parent = table.Column<string>(type: "TEXT", nullable: true),
                    selector = table.Column<string>(type: "TEXT", nullable: false),
                    default_algorithm = table.Column<string>(type: "TEXT", nullable: false),
                    labels = table.Column<string>(type: "TEXT", nullable: false),
                    generation = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false),
                    update_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pools", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tokens",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    sha256 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tokens", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "vms",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    project = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    pool = table.Column<string>(type: "TEXT", nullable: false),
                    spec = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    activity = table.Column<string>(type: "TEXT", nullable: false),
                    operation = table.Column<string>(type: "TEXT", nullable: true),
                    host = table.Column<string>(type: "TEXT", nullable: true),
                    engine = table.Column<string>(type: "TEXT", nullable: true),
                    allocation = table.Column<string>(type: "TEXT", nullable: true),
                    placement = table.Column<string>(type: "TEXT", nullable: true),
                    claim_microseconds = table.Column<long>(type: "INTEGER", nullable: false),
                    decision_microseconds = table.Column<long>(type: "INTEGER", nullable: false),
                    migrations = table.Column<int>(type: "INTEGER", nullable: false),
                    incarnation = table.Column<long>(type: "INTEGER", nullable: false),
                    assignment_generation = table.Column<long>(type: "INTEGER", nullable: false),
                    assignment_revision = table.Column<long>(type: "INTEGER", nullable: false),
                    desired_power = table.Column<string>(type: "TEXT", nullable: false),
                    stop_mode = table.Column<string>(type: "TEXT", nullable: false),
                    stop_timeout_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    force_after_timeout = table.Column<bool>(type: "INTEGER", nullable: false),
                    reboot_count = table.Column<long>(type: "INTEGER", nullable: false),
                    reboot_mode = table.Column<string>(type: "TEXT", nullable: false),
                    observed_power = table.Column<string>(type: "TEXT", nullable: false),
                    observed_generation = table.Column<long>(type: "INTEGER", nullable: false),
                    failure = table.Column<string>(type: "TEXT", nullable: true),
                    failure_reason = table.Column<string>(type: "TEXT", nullable: true),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    process_id = table.Column<int>(type: "INTEGER", nullable: true),
                    restarts = table.Column<int>(type: "INTEGER", nullable: false),
                    conditions = table.Column<string>(type: "TEXT", nullable: false),
                    isolation_controls = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false),
                    update_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vms", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "allocation_amounts",
                columns: table => new
                {
                    resource = table.Column<string>(type: "TEXT", nullable: false),
                    allocation_id = table.Column<string>(type: "TEXT", nullable: false),
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

            migrationBuilder.CreateTable(
                name: "host_inventory",
                columns: table => new
                {
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    resource = table.Column<string>(type: "TEXT", nullable: false),
                    host_id = table.Column<string>(type: "TEXT", nullable: false),
                    total = table.Column<long>(type: "INTEGER", nullable: true),
                    reserved = table.Column<long>(type: "INTEGER", nullable: false),
                    overcommit = table.Column<int>(type: "INTEGER", nullable: false),
                    used = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_inventory", x => new { x.host_id, x.scope, x.resource });
                    table.CheckConstraint("reserved_not_negative", "reserved >= 0");
                    table.CheckConstraint("used_not_negative", "used >= 0");
                    table.CheckConstraint("used_within_capacity", "total IS NULL OR used <= (total - reserved) * overcommit / 1000");
                    table.ForeignKey(
                        name: "fk_host_inventory_hosts_host_id",
                        column: x => x.host_id,
                        principalTable: "hosts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pool_limits",
                columns: table => new
                {
                    resource = table.Column<string>(type: "TEXT", nullable: false),
                    pool_id = table.Column<string>(type: "TEXT", nullable: false),
                    limit = table.Column<long>(type: "INTEGER", nullable: true),
                    overcommit = table.Column<int>(type: "INTEGER", nullable: false),
                    used = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pool_limits", x => new { x.pool_id, x.resource });
                    table.CheckConstraint("used_not_negative", "used >= 0");
                    table.CheckConstraint("used_within_limit", "\"limit\" IS NULL OR used <= \"limit\" * overcommit / 1000");
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
