using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Remote;

/// <summary>
/// How a machine becomes a host: the authority that answers must be the one that the token names, then the token is shown to a service
/// that this authority vouches for. So neither is believed on the network's word.
/// </summary>
public static class FleetJoin
{
    /// <summary>Joins, and gives what the service answered; throws <see cref="JoiningException"/> with the next step.</summary>
    public static async Task<JoinAnswer> JoinAsync(Uri server, string token, JoinRequest request, CancellationToken ct)
    {
        using var authority = await AuthorityAsync(server, FingerprintIn(token), ct);
        using var client = ServiceConnection.Open(server, authority, () => null);
        try
        {
            return await ServiceCalls.PostAsync(
                client, AgentProtocol.Join, request, AgentJson.Default.JoinRequest, AgentJson.Default.JoinAnswer, token, ct);
        }
        catch (AgentRefusedException refused)
        {
            throw new JoiningException(refused.Problem.Detail, refused);
        }
        catch (HttpRequestException fault)
        {
            throw new JoiningException($"{server} does not answer as the fleet's service: {fault.Message}", fault);
        }
    }

    /// <summary>The fingerprint of the authority that a token names, lower-case hexadecimal.</summary>
    internal static string FingerprintIn(string token) =>
        token.StartsWith(AgentProtocol.TokenPrefix, StringComparison.Ordinal) && token.Split('.') is [_, _, { Length: 64 } fingerprint]
            ? fingerprint
            : throw new JoiningException("The token is not whole: it has three parts with dots between; copy it again.");

    private static async Task<X509Certificate2> AuthorityAsync(Uri server, string fingerprint, CancellationToken ct)
    {
        using var client = ServiceConnection.OpenUnknown(server);
        try
        {
            var document = await ServiceCalls.GetAsync(client, AgentProtocol.Authority, AgentJson.Default.AuthorityDocument, ct);
            var authority = X509Certificate2.CreateFromPem(document.Certificate);
            if (Convert.ToHexStringLower(SHA256.HashData(authority.RawData)) == fingerprint) { return authority; }
            authority.Dispose();
        }
        catch (Exception fault) when (fault is HttpRequestException or AgentRefusedException or System.Text.Json.JsonException
            or CryptographicException)
        {
            throw new JoiningException(
                $"{server} cannot be asked for its authority: {fault.Message}. Give the address of ControlPlane:AgentEndpoint:Url.", fault);
        }
        throw new JoiningException($"{server} is not the service that made the token: its authority is another. Check --server.");
    }
}
