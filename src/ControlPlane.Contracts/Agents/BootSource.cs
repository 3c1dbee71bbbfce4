namespace ControlPlane.Contracts.Agents;

/// <summary>What a VM boots from. Paths are the agent's own, made from ids and never from names.</summary>
/// <param name="Format">QCOW2, RAW, ISO or KERNEL, as the service's header check decided; never probed again.</param>
/// <param name="Path">The disk image, ISO or kernel.</param>
/// <param name="InitrdPath">The initial RAM disk of a KERNEL image, or null.</param>
/// <param name="KernelCommandLine">The command line of a KERNEL image, or null.</param>
public sealed record BootSource(string Format, string Path, string? InitrdPath, string? KernelCommandLine);
