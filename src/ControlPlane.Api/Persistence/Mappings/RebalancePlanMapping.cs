using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class RebalancePlanMapping : IEntityTypeConfiguration<RebalancePlanRow>
{
    public void Configure(EntityTypeBuilder<RebalancePlanRow> plan)
    {
        plan.ToTable("rebalance_plans");
        plan.HasKey(row => row.Id);
        plan.HasIndex(row => row.Pool);
        plan.HasIndex(row => row.CreateTime);
        plan.Property(row => row.Limits).HasJson();
        plan.Property(row => row.Plan).HasJson();
        plan.Property(row => row.Skipped).HasJson();
    }
}
