namespace ControlPlane.Core.Isolation;

/// <summary>How strictly a VM is kept from others.</summary>
public enum IsolationLevel
{
    /// <summary>Shares all with others.</summary>
    Shared,

    /// <summary>Is held below limits.</summary>
    Capped,

    /// <summary>Has its amounts guaranteed.</summary>
    Guaranteed,

    /// <summary>Has cores of its own.</summary>
    Pinned,

    /// <summary>Has a host of its own.</summary>
    Dedicated,
}
