using ControlPlane.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class JoinTokenMapping : IEntityTypeConfiguration<JoinToken>
{
    public void Configure(EntityTypeBuilder<JoinToken> token)
    {
        token.ToTable("join_tokens");
        token.HasKey(row => row.Id);
        token.HasIndex(row => row.ExpireTime);
    }
}
