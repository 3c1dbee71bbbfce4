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

internal sealed class OperationMapping : IEntityTypeConfiguration<Operation>
{
    public void Configure(EntityTypeBuilder<Operation> operation)
    {
        operation.ToTable("operations");
        operation.HasKey(row => row.Id);
        operation.HasIndex(row => row.Target);
        operation.HasIndex(row => row.EndTime);
        operation.HasIndex(row => new { row.Parent, row.State }).HasFilter("parent IS NOT NULL");
        operation.HasIndex(row => row.QueueTurn).HasFilter("queue_turn IS NOT NULL");
        operation.Property(row => row.Steps).HasJson();
        operation.Property(row => row.Fault).HasJson();
        operation.Property(row => row.Transfer).HasJson();
        operation.Property(row => row.Warnings).HasJson();
        operation.Ignore(row => row.Done);
        operation.Ignore(row => row.Unwinding);
    }
}
