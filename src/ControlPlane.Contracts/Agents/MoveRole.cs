namespace ControlPlane.Contracts.Agents;

/// <summary>Which end of a VM's move a host is.</summary>
public enum MoveRole
{
    /// <summary>The VM leaves it: it runs here until the service has switched.</summary>
    Source,

    /// <summary>The VM comes to it: its process waits, standing still, until the service has switched.</summary>
    Target,
}
