using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary>
/// What makes the certificates of this fleet: ECDSA P-256, for the service's own end and for its hosts. It trusts nothing but itself and
/// is trusted for nothing else.
/// </summary>
public sealed class Authority : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const int SecretBytes = 32;

    // Clocks of hosts differ: a certificate is valid a little before it is made.
    private static readonly TimeSpan early = TimeSpan.FromMinutes(5);

    private readonly ECDsa key;
    private readonly X509Certificate2 certificate;

    private Authority(ECDsa key, X509Certificate2 certificate) => (this.key, this.certificate) = (key, certificate);

    /// <summary>Its certificate as PEM.</summary>
    public string Pem => certificate.ExportCertificatePem();

    /// <summary>SHA-256 of its certificate, lower-case hexadecimal.</summary>
    public string Fingerprint => FingerprintOf(certificate);

    /// <summary>Its key as PKCS #8 PEM.</summary>
    internal string KeyPem => key.ExportPkcs8PrivateKeyPem();

    /// <summary>A new one, good for twenty years.</summary>
    public static Authority Create(DateTimeOffset now)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ControlPlane fleet authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new(key, request.CreateSelfSigned(now.AddDays(-1), now.AddYears(20)));
    }

    /// <summary>One that was kept.</summary>
    public static Authority Read(string certificatePem, string keyPem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(keyPem);
        using var bare = X509Certificate2.CreateFromPem(certificatePem);
        return new(key, bare.CopyWithPrivateKey(key));
    }

    /// <summary>SHA-256 of a certificate, lower-case hexadecimal.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    /// <summary>A certificate for a host's key. It serves at both ends of a connection between hosts.</summary>
    public X509Certificate2 Issue(HostId host, ResourceName name, PublicKey publicKey, DateTimeOffset now, TimeSpan life)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN={host}"), publicKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"urn:controlplane:host:{host}"));
        names.AddDnsName(string.Create(CultureInfo.InvariantCulture, $"{name}.{AgentProtocol.HostDomain}"));
        // By this one hosts know each other when a VM moves: a name may come to another machine, an id never.
        names.AddDnsName(string.Create(CultureInfo.InvariantCulture, $"{host}.{AgentProtocol.HostDomain}"));
        return Sign(request, names, [ClientAuth, ServerAuth], now, life);
    }

    /// <summary>A certificate, with its key, for the service's end of agents' connections.</summary>
    public X509Certificate2 IssueServer(DateTimeOffset now, TimeSpan life)
    {
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ControlPlane service", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(AgentProtocol.ServerName);
        using var bare = Sign(request, names, [ServerAuth], now, life);
        return bare.CopyWithPrivateKey(serverKey);
    }

    /// <summary>The secret of a join token, made anew from its id: so that it need not be kept to answer a repeated call.</summary>
    public string SecretOf(JoinTokenId token)
    {
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var secret = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, parameters.D!, SecretBytes, info: System.Text.Encoding.ASCII.GetBytes($"join token {token}"));
        CryptographicOperations.ZeroMemory(parameters.D);
        return System.Buffers.Text.Base64Url.EncodeToString(secret);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }

    private X509Certificate2 Sign(
        CertificateRequest request, SubjectAlternativeNameBuilder names, string[] purposes, DateTimeOffset now, TimeSpan life)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([.. purposes.Select(purpose => new Oid(purpose))], critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        var (from, to) = (now - early, now + life);
        return request.Create(certificate, from < certificate.NotBefore ? certificate.NotBefore : from,
            to > certificate.NotAfter ? certificate.NotAfter : to, serial);
    }
}
