namespace ControlPlane.Api.Persistence.Rows;

/// <summary>The kinds of proof that a host is lost.</summary>
public enum ProofKind
{
    /// <summary>Its lease and the margin are past.</summary>
    LeaseOver,

    /// <summary>Its agent says that all is ended.</summary>
    AgentsWord,

    /// <summary>An operator says that the machine is off.</summary>
    OperatorsStatement,
}
