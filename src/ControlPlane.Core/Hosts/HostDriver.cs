namespace ControlPlane.Core.Hosts;

/// <summary>What runs a host's VMs.</summary>
public enum HostDriver
{
    /// <summary>Real guests in QEMU.</summary>
    Qemu,

    /// <summary>A simulation with the same states, for scale and dry runs.</summary>
    Simulated,
}
