using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Remote;

/// <summary>
/// Connections to the service. It is known by a certificate of the fleet's authority for the one name that only the service has,
/// wherever it is reached: addresses may change, and no host can pass for it.
/// </summary>
public static class ServiceConnection
{
    private static readonly TimeSpan connect = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ping = TimeSpan.FromSeconds(15);

    // A new certificate is shown when a connection is made, so none is kept for long.
    private static readonly TimeSpan lifetime = TimeSpan.FromMinutes(10);

    /// <summary>A client of a service that the authority vouches for.</summary>
    /// <param name="server">Such as <c>https://controlplane.example:5443</c>.</param>
    /// <param name="authority">The fleet's authority.</param>
    /// <param name="certificate">The host's certificate with its key at the moment of connecting; null while it has none.</param>
    public static HttpClient Open(Uri server, X509Certificate2 authority, Func<X509Certificate2?> certificate)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(authority);
        return Client(server, new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy, LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate()!,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        });
    }

    /// <summary>A client of a service that is not known yet: what it says is to be held against a fingerprint before it counts.</summary>
    public static HttpClient OpenUnknown(Uri server) => Client(server, new SslClientAuthenticationOptions
    {
        RemoteCertificateValidationCallback = (_, _, _, _) => true, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    });

    private static HttpClient Client(Uri server, SslClientAuthenticationOptions tls)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = tls, ConnectTimeout = connect, PooledConnectionLifetime = lifetime, KeepAlivePingDelay = ping,
            KeepAlivePingTimeout = ping, AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None, ActivityHeadersPropagator = null,
        };
        var client = new HttpClient(handler)
        {
            BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan, DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        // It is also the name that the server's certificate must have.
        client.DefaultRequestHeaders.Host = AgentProtocol.ServerName;
        return client;
    }
}
