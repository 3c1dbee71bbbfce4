namespace ControlPlane.Core.Hosts;

/// <summary>How a host virtualises.</summary>
public enum EngineKind
{
    /// <summary>KVM.</summary>
    Hardware,

    /// <summary>Emulation.</summary>
    Software,
}
