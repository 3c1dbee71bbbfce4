namespace ControlPlane.Contracts.Images;

/// <summary>The initial RAM disk of a KERNEL image.</summary>
public sealed record InitrdResource
{
    /// <summary>Bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256, hexadecimal.</summary>
    public required string Sha256 { get; init; }
}
