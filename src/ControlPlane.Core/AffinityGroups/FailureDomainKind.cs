namespace ControlPlane.Core.AffinityGroups;

/// <summary>What a <see cref="FailureDomain"/> is made of.</summary>
public enum FailureDomainKind
{
    /// <summary>Each host is one.</summary>
    Host,

    /// <summary>The hosts of each zone are one.</summary>
    Zone,

    /// <summary>The hosts with the same value of a label are one.</summary>
    Label,
}
