using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary>The key that a machine asks a certificate for. Whoever asks has proved to have its private half.</summary>
internal sealed record HostKey(PublicKey Public)
{
    private const int MaxPemLength = 8_192;
    private const int Bits = 256;
    private const string Field = "certificateRequest";

    internal byte[] Sha256 => SHA256.HashData(Public.ExportSubjectPublicKeyInfo());

    /// <summary>
    /// Reads a PKCS #10 request. Names and extensions it asks for are passed over: the service says what a host is called.
    /// </summary>
    internal static Parsed<HostKey> Read(string pem)
    {
        if (pem.Length > MaxPemLength) { return Problem.Validation(Field, $"must have at most {MaxPemLength} characters"); }
        try
        {
            var request = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256);
            using var ecdsa = request.PublicKey.GetECDsaPublicKey();
            return ecdsa?.KeySize == Bits && ecdsa.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? Parsed<HostKey>.Of(new HostKey(request.PublicKey))
                : Problem.Validation(Field, "must be for an ECDSA key on the curve P-256");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or NotSupportedException)
        {
            return Problem.Validation(Field, "must be a PKCS #10 request as PEM that its own key has signed");
        }
    }
}
