namespace ControlPlane.Contracts.Agents;

/// <summary>
/// What a VM boots from. Paths are those of the machine that the agent runs on, made from ids and never from names; a remote agent gets
/// none and fills them in when it has fetched the files.
/// </summary>
/// <param name="Format">QCOW2, RAW, ISO or KERNEL, as the service's header check decided; never probed again.</param>
/// <param name="Path">The disk image, ISO or kernel.</param>
/// <param name="InitrdPath">The initial RAM disk of a KERNEL image, or null.</param>
/// <param name="KernelCommandLine">The command line of a KERNEL image, or null.</param>
public sealed record BootSource(string Format, string Path, string? InitrdPath, string? KernelCommandLine)
{
    /// <summary>Where the file at <see cref="Path"/> comes from; null from a service that hosts its agent.</summary>
    public ImageSource? Content { get; init; }

    /// <summary>Where the file at <see cref="InitrdPath"/> comes from.</summary>
    public ImageSource? Initrd { get; init; }
}
