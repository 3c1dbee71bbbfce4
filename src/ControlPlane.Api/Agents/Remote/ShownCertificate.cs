using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Api.Agents.Remote;

/// <summary>The certificate that a connection has shown, with proof of its key: read once, for all of its requests.</summary>
/// <param name="Sha256">Its fingerprint, in lower case.</param>
internal sealed record ShownCertificate(string Sha256)
{
    /// <summary>Notes it down at the begin of a connection, behind its TLS layer.</summary>
    internal static ConnectionDelegate Note(ConnectionDelegate next) => connection =>
    {
        if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } shown)
        {
            connection.Features.Set(new ShownCertificate(shown.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()));
        }
        return next(connection);
    };
}
