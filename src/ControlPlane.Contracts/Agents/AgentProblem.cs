namespace ControlPlane.Contracts.Agents;

/// <summary>What an agent reads of a refusal (RFC 9457).</summary>
public sealed record AgentProblem
{
    /// <summary>The stable word, such as <c>old-incarnation</c>.</summary>
    public string Code { get; init; } = "";

    /// <summary>A sentence for people, with the next step.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The observations for which a report was refused; without them the same report is taken.</summary>
    public IReadOnlyList<RefusedObservation> Refused { get; init; } = [];
}
