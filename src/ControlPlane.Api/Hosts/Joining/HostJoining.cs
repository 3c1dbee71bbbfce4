using System.Security.Cryptography.X509Certificates;
using ControlPlane.Api.Agents;
using ControlPlane.Api.Agents.Remote;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary>Lets machines join as hosts: the token is used, the host registered and its certificate made in one turn.</summary>
public sealed class HostJoining(
    Store store, AuthorityService authorities, IOptions<AgentEndpointOptions> endpoint, IOptions<LocalHostOptions> local,
    ILogger<HostJoining> logger)
{
    /// <summary>Registers the machine, or says why not.</summary>
    public async Task<Parsed<JoinAnswer>> JoinAsync(string? token, JoinRequest wanted, CancellationToken ct)
    {
        if (!JoinSecret.TryRead(token, out var id, out var secretSha256)) { return Refused(Invalid, "none"); }
        var key = HostKey.Read(wanted.CertificateRequest);
        if (!key.IsValue) { return key.Problem; }
        var authority = await authorities.GetAsync(ct);
        return await store.WriteAsync(null, async session =>
        {
            var known = await session.Db.JoinTokens.FirstOrDefaultAsync(row => row.Id == id);
            var verdict = known?.Judge(secretSha256, key.Value.Sha256, session.Now) ?? JoinVerdict.Forged;
            if (Problem(verdict) is { } refusal) { return Refused(refusal, id.ToString()); }
            var host = verdict == JoinVerdict.Repeated
                ? await AgainAsync(session, known!) : await RegisterAsync(session, known!, wanted, key.Value);
            if (!host.IsValue) { session.RollBack(); return host.Problem; }
            using var certificate = HostCertificates.Issue(session, authority, host.Value, key.Value, endpoint.Value.Life);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            JoiningLog.Joined(logger, host.Value.Id, host.Value.Name, id);
            return Parsed<JoinAnswer>.Of(new(
                host.Value.Id.ToString(), host.Value.Name.ToString(), certificate.ExportCertificatePem(), authority.Pem));
        }, ct);
    }

    /// <summary>Why a host of this name cannot join, or null. One that joined before may do so again where its token names it.</summary>
    internal static async Task<Problem?> RefuseNameAsync(StoreContext db, ResourceName name, bool mayRejoin)
    {
        var found = await db.Hosts.Where(row => row.Name == name).Select(row => (HostId?)row.Id).FirstOrDefaultAsync();
        if (found is not { } id) { return null; }
        var joined = await db.HostCertificates.AnyAsync(row => row.Host == id);
        return joined && mayRejoin ? null : new Problem(ProblemCode.AlreadyExists, joined
            ? $"Host '{name}' has joined before; make a join token that names it, so that it may join again."
            : $"There is a host '{name}' already; take another name.");
    }

    private static Problem Invalid => new(ProblemCode.JoinTokenInvalid,
        "The service did not make this join token, or has forgotten it; make another with POST /v1/hosts/join-tokens.");

    private static Problem? Problem(JoinVerdict verdict) => verdict switch
    {
        JoinVerdict.Admitted or JoinVerdict.Repeated => null,
        JoinVerdict.Forged => Invalid,
        JoinVerdict.Expired => new(ProblemCode.JoinTokenExpired,
            "The join token's time is over; make another with POST /v1/hosts/join-tokens."),
        JoinVerdict.Used => new(ProblemCode.JoinTokenUsed,
            "Another machine has joined by this token, which is good for one; make another with POST /v1/hosts/join-tokens. If you "
            + "did not use it, revoke the host that came of it."),
    };

    private Problem Refused(Problem why, string token)
    {
        JoiningLog.JoinRefused(logger, why.Code.Text, token);
        return why;
    }

    // What it was given before and did not hear of ends here.
    private static async Task<Parsed<Host>> AgainAsync(StoreSession session, JoinToken token)
    {
        if (await session.Db.Hosts.FirstOrDefaultAsync(row => row.Id == token.Host) is not { } host) { return Problem(JoinVerdict.Used)!; }
        await session.Db.HostCertificates.Where(row => row.Host == host.Id).ExecuteDeleteAsync();
        return Parsed<Host>.Of(host);
    }

    private async Task<Parsed<Host>> RegisterAsync(StoreSession session, JoinToken token, JoinRequest wanted, HostKey key)
    {
        if ((token.Name ?? Named(wanted.Name)) is not { } name)
        {
            return Http.Problem.Validation("name", wanted.Name is null ? "is needed: the token gives none" : WordRules.NameRule);
        }
        if (await RefuseNameAsync(session.Db, name, mayRejoin: token.Name is not null) is { } refusal) { return refusal; }
        var host = await session.Db.Hosts.FirstOrDefaultAsync(row => row.Name == name);
        if (host is null)
        {
            host = LocalHostInventory.Register(
                new(Guid.CreateVersion7(session.Now)), name, HostDriver.Qemu, wanted.Zone, local.Value, wanted.Facts, session.Now);
            session.Db.Hosts.Add(host);
        }
        else
        {
            LocalHostInventory.Follow(host, wanted.Facts);
            await session.Db.HostCertificates.Where(row => row.Host == host.Id).ExecuteDeleteAsync();
            await HostCertificates.ForgetTokensAsync(session, host.Id);
        }
        LocalHostInventory.Prove(host, wanted.Facts, session.Now);
        token.Use(host.Id, key.Sha256);
        return Parsed<Host>.Of(host);
    }

    private static ResourceName? Named(string? text) => ResourceName.TryParse(text, out var name) ? name : null;
}
