using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class HostCertificateMapping : IEntityTypeConfiguration<HostCertificateRow>
{
    public void Configure(EntityTypeBuilder<HostCertificateRow> certificate)
    {
        certificate.ToTable("host_certificates");
        certificate.HasKey(row => row.Sha256);
        certificate.HasIndex(row => row.Host);
    }
}
