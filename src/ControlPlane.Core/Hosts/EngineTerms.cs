using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Hosts;

/// <summary>What an owner says of an engine.</summary>
/// <param name="CpuModel">QEMU's -cpu model.</param>
/// <param name="MachineType">QEMU's -machine type.</param>
/// <param name="Overcommit">Ratios that narrow what this engine's VMs may use of the host's classes; both bounds hold.</param>
/// <param name="Resources">Countable things that only this engine has.</param>
public sealed record EngineTerms(
    string CpuModel, string MachineType,
    IReadOnlyDictionary<ResourceClass, Overcommit> Overcommit, ResourceVector Resources);
