namespace ControlPlane.Core.AffinityGroups;

/// <summary>How strictly a rule about who is where is kept.</summary>
public enum Strictness
{
    /// <summary>Always: rather no place than one against the rule.</summary>
    Hard,

    /// <summary>Where it can be: it ranks hosts and refuses none.</summary>
    Soft,
}
