namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>Whether a host follows an order.</summary>
public enum ObedienceOutcome
{
    /// <summary>It does.</summary>
    Obey,

    /// <summary>The order is for an earlier life of the agent.</summary>
    OldSession,

    /// <summary>The host has been told of a newer incarnation.</summary>
    OldIncarnation,

    /// <summary>The host has been told something later.</summary>
    OldGeneration,

    /// <summary>The host has given this incarnation up.</summary>
    GivenUp,
}
