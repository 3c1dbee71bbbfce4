using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Agent.Remote;

/// <summary>A host's key, the certificate made for it, and the authority that made it.</summary>
public sealed class HostCredentials : IDisposable
{
    private HostCredentials(X509Certificate2 certificate, X509Certificate2 authority) =>
        (Certificate, Authority) = (certificate, authority);

    /// <summary>With its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What the service is known by.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>When it is time for another: two thirds of its life have passed.</summary>
    public DateTimeOffset RenewTime =>
        Certificate.NotBefore.ToUniversalTime() + ((Certificate.NotAfter - Certificate.NotBefore) * (2.0 / 3));

    /// <summary>When it ends.</summary>
    public DateTimeOffset ExpireTime => Certificate.NotAfter.ToUniversalTime();

    /// <summary>A key of the kind that hosts have.</summary>
    public static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>One that was kept as PKCS #8 PEM.</summary>
    public static ECDsa ReadKey(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key;
    }

    /// <summary>A request for a certificate, as PEM. What the host is called the service says.</summary>
    public static string RequestFor(ECDsa key) =>
        new CertificateRequest("CN=controlplane-agent", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    /// <summary>What the service gave for a key; throws <see cref="CryptographicException"/> when it is for another.</summary>
    public static HostCredentials Of(ECDsa key, string certificatePem, string authorityPem)
    {
        using var bare = X509Certificate2.CreateFromPem(certificatePem);
        using var own = ECDsa.Create(key.ExportParameters(includePrivateParameters: true));
        try
        {
            return new(bare.CopyWithPrivateKey(own), X509Certificate2.CreateFromPem(authorityPem));
        }
        catch (ArgumentException fault)
        {
            throw new CryptographicException("the certificate is not for the key it was asked for", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        Authority.Dispose();
    }
}
