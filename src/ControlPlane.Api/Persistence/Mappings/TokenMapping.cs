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

internal sealed class TokenMapping : IEntityTypeConfiguration<TokenRow>
{
    public void Configure(EntityTypeBuilder<TokenRow> token)
    {
        token.ToTable("tokens");
        token.HasKey(row => row.Name);
        token.HasIndex(row => row.Sha256).IsUnique();
    }
}
