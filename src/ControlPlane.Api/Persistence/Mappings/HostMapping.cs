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
            });
            entry.WithOwner().HasForeignKey("HostId");
            entry.HasKey("HostId", nameof(Inventory.Scope), nameof(Inventory.Resource));
            entry.Ignore(row => row.Engine);
        });
        host.Navigation(row => row.Inventory).UsePropertyAccessMode(PropertyAccessMode.Field).HasField("inventory");
    }
}
