namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>What becomes of an attempt to declare a host lost.</summary>
public enum LossOutcome
{
    /// <summary>It is lost.</summary>
    Declared,

    /// <summary>It has been heard of since, or never was silent.</summary>
    HeardOf,

    /// <summary>The word, or the statement, is about an earlier session of the host.</summary>
    OldSession,

    /// <summary>It was so before, on as good a proof.</summary>
    AlreadyLost,
}
