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

internal sealed class IdempotencyMapping : IEntityTypeConfiguration<IdempotencyRow>
{
    public void Configure(EntityTypeBuilder<IdempotencyRow> key)
    {
        key.ToTable("idempotency_keys");
        key.HasKey(row => new { row.Project, row.Actor, row.Key });
        key.HasIndex(row => row.CreateTime);
    }
}
