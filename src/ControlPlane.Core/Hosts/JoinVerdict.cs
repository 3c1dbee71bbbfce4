namespace ControlPlane.Core.Hosts;

/// <summary>Whether a join token lets a machine in.</summary>
public enum JoinVerdict
{
    /// <summary>It does.</summary>
    Admitted,

    /// <summary>The same machine asks again, since it did not hear the answer.</summary>
    Repeated,

    /// <summary>The secret is not the token's.</summary>
    Forged,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Another machine has used it.</summary>
    Used,
}
