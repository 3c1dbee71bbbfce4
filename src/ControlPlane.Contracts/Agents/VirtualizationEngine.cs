namespace ControlPlane.Contracts.Agents;

/// <summary>How a host virtualises.</summary>
public enum VirtualizationEngine
{
    /// <summary>KVM.</summary>
    Hardware,

    /// <summary>Emulation (QEMU's TCG).</summary>
    Software,
}
