using System.Text.Json;
using ControlPlane.Api.Agents.Remote;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary>Makes join tokens.</summary>
public sealed class JoinTokenService(
    Mutations mutations, AuthorityService authorities, IOptions<AgentEndpointOptions> endpoint, ILogger<JoinTokenService> logger)
{
    private const int MaxTokens = 1_000;

    /// <summary>Makes one. Its text stands in the answer alone; a repeated call with the same key gives it again.</summary>
    public async Task<Answer> CreateAsync(CreateJoinToken wanted, RequestTerms terms, CancellationToken ct)
    {
        if (endpoint.Value.Url is null)
        {
            return new Problem(ProblemCode.InvalidState,
                "The service does not listen for agents; set ControlPlane:AgentEndpoint:Url, such as https://0.0.0.0:5443, and restart "
                + "it.");
        }
        var authority = await authorities.GetAsync(ct);
        var answer = await mutations.RunAsync(terms, session => MakeAsync(session, wanted, terms, authority), ct);
        return answer is Answer.Done done && !terms.ValidateOnly ? done with { Body = WithText(done.Body!, authority) } : answer;
    }

    private async Task<Answer> MakeAsync(StoreSession session, CreateJoinToken wanted, RequestTerms terms, Authority authority)
    {
        var name = wanted.Name is { } text ? ResourceName.Parse(text) : (ResourceName?)null;
        if (name is { } taken && await HostJoining.RefuseNameAsync(session.Db, taken, mayRejoin: true) is { } refusal) { return refusal; }
        var old = session.Now.AddDays(-1);
        await session.Db.JoinTokens.Where(token => token.ExpireTime < old).ExecuteDeleteAsync();
        if (await session.Db.JoinTokens.CountAsync(token => token.Host == null && token.ExpireTime > session.Now) >= MaxTokens)
        {
            return new Problem(ProblemCode.RateLimited,
                $"{MaxTokens} join tokens wait to be used already; let them be used or expire.");
        }
        var id = new JoinTokenId(Guid.CreateVersion7(session.Now));
        var expires = session.Now.AddSeconds(wanted.ValiditySeconds);
        session.Db.JoinTokens.Add(new JoinToken(id, JoinSecret.Hash(authority.SecretOf(id)), name, session.Now, expires));
        await session.Db.SaveChangesAsync(CancellationToken.None);
        if (!terms.ValidateOnly) { JoiningLog.TokenMade(logger, id, expires); }
        return new Answer.Done(200, new JoinTokenResource
        {
            Id = id.ToString(), Token = "", Name = wanted.Name, AuthorityFingerprint = authority.Fingerprint, ExpireTime = expires,
        });
    }

    // What is kept beside an idempotency key has no secret in it; it is put in on the way out.
    private static JoinTokenResource WithText(object body, Authority authority)
    {
        var made = body as JoinTokenResource ?? JsonSerializer.Deserialize<JoinTokenResource>(((RawJson)body).Text, Wire.Json)!;
        var id = JoinTokenId.Parse(made.Id);
        return made with { Token = JoinSecret.Write(id, authority.SecretOf(id), authority.Fingerprint) };
    }
}
