namespace ControlPlane.Core.Scheduling;

/// <summary>What is to be done so that a host would fit.</summary>
public enum RemedyKind
{
    /// <summary>Room on the host is to be freed.</summary>
    Free,

    /// <summary>Less is to be asked for.</summary>
    Lower,

    /// <summary>The host is to take VMs again.</summary>
    Uncordon,

    /// <summary>The host is to be taken back from maintenance.</summary>
    Activate,

    /// <summary>The host is to be brought back.</summary>
    Recover,

    /// <summary>One of its engines is to be started, or proved.</summary>
    StartEngine,

    /// <summary>The host needs an engine.</summary>
    AddEngine,

    /// <summary>A constraint is to be dropped.</summary>
    Drop,

    /// <summary>The VMs on the host are to go elsewhere.</summary>
    Evacuate,

    /// <summary>Another pool is to be charged.</summary>
    TakeOtherPool,

    /// <summary>Another image, or one, or none, is to be given.</summary>
    ChangeImage,
}
