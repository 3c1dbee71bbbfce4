using System.Security.Cryptography;
using System.Text;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary>
/// The text of a join token: <c>cpj_</c>, the id, a dot, the secret, a dot, the fingerprint of the authority, which is for the machine that
/// joins and not looked at here.
/// </summary>
internal static class JoinSecret
{
    private const int MaxLength = 256;

    internal static string Write(JoinTokenId id, string secret, string fingerprint) =>
        $"{AgentProtocol.TokenPrefix}{id.ToString()[(JoinTokenId.Prefix.Length + 1)..]}.{secret}.{fingerprint}";

    internal static bool TryRead(string? text, out JoinTokenId id, out byte[] secretSha256)
    {
        (id, secretSha256) = (default, []);
        if (text is not { Length: <= MaxLength } || !text.StartsWith(AgentProtocol.TokenPrefix, StringComparison.Ordinal)) { return false; }
        if (text[AgentProtocol.TokenPrefix.Length..].Split('.') is not [var number, var secret, _]) { return false; }
        secretSha256 = Hash(secret);
        return JoinTokenId.TryParse($"{JoinTokenId.Prefix}_{number}", out id);
    }

    internal static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
