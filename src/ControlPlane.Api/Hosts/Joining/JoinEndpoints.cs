using ControlPlane.Api.Http;
using ControlPlane.Contracts.Hosts;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary><c>/v1/hosts/join-tokens</c> and <c>/v1/hosts/{host}/revoke</c>.</summary>
internal static class JoinEndpoints
{
    internal static void MapJoining(this RouteGroupBuilder hosts)
    {
        hosts.MapPost("/join-tokens", CreateTokenAsync).Mutates().Answers<JoinTokenResource>(200)
            .WithExample(new { name = "h9", validitySeconds = 900 })
            .Refuses(ProblemCode.AlreadyExists, ProblemCode.InvalidState, ProblemCode.RateLimited)
            .Describes("Let a machine join",
                "Makes a token for `controlplane-agent join --server … --token …` on the machine, good once and for a while. Its text is "
                + "told only in this answer; with `validateOnly` it is empty.");
        hosts.MapPost("/{host}/revoke", RevokeAsync).Mutates().WithPath("host", "h1").Answers<HostResource>(200)
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .Describes("Take a host's certificates back",
                "Its agent is refused from its next request on, and the host is cordoned. Its guests run on until the host is seen to. A "
                + "join token that names the host lets it in again. Repeating it changes nothing.");
    }

    private static Task<Answer> CreateTokenAsync(
        Body<CreateJoinToken> body, RequestTerms terms, JoinTokenService tokens, CancellationToken ct) =>
        tokens.CreateAsync(body.Value, terms, ct);

    private static Task<Answer> RevokeAsync(string host, RequestTerms terms, HostCertificates certificates, CancellationToken ct) =>
        certificates.RevokeAsync(host, terms, ct);
}
