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

internal sealed class PoolMapping : IEntityTypeConfiguration<Pool>
{
    public void Configure(EntityTypeBuilder<Pool> pool)
    {
        pool.ToTable("pools");
        pool.HasKey(row => row.Id);
        pool.HasIndex(row => new { row.Project, row.Name }).IsUnique();
        pool.Property(row => row.Labels).HasJson();
        pool.Property(row => row.Selector).HasJson();
        pool.Property(row => row.Generation).IsConcurrencyToken();
        pool.OwnsMany(row => row.Limits, limit =>
        {
            limit.ToTable("pool_limits", table =>
            {
                table.HasCheckConstraint("used_not_negative", "used >= 0");
                table.HasCheckConstraint("used_within_limit", "\"limit\" IS NULL OR used <= \"limit\" * overcommit / 1000");
            });
            limit.WithOwner().HasForeignKey("PoolId");
            limit.HasKey("PoolId", nameof(PoolLimit.Resource));
        });
        pool.Navigation(row => row.Limits).UsePropertyAccessMode(PropertyAccessMode.Field).HasField("limits");
    }
}
