using ControlPlane.Agent;
using ControlPlane.Api.Hosts;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Agents;

/// <summary>The way of an agent that runs inside the service: the same services that a remote agent's calls reach.</summary>
public sealed class EmbeddedAgentLink(AssignmentService assignments, ReportService reports, HostHeartbeats heartbeats, TimeProvider time)
    : IAgentLink
{
    /// <inheritdoc/>
    public async Task<AssignmentPage> WaitAssignmentsAsync(AssignmentScope scope, long after, CancellationToken ct)
    {
        Beat(scope);
        var page = await assignments.WaitAsync(scope, after, ct);
        Beat(scope);
        return page;
    }

    /// <inheritdoc/>
    public Task ReportAsync(AgentReport report, CancellationToken ct) => reports.ApplyAsync(report, ct);

    private void Beat(AssignmentScope scope)
    {
        if (scope.HostId is { } host) { heartbeats.Beat(HostId.Parse(host), time.GetUtcNow()); }
        else { heartbeats.BeatAll(time.GetUtcNow()); }
    }
}
