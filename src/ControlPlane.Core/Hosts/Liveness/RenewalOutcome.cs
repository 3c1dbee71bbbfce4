namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>What becomes of a request for the next lease.</summary>
public enum RenewalOutcome
{
    /// <summary>Granted, once it is committed.</summary>
    Granted,

    /// <summary>It is from an earlier session of the host; the host says again what it has.</summary>
    OldSession,

    /// <summary>The host has been declared lost; it says again what it has, and is told what is no longer its own.</summary>
    DeclaredLost,
}
