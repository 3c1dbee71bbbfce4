using System.Net;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Remote;

/// <summary>Begins the host's sessions and renews its lease.</summary>
public sealed class HostSessions(
    HttpClient client, HostLease lease, RememberingLink contents, RenewalPace pace, TimeProvider time, ILogger<HostSessions> logger)
{
    private const string SessionOver = "session-over";
    private static readonly TimeSpan longestPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan shortestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Begins a session where there is none, else renews the lease. When the next is due; null when the service knows no sessions.
    /// </summary>
    public async Task<TimeSpan?> KeepAsync(CancellationToken ct)
    {
        var sentAt = lease.Now;
        using var limit = new CancellationTokenSource(Patience(), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        if (lease.Session is var session and not 0 && await RenewAsync(session, sentAt, both.Token)) { return Next(sentAt); }
        // What it says it has is asked of the disk, which a busy machine may take its time for.
        return await BeginAsync(ct) is { } asked ? Next(asked) : null;
    }

    /// <summary>How long until a failed call is made again.</summary>
    public TimeSpan Pause() => pace.Next((lease.Held?.Terms.RenewAfter ?? longestPatience) / 5);

    private TimeSpan Patience() => lease.Held?.Terms.Length is { } length && length / 4 < longestPatience ? length / 4 : longestPatience;

    private async Task<bool> RenewAsync(long session, TimeSpan sentAt, CancellationToken ct)
    {
        try
        {
            var answer = await ServiceCalls.PostAsync(client, AgentProtocol.Lease, new LeaseRequest(session),
                AgentJson.Default.LeaseRequest, AgentJson.Default.LeaseAnswer, null, ct);
            lease.Renew(session, Read(sentAt, answer));
            return true;
        }
        catch (AgentRefusedException refused) when (refused.Problem.Code == SessionOver)
        {
            RemoteLog.SessionOver(logger, session, refused.Problem.Detail);
            lease.End(session);
            return false;
        }
    }

    private async Task<TimeSpan?> BeginAsync(CancellationToken ct)
    {
        var held = await contents.HeldAsync(ct);
        var sentAt = lease.Now;
        using var limit = new CancellationTokenSource(longestPatience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var answer = await ServiceCalls.PostAsync(client, AgentProtocol.Session, new(HostPresence.Version, held),
                AgentJson.Default.SessionRequest, AgentJson.Default.SessionAnswer, null, both.Token);
            // Before anything else: what is no longer its own may run elsewhere by now.
            await contents.EndAsync(answer.NotItsOwn, ct);
            lease.Begin(answer.Session, Read(sentAt, answer.Lease));
            RemoteLog.SessionBegun(logger, answer.Session, answer.Lease.LengthMs, answer.NotItsOwn.Count);
            return sentAt;
        }
        catch (AgentRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            lease.DoWithout();
            return null;
        }
    }

    private TimeSpan Next(TimeSpan sentAt)
    {
        var left = sentAt + pace.Next(lease.Held!.Terms.RenewAfter) - lease.Now;
        return left > shortestPause ? left : shortestPause;
    }

    private static HeldLease Read(TimeSpan sentAt, LeaseAnswer answer) => LeaseTerms.TryCreate(
        TimeSpan.FromMilliseconds(answer.LengthMs), TimeSpan.FromMilliseconds(answer.MarginMs), answer.DriftPermille, out var terms)
        ? new(sentAt, terms!) : throw new InvalidDataException($"the service grants a lease of {answer}, which is none");
}
