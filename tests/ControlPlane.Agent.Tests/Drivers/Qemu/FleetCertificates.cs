using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>An authority and certificates for hosts, of the shape that the service gives them.</summary>
public sealed class FleetCertificates : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 authority;

    public FleetCertificates()
    {
        var request = new CertificateRequest("CN=ControlPlane fleet authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddYears(1));
    }

    public MoveCredentials Of(string hostId)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hostId}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"urn:controlplane:host:{hostId}"));
        names.AddDnsName($"{hostId}.{AgentProtocol.HostDomain}");
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.2"), new("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.Create(authority, now.AddMinutes(-5), now.AddHours(1), RandomNumberGenerator.GetBytes(15));
        return new(made.ExportCertificatePem(), own.ExportPkcs8PrivateKeyPem(), authority.ExportCertificatePem());
    }

    public void Dispose()
    {
        authority.Dispose();
        key.Dispose();
    }
}
