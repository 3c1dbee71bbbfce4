using System.Globalization;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Remote;

/// <summary>The way of an agent to a service elsewhere: <c>/agent/v1</c> over mutual TLS.</summary>
public sealed class HttpAgentLink(HttpClient client, ILogger<HttpAgentLink> logger) : IAgentLink
{
    private const string RevisionAhead = "revision-ahead";
    private const string RevisionExpired = "revision-expired";
    private const int MaxTries = 3;

    /// <inheritdoc/>
    public async Task<AssignmentPage> WaitAssignmentsAsync(AssignmentScope scope, long after, CancellationToken ct)
    {
        try
        {
            return await AskAsync(scope, after, ct);
        }
        catch (AgentRefusedException refused) when (after > 0 && refused.Problem.Code is RevisionAhead or RevisionExpired)
        {
            RemoteLog.AskedAnew(logger, after, refused.Problem.Detail);
            return await AskAsync(scope, 0, ct);
        }
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

    private Task<AssignmentPage> AskAsync(AssignmentScope scope, long after, CancellationToken ct) => ServiceCalls.GetAsync(
        client, string.Create(CultureInfo.InvariantCulture, $"{AgentProtocol.Assignments}?host={scope.HostId}&after={after}"),
        AgentJson.Default.AssignmentPage, ct);

    private AgentReport Without(AgentReport report, IReadOnlyList<RefusedObservation> refused)
    {
        foreach (var one in refused) { RemoteLog.ObservationRefused(logger, one.VmId, one.Code); }
        var left = refused.Select(one => one.VmId).ToHashSet(StringComparer.Ordinal);
        return report with { Vms = [.. report.Vms.Where(seen => !left.Contains(seen.VmId))] };
    }
}
