namespace ControlPlane.Contracts.Images;

/// <summary>What a PATCH may change of an image.</summary>
public sealed record PatchableImage
{
    /// <summary>What a KERNEL image is told.</summary>
    public string? KernelCommandLine { get; init; }

    /// <summary>At most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
