namespace ControlPlane.Core.Hosts;

/// <summary>The instruction set of a CPU.</summary>
public enum CpuArchitecture
{
    /// <summary>64-bit x86.</summary>
    X86_64,

    /// <summary>64-bit Arm.</summary>
    Aarch64,
}
