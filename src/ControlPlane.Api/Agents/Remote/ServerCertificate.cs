using System.Net.Security;
using System.Security.Authentication;
using ControlPlane.Api.Hosts.Joining;

namespace ControlPlane.Api.Agents.Remote;

/// <summary>
/// What the service shows agents: a certificate of the fleet's authority, made by each process for itself and kept nowhere.
/// </summary>
public sealed class ServerCertificate(AuthorityService authorities, TimeProvider time)
{
    private static readonly TimeSpan life = TimeSpan.FromDays(30);

    private volatile Shown? shown;

    /// <summary>The terms of a connection: any certificate is heard, who it is is asked at each request.</summary>
    internal async ValueTask<SslServerAuthenticationOptions> TermsAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (shown is not { } present || now >= present.Until)
        {
            var authority = await authorities.GetAsync(ct);
            // One that ends its life is left to the collector: a handshake may still hold it.
            var made = SslStreamCertificateContext.Create(authority.IssueServer(now, life), null, offline: true);
            shown = present = new(made, now + (life / 2));
        }
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = present.Certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            // A session taken up again would come without the host's certificate.
            AllowTlsResume = false,
        };
    }

    private sealed record Shown(SslStreamCertificateContext Certificate, DateTimeOffset Until);
}
