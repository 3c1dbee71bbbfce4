using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Api.Agents.Remote;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary>
/// Who a certificate is: what is kept is the list of those that hold, and nothing else counts. So one that is taken back is refused at the
/// next request, by every process, without lists that must be spread.
/// </summary>
public sealed class HostCertificates(
    Store store, Mutations mutations, AuthorityService authorities, HostHeartbeats heartbeats, IOptions<AgentEndpointOptions> endpoint,
    TimeProvider time, ILogger<HostCertificates> logger)
{
    private const string Condition = "Joined";
    private const int MaxKnown = 200_000;

    private readonly ConcurrentDictionary<string, (HostIdentity Host, DateTimeOffset ExpireTime, Task Changed)> known =
        new(StringComparer.Ordinal);

    /// <summary>
    /// The host that shows this certificate, or why it is none. A yes holds until its host changes, and every change of the list changes
    /// the host's row: so it is known without asking the store, and not for longer than it is true.
    /// </summary>
    public async ValueTask<Parsed<HostIdentity>> IdentifyAsync(string sha256, CancellationToken ct)
    {
        if (known.TryGetValue(sha256, out var held) && !held.Changed.IsCompleted && held.ExpireTime > time.GetUtcNow())
        {
            return Parsed<HostIdentity>.Of(held.Host);
        }
        known.TryRemove(sha256, out _);
        // Whose it is stands in the row, and the signal must be older than the look that counts: so there are two looks.
        if (await FindAsync(sha256, ct) is not { } first) { return Unknown; }
        var changed = store.Signals.Of(first.Host.ToString());
        return await FindAsync(sha256, ct) switch
        {
            null => Unknown,
            { RevokeTime: not null } => new Problem(ProblemCode.CertificateRevoked,
                "This certificate was revoked; ask for a join token that names the host, and join again."),
            var row when row.ExpireTime <= time.GetUtcNow() => new Problem(ProblemCode.CertificateExpired,
                "This certificate was not renewed in time; ask for a join token that names the host, and join again."),
            var row => Parsed<HostIdentity>.Of(Keep(row, changed)),
        };
    }

    /// <summary>Makes another certificate for a host that has one. Besides the one it asks with, its earlier ones end here.</summary>
    public async Task<Parsed<CertificateAnswer>> RenewAsync(HostIdentity host, CertificateRenewal wanted, CancellationToken ct)
    {
        var key = HostKey.Read(wanted.CertificateRequest);
        if (!key.IsValue) { return key.Problem; }
        var authority = await authorities.GetAsync(ct);
        return await store.WriteAsync(null, async session =>
        {
            // Asked again in the lane: it may have been revoked a moment ago.
            var holds = await session.Db.HostCertificates.AnyAsync(row => row.Sha256 == host.CertificateSha256 && row.RevokeTime == null);
            if (!holds || await session.Db.Hosts.FirstOrDefaultAsync(row => row.Id == host.Host) is not { } renewed)
            {
                return new Problem(ProblemCode.CertificateRevoked, "This certificate was taken back a moment ago; join with a new token.");
            }
            await session.Db.HostCertificates.Where(row => row.Host == host.Host && row.Sha256 != host.CertificateSha256)
                .ExecuteDeleteAsync();
            using var certificate = Issue(session, authority, renewed, key.Value, endpoint.Value.Life);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            JoiningLog.Renewed(logger, host.Host, certificate.NotAfter);
            return Parsed<CertificateAnswer>.Of(new(certificate.ExportCertificatePem(), authority.Pem));
        }, ct);
    }

    /// <summary>Takes all certificates of a host back, and keeps new VMs from it.</summary>
    public Task<Answer> RevokeAsync(string text, RequestTerms terms, CancellationToken ct) => mutations.RunAsync(terms, async session =>
    {
        if (await Named.HostAsync(session.Db, text) is not { } host) { return Problem.NotFound("host", text); }
        var rows = await session.Db.HostCertificates.Where(row => row.Host == host.Id).ToListAsync();
        if (rows.Count == 0)
        {
            return new Problem(ProblemCode.InvalidState, $"Host {host.Name} has no certificate: it has not joined by a token.");
        }
        foreach (var row in rows) { row.RevokeTime ??= session.Now; }
        await ForgetTokensAsync(session, host.Id);
        if (!host.Conditions.Any(condition => condition is { Type: Condition, Status: ConditionStatus.False }))
        {
            host.Duty = HostDuty.Cordoned;
            Tell(host, ConditionStatus.False, "CertificateRevoked",
                "Its agent is refused; make a join token that names the host to let it in again, then uncordon it.", session.Now);
        }
        await session.Db.SaveChangesAsync(CancellationToken.None);
        if (!terms.ValidateOnly) { JoiningLog.Revoked(logger, host.Id, host.Name, rows.Count); }
        return Answer.Ok(HostView.Of(host, heartbeats), host.Version);
    }, ct);

    private static Problem Unknown => new(ProblemCode.UnknownCertificate,
        "This certificate is no host's: the host was deleted, or has joined again; join with a new token.");

    private async Task<HostCertificateRow?> FindAsync(string sha256, CancellationToken ct)
    {
        await using var db = store.Read(null);
        return await db.HostCertificates.FirstOrDefaultAsync(row => row.Sha256 == sha256, ct);
    }

    private HostIdentity Keep(HostCertificateRow row, Task changed)
    {
        if (known.Count >= MaxKnown) { known.Clear(); }
        var host = new HostIdentity(row.Host, row.Sha256);
        known[row.Sha256] = (host, row.ExpireTime, changed);
        return host;
    }

    /// <summary>
    /// Forgets the tokens that a host came by: whoever has its key could else use them again, as a machine that did not hear its answer.
    /// </summary>
    internal static Task ForgetTokensAsync(StoreSession session, HostId host) =>
        session.Db.JoinTokens.Where(token => token.Host == host).ExecuteDeleteAsync();

    internal static X509Certificate2 Issue(StoreSession session, Authority authority, Host host, HostKey key, TimeSpan life)
    {
        var certificate = authority.Issue(host.Id, host.Name, key.Public, session.Now, life);
        var fingerprint = Authority.FingerprintOf(certificate);
        session.Db.HostCertificates.Add(new HostCertificateRow
        {
            Sha256 = fingerprint, Host = host.Id, CreateTime = session.Now,
            ExpireTime = new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
        });
        // Another text for each certificate: the host's change is what ends what processes know of those before it.
        Tell(host, ConditionStatus.True, "CertificateIssued", string.Create(CultureInfo.InvariantCulture,
            $"Its agent shows certificate {fingerprint[..16]}…, good until {certificate.NotAfter.ToUniversalTime():u}"), session.Now);
        return certificate;
    }

    private static void Tell(Host host, ConditionStatus status, string reason, string message, DateTimeOffset now)
    {
        var told = Core.Conditions.Condition.With(host.Conditions, new(Condition, status, reason, message, now));
        if (!told.SequenceEqual(host.Conditions)) { host.Conditions = told; }
    }
}
