using System.Net;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Remote;

/// <summary>The service has refused a call of the agent: not reached is another matter.</summary>
public sealed class AgentRefusedException(HttpStatusCode status, AgentProblem problem)
    : Exception($"the service refused with {(int)status} {problem.Code}: {problem.Detail}")
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>What it said.</summary>
    public AgentProblem Problem { get; } = problem;
}
