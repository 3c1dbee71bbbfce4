using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class HostMapping : IEntityTypeConfiguration<Host>
{
    public void Configure(EntityTypeBuilder<Host> host)
    {
        host.ToTable("hosts");
        host.HasKey(row => row.Id);
        host.HasIndex(row => row.Name).IsUnique();
        host.Property(row => row.Labels).HasJson();
        host.Property(row => row.Traits).HasJson();
        host.Property(row => row.Conditions).HasJson();
        host.Property(row => row.Engines).HasJson();
        host.Property(row => row.Platform).HasJson();
        host.Property(row => row.Generation).IsConcurrencyToken();
        host.Ignore(row => row.State);
        host.OwnsMany(row => row.Inventory, entry =>
        {
            entry.ToTable("host_inventory", table =>
            {
                table.HasCheckConstraint("used_not_negative", "used >= 0");
                table.HasCheckConstraint("reserved_not_negative", "reserved >= 0");
                table.HasCheckConstraint("used_within_capacity",
                    "total IS NULL OR used <= (total - reserved) * overcommit / 1000");
                table.HasCheckConstraint("exclusive_within_used", "exclusive >= 0 AND exclusive <= used");
                table.HasCheckConstraint("floating_within_the_rest", "total IS NULL OR (exclusive <= total - reserved "
                    + "AND used - exclusive <= (total - reserved - exclusive) * overcommit / 1000)");
            });
            entry.WithOwner().HasForeignKey("HostId");
            entry.HasKey("HostId", nameof(Inventory.Scope), nameof(Inventory.Resource));
            entry.Ignore(row => row.Engine);
        });
        host.OwnsMany(row => row.Nodes, Configure);
        host.Navigation(row => row.Inventory).UsePropertyAccessMode(PropertyAccessMode.Field).HasField("inventory");
        host.Navigation(row => row.Nodes).UsePropertyAccessMode(PropertyAccessMode.Field).HasField("nodes");
    }

    private static void Configure(OwnedNavigationBuilder<Host, HostNode> node)
    {
        node.ToTable("host_nodes", table =>
        {
            table.HasCheckConstraint("node_used_not_negative", "used_vcpus >= 0 AND used_memory_mi_b >= 0");
            table.HasCheckConstraint("node_pinned_within_used",
                "pinned_cores >= 0 AND pinned_cores <= used_vcpus AND pinned_cores <= cores");
            table.HasCheckConstraint("node_used_within_capacity", "used_vcpus <= cores * cpu_overcommit / 1000 "
                + "AND used_vcpus - pinned_cores <= (cores - pinned_cores) * cpu_overcommit / 1000 "
                + "AND used_memory_mi_b <= memory_mi_b * memory_overcommit / 1000");
        });
        node.WithOwner().HasForeignKey("HostId");
        node.HasKey("HostId", nameof(HostNode.Number));
        node.Property(row => row.Number).ValueGeneratedNever();
    }
}
