namespace ControlPlane.Core.Scheduling;

/// <summary>What a check found.</summary>
public enum Verdict
{
    /// <summary>The host will do.</summary>
    Pass,

    /// <summary>Not now: it would with less on it, or in another state.</summary>
    NotNow,

    /// <summary>The host is not one that was asked for.</summary>
    Mismatch,

    /// <summary>It is too small, even when empty.</summary>
    TooSmall,
}
