namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>What a host's silence means.</summary>
public enum LeaseVerdict
{
    /// <summary>Nothing.</summary>
    Held,

    /// <summary>It has missed its lease.</summary>
    Missed,

    /// <summary>Its lease is over, and with it every guest that it promised to end.</summary>
    Over,
}
