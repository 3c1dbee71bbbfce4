using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent;

/// <summary>The agent's way to the service. The agent always calls; the service never does.</summary>
public interface IAgentLink
{
    /// <summary>Returns when an assignment of the scope has changed after the revision, or empty after some minutes.</summary>
    /// <param name="scope">Whose assignments.</param>
    /// <param name="after">The revision of the last page, 0 on first contact.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<AssignmentPage> WaitAssignmentsAsync(AssignmentScope scope, long after, CancellationToken ct);

    /// <summary>Returns when the report is durable at the service; throws when it is not, and the agent tries again.</summary>
    Task ReportAsync(AgentReport report, CancellationToken ct);
}
