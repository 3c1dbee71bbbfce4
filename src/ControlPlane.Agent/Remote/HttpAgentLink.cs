using System.Globalization;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Remote;

/// <summary>The way of an agent to a service elsewhere: <c>/agent/v1</c> over mutual TLS.</summary>
/// <param name="client">To the service.</param>
/// <param name="logger">Where decisions are told.</param>
/// <param name="lease">The host's session, in which it asks; null to ask in none.</param>
public sealed class HttpAgentLink(HttpClient client, ILogger<HttpAgentLink> logger, HostLease? lease = null) : IAgentLink
{
    private const string RevisionAhead = "revision-ahead";
    private const string RevisionExpired = "revision-expired";
    private const int MaxTries = 3;

    private long askedIn;

    /// <inheritdoc/>
    /// <remarks>In another session than the last everything is asked for anew: what was told in that one does not count in this.</remarks>
    public async Task<AssignmentPage> WaitAssignmentsAsync(AssignmentScope scope, long after, CancellationToken ct)
    {
        while (lease is not null)
        {
            var (session, over) = await lease.WaitSessionAsync(ct);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, over);
            try
            {
                var page = await AskAsync(scope, session == askedIn ? after : 0, session, both.Token);
                if (over.IsCancellationRequested) { continue; }
                askedIn = session;
                return page;
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                RemoteLog.AskedAnew(logger, after, "another session has begun");
            }
        }
        return await AskAsync(scope, after, 0, ct);
    }

    /// <inheritdoc/>
    /// <remarks>What the service refuses to hear of single VMs is left out, so that it does not hold up the others.</remarks>
    public async Task ReportAsync(AgentReport report, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await ServiceCalls.PostAsync(client, AgentProtocol.Reports, report, AgentJson.Default.AgentReport, ct);
                return;
            }
            catch (AgentRefusedException refused) when (refused.Problem.Refused.Count > 0 && tries < MaxTries)
            {
                report = Without(report, refused.Problem.Refused);
            }
        }
    }

    private async Task<AssignmentPage> AskAsync(AssignmentScope scope, long after, long session, CancellationToken ct)
    {
        try
        {
            return await PageAsync(scope, after, session, ct);
        }
        catch (AgentRefusedException refused) when (after > 0 && refused.Problem.Code is RevisionAhead or RevisionExpired)
        {
            RemoteLog.AskedAnew(logger, after, refused.Problem.Detail);
            return await PageAsync(scope, 0, session, ct);
        }
    }

    private Task<AssignmentPage> PageAsync(AssignmentScope scope, long after, long session, CancellationToken ct) => ServiceCalls.GetAsync(
        client,
        string.Create(CultureInfo.InvariantCulture, $"{AgentProtocol.Assignments}?host={scope.HostId}&after={after}&session={session}"),
        AgentJson.Default.AssignmentPage, ct);

    private AgentReport Without(AgentReport report, IReadOnlyList<RefusedObservation> refused)
    {
        foreach (var one in refused) { RemoteLog.ObservationRefused(logger, one.VmId, one.Code); }
        var left = refused.Select(one => one.VmId).ToHashSet(StringComparer.Ordinal);
        return report with { Vms = [.. report.Vms.Where(seen => !left.Contains(seen.VmId))] };
    }
}
