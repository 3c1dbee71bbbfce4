using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class AuthorityMapping : IEntityTypeConfiguration<AuthorityRow>
{
    public void Configure(EntityTypeBuilder<AuthorityRow> authority)
    {
        authority.ToTable("authorities");
        authority.HasKey(row => row.Id);
        authority.Property(row => row.Id).ValueGeneratedNever();
    }
}
